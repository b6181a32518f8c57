"""The list of defects: search, filters with counts, and a line for each."""

from __future__ import annotations

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.decision import Decision
from app.office.models.local_time import day_and_time
from app.office.models.pictures import Pictures
from app.office.models.room import Room
from app.office.models.rounds import Rounds
from app.office.screens.pieces import choice_chip, picture, state_chip, state_words, urgent_chip
from sync.central.defect_filters import Filter
from sync.central.defect_views import DefectRow
from sync.central.to_choose import RoundToChoose

THUMBNAIL_DP = 64
WHEN_ANY = (Filter.TO_CHOOSE, Filter.STUCK)
"""Shown only where there is something a person must do."""


@ft.component
def DefectList(room: Room, decision: Decision, pictures: Pictures, rounds: Rounds) -> ft.Control:
    words = room.session.words
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Container(
                padding=ft.Padding.only(left=theme.EDGE, right=theme.EDGE, top=theme.GAP),
                content=_search(room, words),
            ),
            ft.Container(
                padding=ft.Padding.symmetric(horizontal=theme.EDGE, vertical=theme.GAP),
                content=_filters(room, words),
            ),
            ft.Divider(height=1, thickness=1),
            _lines(room, decision, pictures, rounds, words),
        ],
    )


def _search(room: Room, words: Words) -> ft.Control:
    async def typed(event: ft.Event[ft.TextField]) -> None:
        await room.type_search(event.control.value or "")

    return ft.TextField(
        key="search",
        label=words("office.list.search"),
        prefix_icon=ft.Icons.SEARCH,
        dense=True,
        filled=True,
        border=ft.OutlineInputBorder(border_radius=theme.RADIUS),
        on_focus=room.typing_starts,
        on_blur=room.typing_ends,
        on_change=typed,
        on_submit=room.search_now,
    )


def _filters(room: Room, words: Words) -> ft.Control:
    shown = [
        one for one in Filter if one not in WHEN_ANY or room.counts.get(one) or one is room.show
    ]
    return ft.Row(
        wrap=True,
        spacing=5,
        run_spacing=8,
        controls=[_filter(one, room, words) for one in shown],
    )


def _filter(show: Filter, room: Room, words: Words) -> ft.Control:
    count = room.counts.get(show, 0)
    is_on = room.show is show
    is_alarm = show in WHEN_ANY
    name = words(f"office.filter.{show.value}")

    async def pressed(_event: object) -> None:
        await room.filter_by(show)

    return ft.Semantics(
        key=f"filter-{show.value}",
        selected=is_on,
        content=ft.TextButton(
            content=ft.Text(f"{name} {count}", size=13, weight=ft.FontWeight.W_500),
            on_click=pressed,
            height=40,
            style=ft.ButtonStyle(
                padding=ft.Padding.symmetric(horizontal=10),
                shape=ft.RoundedRectangleBorder(radius=20),
                bgcolor=_filter_background(is_on, is_alarm),
                color=_filter_colour(is_on, is_alarm),
            ),
        ),
    )


def _filter_background(is_on: bool, is_alarm: bool) -> ft.ColorValue:
    if is_on:
        return ft.Colors.ERROR if is_alarm else ft.Colors.PRIMARY
    return ft.Colors.ERROR_CONTAINER if is_alarm else ft.Colors.SURFACE_CONTAINER_HIGH


def _filter_colour(is_on: bool, is_alarm: bool) -> ft.ColorValue:
    if is_on:
        return ft.Colors.ON_ERROR if is_alarm else ft.Colors.ON_PRIMARY
    return ft.Colors.ON_ERROR_CONTAINER if is_alarm else ft.Colors.ON_SURFACE


def _lines(
    room: Room, decision: Decision, pictures: Pictures, rounds: Rounds, words: Words
) -> ft.Control:
    if not room.loaded:
        return _middle(
            ft.ProgressRing(semantics_label=words("office.list.loading")),
            ft.Text(words("office.list.loading")),
        )
    waiting = room.rounds_to_choose if room.show is Filter.TO_CHOOSE else ()
    if not room.rows and not waiting:
        key = "office.list.none_found" if room.search else f"office.list.empty.{room.show.value}"
        return _middle(
            ft.Icon(ft.Icons.INBOX_OUTLINED, size=40, color=ft.Colors.OUTLINE),
            ft.Text(
                words(key, search=room.search) if room.search else words(key),
                key="list-empty",
                text_align=ft.TextAlign.CENTER,
                color=ft.Colors.ON_SURFACE_VARIANT,
            ),
        )
    lines = [_round(one, rounds, words) for one in waiting]
    lines += [_line(row, room, decision, pictures, words) for row in room.rows]
    if room.has_more:
        lines.append(
            ft.TextButton(
                key="list-more",
                content=words("office.list.more"),
                on_click=room.more,
                height=theme.TARGET_DP,
            )
        )
    return ft.ListView(
        key=f"list-{room.show.value}", expand=True, spacing=4, padding=8, controls=lines
    )


