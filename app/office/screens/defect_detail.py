"""One defect: its photos, text, place and history, and what can be done with it."""

from __future__ import annotations

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.choices import Choices
from app.office.models.decision import Decision
from app.office.models.history import Told, told
from app.office.models.local_time import day_and_time
from app.office.models.pictures import Pictures
from app.office.models.room import Room
from app.office.models.rounds import Rounds
from app.office.screens.actions import actions_bar, doubt_box
from app.office.screens.conflicts import conflict_boxes
from app.office.screens.defect_list import title_of
from app.office.screens.facts import answer_texts, facts_block, place_block
from app.office.screens.later_visits import later_visits
from app.office.screens.photos import photo_block
from app.office.screens.pieces import choice_chip, heading, state_chip, urgent_chip
from sync.central.defect_views import DefectDetail, DefectRow


@ft.component
def DefectPane(
    room: Room,
    decision: Decision,
    pictures: Pictures,
    rounds: Rounds,
    choices: Choices,
    narrow: bool,
) -> ft.Control:
    words = room.session.words
    detail = room.detail
    if detail is None:
        return _nothing_chosen(room, words)
    blocks: list[ft.Control] = [
        ft.Column(
            spacing=6,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                _head(detail.row, room, words, narrow),
                _text(detail.row, decision, words),
                *answer_texts(detail.row, words),
            ],
        )
    ]
    blocks += conflict_boxes(
        detail.conflicts,
        choices,
        words,
        area=detail.row.area,
        category=detail.row.category,
    )
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
                        *later_visits(detail, pictures, words),
                    ],
                ),
                ft.Column(
                    col={"xs": 12, "lg": 5},
                    spacing=24,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                    controls=[
                        place_block(detail.row, room, words),
                        facts_block(
                            detail.row, rounds, words, round_waits=detail.round_needs_choice
                        ),
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
        ft.Container(expand=True, content=heading(title_of(row, words), size=24)),
        *([urgent_chip(words, key="defect-urgent")] if row.is_urgent else []),
        *([choice_chip(words, key="defect-choice")] if row.needs_choice else []),
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
            *title,
        ]
        return ft.Column(
            spacing=6,
            controls=[
                ft.Row(controls=title[:2]),
                ft.Row(wrap=True, controls=title[2:]),
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
    made = ""
    if one.made_at is not None:
        made = f" ({words('office.history.made_at', time=day_and_time(one.made_at))})"
    return ft.Row(
        key=f"history-{number}",
        spacing=theme.GAP,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Text(day_and_time(one.at), size=13, width=130, color=ft.Colors.ON_SURFACE_VARIANT),
            ft.Text(f"{who}: {words(one.key, **one.values)}{made}", size=13, expand=True),
        ],
    )
