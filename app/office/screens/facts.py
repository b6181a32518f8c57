"""Where a finding is and what is known of it: map, marks of the place, facts, answers."""

from __future__ import annotations

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.local_time import day, day_and_time
from app.office.models.room import Room
from app.office.models.rounds import Rounds
from app.office.screens.pieces import heading
from app.widgets.pin_map import pin_map
from sync.central.answers import answer_lines
from sync.central.defect_views import DefectRow

MAP_HEIGHT_DP = 240


def place_block(row: DefectRow, room: Room, words: Words) -> ft.Control:
    if row.point is None:
        return ft.Column(
            spacing=8,
            controls=[
                heading(words("office.place")),
                ft.Text(
                    words("office.place.none" if row.is_defect else "office.place.none_here"),
                    color=ft.Colors.ERROR if row.is_defect else None,
                ),
            ],
        )
    area = room.chosen_area
    position = f"{row.point.lat_deg:.5f}, {row.point.lon_deg:.5f}"
    source = words(f"office.place.source.{row.place_source or 'pin'}")
    if row.point.accuracy_m is not None:
        accuracy = max(1, round(row.point.accuracy_m))
        source = words("office.place.accuracy", source=source, metres=accuracy)
    neighbours = [one.point for one in room.rows if one.point is not None and one.id != row.id]
    return ft.Column(
        spacing=8,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            heading(words("office.place")),
            ft.Container(
                height=MAP_HEIGHT_DP,
                border_radius=theme.RADIUS,
                clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
                content=pin_map(
                    None if area is None else area.outline,
                    row.point,
                    neighbours,
                    name=words("office.place.pin", position=position),
                    key=f"map-{row.id}",
                ),
            ),
            ft.Row(
                wrap=True,
                alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
                controls=[
                    ft.Column(
                        tight=True,
                        spacing=2,
                        controls=[
                            ft.Text(position, key="defect-position", size=14),
                            ft.Text(source, size=13, color=ft.Colors.ON_SURFACE_VARIANT),
                        ],
                    ),
                    ft.TextButton(
                        key="copy-position",
                        content=words("office.place.copy"),
                        icon=ft.Icons.COPY,
                        action=ft.CopyToClipboard(position),
                        height=theme.TARGET_DP,
                    ),
                ],
            ),
            *_marks(row, words),
        ],
    )


def _marks(row: DefectRow, words: Words) -> list[ft.Control]:
    """What makes the position worth a second look."""
    marks = {"mocked": row.place_is_mocked, "stale": row.place_is_stale}
    return [
        ft.Row(
            key=f"place-{mark}",
            spacing=8,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                ft.Icon(ft.Icons.WARNING_AMBER, size=18, color=ft.Colors.ERROR),
                ft.Text(words(f"office.place.mark.{mark}"), size=14, expand=True),
            ],
        )
        for mark, is_set in marks.items()
        if is_set
    ]


def facts_block(
    row: DefectRow, rounds: Rounds, words: Words, *, round_waits: bool = False
) -> ft.Control:
    """round_waits: something of the round is to be chosen."""
    facts = [
        (words("office.fact.noted"), day_and_time(row.noted_at)),
        (words("office.fact.by"), row.noted_by or "–"),
    ]
    if row.number:
        facts.insert(0, (words("office.fact.number"), row.number))
    if row.address:
        facts.append((words("office.fact.address"), row.address))
    if row.round_kind is not None:
        kind = words(f"round.kind.{row.round_kind}")
        facts.append((words("office.fact.round"), f"{kind} {day(row.round_started_at)}"))
    if row.stop_name:
        facts.append((words("office.fact.stop"), row.stop_name))
    report = row.report
    if report is not None:
        facts.append((words("office.fact.reference"), report.reference or "–"))
        facts.append((words("office.fact.case"), report.case_ref or "–"))
        if report.city_status:
            facts.append((words("office.fact.city"), report.city_status))
            facts.append((words("office.fact.city_at"), day_and_time(report.city_status_at)))
    lines = [_fact(name, value, number) for number, (name, value) in enumerate(facts)]
    if report is not None and not report.city_status_known:
        lines.append(ft.Text(words("office.city_unknown"), size=13, color=ft.Colors.ERROR))
    if row.round_id is not None and row.round_kind is not None:
        lines.append(_round_button(row.round_id, rounds, words, round_waits))
    return ft.Column(spacing=6, controls=[heading(words("office.facts")), *lines])


def answer_texts(row: DefectRow, words: Words) -> list[ft.Control]:
    """The answers to the category's own questions, a line each."""
    answers = answer_lines(
        row.category,
        row.answers,
        words.text,
        yes=words("office.answer.yes"),
        no=words("office.answer.no"),
    )
    return [ft.Text(one, key=f"answer-{number}", size=15) for number, one in enumerate(answers)]


def _round_button(round_id: str, rounds: Rounds, words: Words, waits: bool) -> ft.Control:
    async def pressed(_event: object) -> None:
        await rounds.open(round_id)

    return ft.Row(
        controls=[
            ft.TextButton(
                key="open-round",
                content=words("office.round.open_to_choose" if waits else "office.round.open"),
                icon=ft.Icons.CALL_SPLIT if waits else ft.Icons.DIRECTIONS_WALK,
                on_click=pressed,
                height=theme.TARGET_DP,
            )
        ]
    )


def _fact(name: str, value: str, number: int) -> ft.Control:
    return ft.Row(
        key=f"fact-{number}",
        spacing=theme.GAP,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Text(name, size=14, width=130, color=ft.Colors.ON_SURFACE_VARIANT),
            ft.Text(value, size=14, expand=True),
        ],
    )
