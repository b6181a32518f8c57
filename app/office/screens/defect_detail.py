"""One defect: its photos, text, place and history, and what can be done with it."""

from __future__ import annotations

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.decision import Decision
from app.office.models.history import Told, told
from app.office.models.local_time import day, day_and_time
from app.office.models.pictures import Pictures
from app.office.models.room import Room
from app.office.screens.actions import actions_bar, doubt_box
from app.office.screens.defect_list import category_name
from app.office.screens.photos import photo_block
from app.office.screens.pieces import heading, state_chip
from app.widgets.pin_map import pin_map
from sync.central.defects import DefectDetail, DefectRow

MAP_HEIGHT_DP = 240


@ft.component
def DefectPane(room: Room, decision: Decision, pictures: Pictures, narrow: bool) -> ft.Control:
    words = room.session.words
    detail = room.detail
    if detail is None:
        return _nothing_chosen(room, words)
    blocks: list[ft.Control] = [
        ft.Column(
            spacing=6,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[_head(detail.row, room, words, narrow), _text(detail.row, decision, words)],
        )
    ]
    if decision.is_doubtful:
        blocks.append(doubt_box(detail, decision, words))
    blocks.append(
        ft.ResponsiveRow(
            spacing=24,
            run_spacing=24,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                ft.Column(
                    col={"xs": 12, "lg": 7},
                    spacing=theme.EDGE,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                    controls=[
                        photo_block(detail, decision, pictures, words, narrow=narrow),
                    ],
                ),
                ft.Column(
                    col={"xs": 12, "lg": 5},
                    spacing=24,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                    controls=[
                        _place(detail.row, room, words),
                        _facts(detail.row, words),
                        _history(detail, words),
                    ],
                ),
            ],
        )
    )
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Column(
                key=f"pane-{detail.row.id}",
                expand=True,
                scroll=ft.ScrollMode.AUTO,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    ft.Container(
                        padding=theme.EDGE if narrow else 24,
                        content=ft.Column(
                            spacing=20,
                            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                            controls=blocks,
                        ),
                    )
                ],
            ),
            actions_bar(detail, decision, words, narrow=narrow),
        ],
    )


def _nothing_chosen(room: Room, words: Words) -> ft.Control:
    return ft.Container(
        expand=True,
        alignment=ft.Alignment.CENTER,
        padding=24,
        content=ft.Column(
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=theme.GAP,
            controls=[
                ft.Icon(ft.Icons.TOUCH_APP_OUTLINED, size=44, color=ft.Colors.OUTLINE),
                ft.Text(
                    words("office.detail.gone" if room.chosen else "office.detail.choose"),
                    size=16,
                    text_align=ft.TextAlign.CENTER,
                    color=ft.Colors.ON_SURFACE_VARIANT,
                ),
                ft.Text(
                    words("office.detail.keys"),
                    size=13,
                    text_align=ft.TextAlign.CENTER,
                    color=ft.Colors.ON_SURFACE_VARIANT,
                ),
            ],
        ),
    )


def _head(row: DefectRow, room: Room, words: Words, narrow: bool) -> ft.Control:
    title: list[ft.Control] = [
        ft.Container(expand=True, content=heading(category_name(row, words), size=24)),
        state_chip(row, words, key="defect-state"),
    ]
    if narrow:
        title = [
            ft.IconButton(
                key="back-to-list",
                icon=ft.Icon(ft.Icons.ARROW_BACK, semantics_label=words("app.back")),
                tooltip=words("app.back"),
                on_click=room.leave,
                width=theme.TARGET_DP,
                height=theme.TARGET_DP,
            ),
            title[0],
        ]
        return ft.Column(
            spacing=6,
            controls=[
                ft.Row(controls=title),
                ft.Row(controls=[state_chip(row, words, key="defect-state")]),
            ],
        )
    return ft.Row(vertical_alignment=ft.CrossAxisAlignment.CENTER, controls=title)


def _text(row: DefectRow, decision: Decision, words: Words) -> ft.Control:
    line: list[ft.Control] = [
        ft.Text(
            row.text or words("office.no_text"),
            key="defect-text",
            size=17,
            expand=True,
            italic=not row.text,
        )
    ]
    if decision.can_decide:
        line.append(
            ft.TextButton(
                key="edit",
                content=words("office.edit.open"),
                icon=ft.Icons.EDIT_OUTLINED,
                on_click=decision.ask_to_edit,
                height=theme.TARGET_DP,
            )
        )
    column: list[ft.Control] = [
        ft.Row(vertical_alignment=ft.CrossAxisAlignment.START, controls=line)
    ]
    if row.status_reason:
        column.append(
            ft.Text(
                words("office.detail.rejected_because", reason=row.status_reason),
                size=15,
                color=ft.Colors.ERROR,
            )
        )
    return ft.Column(spacing=8, controls=column)


def _place(row: DefectRow, room: Room, words: Words) -> ft.Control:
    if row.point is None:
        return ft.Column(
            spacing=8,
            controls=[
                heading(words("office.place")),
                ft.Text(words("office.place.none"), color=ft.Colors.ERROR),
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
        ],
    )


def _facts(row: DefectRow, words: Words) -> ft.Control:
    facts = [
        (words("office.fact.noted"), day_and_time(row.noted_at)),
        (words("office.fact.by"), row.noted_by or "–"),
    ]
    if row.round_kind is not None:
        kind = words(f"round.kind.{row.round_kind}")
        facts.append((words("office.fact.round"), f"{kind} {day(row.round_started_at)}"))
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
    return ft.Column(spacing=6, controls=[heading(words("office.facts")), *lines])


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


def _history(detail: DefectDetail, words: Words) -> ft.Control:
    return ft.Column(
        spacing=8,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            heading(words("office.history")),
            *(_event(number, one, words) for number, one in enumerate(told(detail.history))),
        ],
    )


def _event(number: int, one: Told, words: Words) -> ft.Control:
    who = words("office.history.store") if one.who is None else one.who
    return ft.Row(
        key=f"history-{number}",
        spacing=theme.GAP,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Text(day_and_time(one.at), size=13, width=130, color=ft.Colors.ON_SURFACE_VARIANT),
            ft.Text(f"{who}: {words(one.key, **one.values)}", size=13, expand=True),
        ],
    )