def _round(waiting: RoundToChoose, rounds: Rounds, words: Words) -> ft.Control:
    """A round of which something is to be chosen."""

    async def pressed(_event: object) -> None:
        await rounds.open(waiting.id)

    kind = words(f"round.kind.{waiting.kind or 'inspection'}")
    return ft.OutlinedButton(
        key=f"round-{waiting.id}",
        content=f"{kind} {day_and_time(waiting.started_at)}",
        icon=ft.Icons.CALL_SPLIT,
        on_click=pressed,
        height=theme.TARGET_DP,
    )


def _middle(*controls: ft.Control) -> ft.Control:
    return ft.Container(
        expand=True,
        alignment=ft.Alignment.CENTER,
        padding=24,
        content=ft.Column(
            tight=True,
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=list(controls),
        ),
    )


def _line(
    row: DefectRow, room: Room, decision: Decision, pictures: Pictures, words: Words
) -> ft.Control:
    async def pressed(_event: object) -> None:
        await decision.open(row.id)

    is_chosen = row.id == room.chosen
    what = title_of(row, words)
    urgent = words("office.urgent") if row.is_urgent else ""
    when = day_and_time(row.noted_at)
    choice = words("office.conflict.chip") if row.needs_choice else ""
    parts = (urgent, choice, what, row.text, when, state_words(row, words))
    thumbnail = None if row.photo_sha256 is None else pictures.small(row.photo_sha256)
    return ft.Semantics(
        key=f"defect-{row.id}",
        container=True,
        button=True,
        selected=is_chosen,
        label=", ".join(part for part in parts if part),
        exclude_semantics=True,
        on_tap=pressed,
        content=ft.Container(
            on_click=pressed,
            ink=True,
            border_radius=theme.RADIUS,
            padding=10,
            bgcolor=ft.Colors.SECONDARY_CONTAINER if is_chosen else None,
            content=ft.Row(
                spacing=theme.GAP,
                vertical_alignment=ft.CrossAxisAlignment.START,
                controls=[
                    picture(
                        thumbnail,
                        width=THUMBNAIL_DP,
                        height=THUMBNAIL_DP,
                        name=what,
                        fit=ft.BoxFit.COVER,
                    ),
                    ft.Column(
                        expand=True,
                        spacing=4,
                        controls=[
                            ft.Row(
                                alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
                                controls=[
                                    ft.Text(
                                        what,
                                        size=15,
                                        weight=ft.FontWeight.W_600,
                                        expand=True,
                                        max_lines=1,
                                        overflow=ft.TextOverflow.ELLIPSIS,
                                    ),
                                    ft.Text(when, size=12, color=ft.Colors.ON_SURFACE_VARIANT),
                                ],
                            ),
                            ft.Text(
                                row.text or words("office.no_text"),
                                size=14,
                                color=ft.Colors.ON_SURFACE_VARIANT,
                                max_lines=2,
                                overflow=ft.TextOverflow.ELLIPSIS,
                            ),
                            ft.Row(
                                wrap=True,
                                spacing=6,
                                run_spacing=4,
                                controls=[
                                    *([urgent_chip(words)] if row.is_urgent else []),
                                    *([choice_chip(words)] if row.needs_choice else []),
                                    state_chip(row, words, key=f"chip-{row.id}"),
                                ],
                            ),
                        ],
                    ),
                ],
            ),
        ),
    )


def title_of(row: DefectRow, words: Words) -> str:
    """Its number on the round, what kind it is when it is no defect, and the category."""
    parts = [row.number] if row.number else []
    if not row.is_defect:
        parts.append(words(f"capture.kind.{row.kind}"))
    if row.is_defect or row.category is not None:
        parts.append(category_name(row, words))
    return " · ".join(parts)


def category_name(row: DefectRow, words: Words) -> str:
    if row.category is None:
        return words("office.no_category")
    return words(f"category.{row.category}")
