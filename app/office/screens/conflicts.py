"""What two people wrote without knowing of each other: both values, and a button for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.choices import Choices
from app.office.models.conflict_words import (
    apart_words,
    in_order,
    said_lines,
    title_words,
    who_and_when,
)
from app.office.models.local_time import day_and_time
from app.office.screens.pieces import heading
from sync.central.conflict_views import ConflictView, Said
from sync.domain.conflicts import DELETED


def conflict_boxes(
    conflicts: Sequence[ConflictView],
    choices: Choices,
    words: Words,
    *,
    area: str,
    category: str | None = None,
    names: Mapping[str, str] | None = None,
) -> list[ft.Control]:
    """A box for each. names: of the things that have one, by id."""
    return [
        _box(
            one, choices, words, area=area, category=category, name=(names or {}).get(one.entity_id)
        )
        for one in in_order(conflicts)
    ]


def _box(
    conflict: ConflictView,
    choices: Choices,
    words: Words,
    *,
    area: str,
    category: str | None,
    name: str | None,
) -> ft.Control:
    may_choose = choices.may_choose(conflict, area)
    told = [_told(conflict, words)]
    apart = apart_words(conflict, words)
    told += [] if apart is None else [apart]
    if conflict.is_frozen:
        told.append(words("office.conflict.frozen"))
    values = [
        _value(number, conflict, one, choices, words, category=category, may_choose=may_choose)
        for number, one in enumerate(conflict.values)
    ]
    return ft.Container(
        key=f"conflict-{conflict.entity.value}-{conflict.field}",
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        border=ft.Border.all(
            1 if conflict.is_settled else 2,
            ft.Colors.OUTLINE_VARIANT if conflict.is_settled else ft.Colors.TERTIARY,
        ),
        border_radius=theme.RADIUS,
        padding=theme.EDGE,
        content=ft.Column(
            spacing=theme.GAP,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                ft.Row(
                    spacing=8,
                    vertical_alignment=ft.CrossAxisAlignment.START,
                    controls=[
                        ft.Icon(
                            ft.Icons.CHECK if conflict.is_settled else ft.Icons.CALL_SPLIT,
                            size=20,
                            color=ft.Colors.TERTIARY,
                        ),
                        ft.Container(
                            expand=True, content=heading(title_words(conflict, words, name=name))
                        ),
                    ],
                ),
                *(ft.Text(line, size=14) for line in told),
                *values,
            ],
        ),
    )


def _told(conflict: ConflictView, words: Words) -> str:
    if conflict.chosen_at is None:
        return words("office.conflict.what_to_do")
    who = conflict.chosen_by or words("office.conflict.somebody")
    return words("office.conflict.chosen", who=who, when=day_and_time(conflict.chosen_at))


def _value(
    number: int,
    conflict: ConflictView,
    said: Said,
    choices: Choices,
    words: Words,
    *,
    category: str | None,
    may_choose: bool,
) -> ft.Control:
    lines = said_lines(conflict, said, words, category=category)
    column: list[ft.Control] = [
        ft.Text(
            line, size=16 if place == 0 else 14, weight=ft.FontWeight.W_500 if place == 0 else None
        )
        for place, line in enumerate(lines)
    ]
    under = who_and_when(said, words)
    if said.is_current:
        under = f"{under} · {words('office.conflict.counts_now')}"
    column.append(ft.Text(under, size=13, color=ft.Colors.ON_SURFACE_VARIANT))
    if may_choose and not (conflict.is_settled and said.is_current):
        column.append(_button(number, conflict, said, choices, words, lines[0]))
    return ft.Container(
        key=f"conflict-{conflict.field}-value-{number}",
        bgcolor=ft.Colors.SURFACE,
        border_radius=theme.RADIUS,
        padding=theme.GAP,
        content=ft.Column(spacing=6, tight=True, controls=column),
    )


def _button(
    number: int,
    conflict: ConflictView,
    said: Said,
    choices: Choices,
    words: Words,
    value: str,
) -> ft.Control:
    async def pressed(_event: object) -> None:
        await choices.choose(conflict, said.stamp)

    if conflict.field == DELETED:
        label = words(
            "office.conflict.keep_gone" if said.value is not None else "office.conflict.keep_it"
        )
    else:
        label = words(
            "office.conflict.choose_instead" if conflict.is_settled else "office.conflict.choose"
        )
    # the value makes the names of the buttons differ for whoever only hears them
    return ft.Row(
        controls=[
            ft.OutlinedButton(
                key=f"choose-{conflict.entity.value}-{conflict.field}-{number}",
                content=ft.Text(label, semantics_label=f"{label}: {value}"),
                icon=ft.Icons.CHECK,
                on_click=pressed,
                disabled=choices.busy,
                height=theme.TARGET_DP,
            )
        ]
    )
