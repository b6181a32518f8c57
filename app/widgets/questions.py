"""The category's own questions: one tap each, or a word; none of them has to be answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import flet as ft

from app.i18n import Words
from app.widgets.catalogue import Answer, Question, QuestionKind
from app.widgets.choice_row import Choice, choices
from sync.domain.words import Category

NUMBER_LENGTH = 5

Typed = Callable[[ft.Event[ft.TextField]], None]


def questions(
    category: Category,
    asked: Sequence[Question],
    answers: Mapping[str, Answer],
    answer: Callable[[Question, Answer | None], None],
    typed: Callable[[Question], Typed],
    words: Words,
    *,
    number: int = 0,
) -> list[ft.Control]:
    """number: of the observation, so that each has fields of its own."""
    found: list[ft.Control] = []
    for question in asked:
        name = words(f"question.{category.value}.{question.code}")
        given = answers.get(question.code)
        if question.kind in (QuestionKind.TEXT, QuestionKind.NUMBER):
            found.append(_field(category, question, name, given, typed(question), number))
        else:
            found.append(_choice(category, question, name, given, answer, words))
    return found


def _field(
    category: Category,
    question: Question,
    name: str,
    given: Answer | None,
    typed: Typed,
    number: int,
) -> ft.Control:
    is_number = question.kind is QuestionKind.NUMBER
    return ft.TextField(
        key=f"question-{category.value}-{question.code}-{number}",
        label=name,
        value="" if given is None else str(given),
        max_length=NUMBER_LENGTH if is_number else question.max_length,
        counter="",
        keyboard_type=ft.KeyboardType.NUMBER if is_number else ft.KeyboardType.TEXT,
        input_filter=ft.InputFilter(regex_string=r"^[0-9]*$") if is_number else None,
        on_change=typed,
    )


def _choice(
    category: Category,
    question: Question,
    name: str,
    given: Answer | None,
    answer: Callable[[Question, Answer | None], None],
    words: Words,
) -> ft.Control:
    if question.kind is QuestionKind.YES_NO:
        offered: list[tuple[str, Answer, str]] = [
            ("yes", True, words("capture.yes")),
            ("no", False, words("capture.no")),
        ]
    else:
        stem = f"question.{category.value}.{question.code}"
        offered = [(one, one, words(f"{stem}.{one}")) for one in question.choices]
    key = f"answer-{category.value}-{question.code}"
    return ft.Column(
        spacing=4,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Text(name, size=16),
            choices(
                [
                    Choice(
                        key=f"{key}-{code}",
                        text=text,
                        is_chosen=type(given) is type(value) and given == value,
                        pressed=_pressed(answer, question, value),
                    )
                    for code, value, text in offered
                ]
            ),
        ],
    )


def _pressed(
    answer: Callable[[Question, Answer | None], None], question: Question, value: Answer
) -> Callable[[], None]:
    def pressed() -> None:
        answer(question, value)

    return pressed
