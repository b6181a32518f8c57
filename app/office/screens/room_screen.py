"""The office's room: the list beside the open defect, or one after the other on a phone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.choices import Choices
from app.office.models.decision import Decision
from app.office.models.hand_in import HandInModel
from app.office.models.password import PasswordModel
from app.office.models.phones import Phones
from app.office.models.pictures import Pictures
from app.office.models.room import Room
from app.office.models.rounds import Rounds
from app.office.models.session import Session
from app.office.screens.defect_detail import DefectPane
from app.office.screens.defect_list import DefectList
from app.office.screens.hand_in_dialog import HandInDialog
from app.office.screens.password_dialog import PasswordDialog
from app.office.screens.phones_dialog import PhonesDialog
from app.office.screens.questions import Questions
from app.office.screens.round_dialog import RoundDialog
from app.widgets.buttons import quiet_button
from app.widgets.notes import warning_note
from sync.central.accounts import Role
from sync.domain.ids import AreaCode

LIST_WIDTH_DP = 400
ALL = "all"


@ft.component
def RoomScreen(
    session: Session,
    room: Room,
    decision: Decision,
    pictures: Pictures,
    phones: Phones,
    password: PasswordModel,
    rounds: Rounds,
    choices: Choices,
    hand_in: HandInModel,
) -> ft.Control:
    words = session.words
    narrow = session.is_narrow

    def keep_fresh() -> Callable[[], object]:
        return asyncio.ensure_future(room.open()).cancel

    ft.use_effect(keep_fresh, [])

    rows: list[ft.Control] = []
    if not (narrow and room.chosen):
        rows.append(_top(session, room, phones, password, hand_in, words))
    rows += _notes(session, words)
    rows.append(_panes(room, decision, pictures, rounds, choices, narrow))
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        # what stands above the rows keeps its place when a row comes or goes; an open dialog that
        # is moved is made anew, and the one on the screen cannot be closed
        controls=[
            Questions(decision, pictures),
            PhonesDialog(phones, room),
            PasswordDialog(password),
            HandInDialog(hand_in),
            RoundDialog(rounds, choices),
            *rows,
        ],
    )


def _panes(
    room: Room,
    decision: Decision,
    pictures: Pictures,
    rounds: Rounds,
    choices: Choices,
    narrow: bool,
) -> ft.Control:
    if narrow and room.chosen is None:
        return DefectList(room, decision, pictures, rounds)
    if narrow:
        return DefectPane(room, decision, pictures, rounds, choices, True)
    return ft.Row(
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Container(width=LIST_WIDTH_DP, content=DefectList(room, decision, pictures, rounds)),
            ft.VerticalDivider(width=1, thickness=1),
            ft.Container(
                expand=True,
                content=DefectPane(room, decision, pictures, rounds, choices, False),
            ),
        ],
    )


def _top(
    session: Session,
    room: Room,
    phones: Phones,
    password: PasswordModel,
    hand_in: HandInModel,
    words: Words,
) -> ft.Control:
    account = session.account
    right: list[ft.Control] = []
    if account is not None and account.role is not Role.CITY:
        right.append(_top_button("phones", ft.Icons.SMARTPHONE, words, phones.open))
        right.append(_top_button("hand_in", ft.Icons.UPLOAD_FILE, words, hand_in.open))
    right += [
        _top_button("password", ft.Icons.KEY_OUTLINED, words, password.open),
        _top_button("log_out", ft.Icons.LOGOUT, words, session.log_out),
    ]
    left: list[ft.Control] = [
        ft.Icon(ft.Icons.LOCATION_SEARCHING, color=ft.Colors.PRIMARY),
        ft.Semantics(
            header=True,
            content=ft.Text(words("app.name"), size=20, weight=ft.FontWeight.W_700),
        ),
    ]
    if not session.is_narrow and account is not None:
        right.insert(
            0, ft.Text(account.name, size=14, color=ft.Colors.ON_SURFACE_VARIANT, key="who")
        )
    below: list[ft.Control] = []
    if len(room.areas) > 1:
        (below if session.is_narrow else left).append(_areas(room, words))
    elif room.areas and not session.is_narrow:
        left.append(ft.Text(room.areas[0].name, size=16, color=ft.Colors.ON_SURFACE_VARIANT))
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.EDGE, vertical=6),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border=ft.Border.only(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        content=ft.Column(
            tight=True,
            spacing=8,
            controls=[
                ft.Row(
                    alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
                    controls=[
                        ft.Row(spacing=theme.GAP, controls=left),
                        ft.Row(spacing=4, controls=right),
                    ],
                ),
                *below,
            ],
        ),
    )


def _top_button(
    what: str, icon: ft.IconData, words: Words, on_click: ft.ControlEventHandler[ft.IconButton]
) -> ft.Control:
    name = words(f"office.top.{what}")
    return ft.IconButton(
        key=f"top-{what}",
        icon=ft.Icon(icon, semantics_label=name),
        tooltip=name,
        on_click=on_click,
        width=theme.TARGET_DP,
        height=theme.TARGET_DP,
    )


def _areas(room: Room, words: Words) -> ft.Control:
    async def chosen(event: ft.Event[ft.Dropdown]) -> None:
        code = event.control.value
        await room.see_area(None if code in (None, ALL) else AreaCode(str(code)))

    return ft.Dropdown(
        key="area",
        label=words("office.area"),
        value=ALL if room.area is None else room.area,
        dense=True,
        width=190,
        options=[
            ft.DropdownOption(key=ALL, text=words("office.area.all")),
            *(ft.DropdownOption(key=one.code, text=one.name) for one in room.areas),
        ],
        on_select=chosen,
    )


def _notes(session: Session, words: Words) -> list[ft.Control]:
    notes: list[ft.Control] = []
    if session.unreachable:
        notes.append(warning_note(words("office.refused.unavailable"), key="unreachable"))
    if session.problem is not None:
        close = quiet_button(words("app.close"), session.dismiss, key="problem-close")
        notes.append(warning_note(session.problem, key="problem", action=close))
    return [ft.Container(padding=theme.GAP, content=note) for note in notes]
