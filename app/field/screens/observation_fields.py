"""What is said of an observation, new or saved: its kind, category, questions and text."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.field.models.observation_form import ObservationForm
from app.field.models.tiles import Tiles
from app.i18n import Words
from app.widgets.category_grid import COLUMNS, LARGE_TEXT_COLUMNS, category_grid
from app.widgets.choice_row import Choice, choices, heading
from app.widgets.questions import questions
from sync.domain.fields import MAX_TEXT
from sync.domain.words import ObservationKind

ICONS = {
    ObservationKind.DEFECT: ft.Icons.REPORT_PROBLEM_OUTLINED,
    ObservationKind.POSITIVE: ft.Icons.SENTIMENT_SATISFIED,
    ObservationKind.PROPOSAL: ft.Icons.EMOJI_OBJECTS_OUTLINED,
}
"""Of the kinds, wherever one is shown."""


def kind_choice(form: ObservationForm, words: Words) -> ft.Control:
    return choices(
        [
            Choice(
                key=f"kind-{kind.value}",
                text=words(f"capture.kind.{kind.value}"),
                icon=ICONS[kind],
                is_chosen=form.kind is kind,
                pressed=_chooses(form, kind),
            )
            for kind in ObservationKind
        ]
    )


def _chooses(form: ObservationForm, kind: ObservationKind) -> Callable[[], None]:
    def choose() -> None:
        form.choose_kind(kind)

    return choose


def said_fields(
    form: ObservationForm,
    tiles: Tiles,
    words: Words,
    *,
    number: int = 0,
    is_large: bool = False,
) -> list[ft.Control]:
    """A defect: category first. What is good, or wished for: words first, a category if wanted.

    is_large: the person reads large text.
    """
    text = _text(form, words, number)
    shown = tiles.shown(form.category)
    is_defect = form.kind is ObservationKind.DEFECT
    if not shown:
        return [text]
    asked: list[ft.Control] = []
    if form.category is not None:
        asked = questions(
            form.category,
            form.questions,
            form.answers,
            form.answer,
            form.typed_answer,
            words,
            number=number,
        )
    category = [
        heading(words("capture.category" if is_defect else "capture.category_if_wanted")),
        category_grid(
            shown,
            form.category,
            form.choose,
            words,
            asked=asked,
            columns=LARGE_TEXT_COLUMNS if is_large else COLUMNS,
        ),
    ]
    return [*category, text] if is_defect else [text, *category]


def _text(form: ObservationForm, words: Words, number: int) -> ft.Control:
    kind = form.kind.value
    return ft.TextField(
        key=f"text-{number}",
        label=words(f"capture.text.{kind}"),
        hint_text=words(f"capture.text.hint.{kind}"),
        value=form.text,
        multiline=True,
        min_lines=2,
        max_lines=5,
        max_length=MAX_TEXT,
        counter="",
        capitalization=ft.TextCapitalization.SENTENCES,
        on_change=form.set_text,
    )
