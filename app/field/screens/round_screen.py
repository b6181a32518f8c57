"""A round: recording defects, and the list of what was recorded."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.round_model import RoundModel, Tab
from app.field.screens.capture_screen import CaptureTab
from app.field.screens.edit_screen import EditScreen
from app.field.screens.findings_screen import FindingsTab
from app.field.screens.frame import bar
from app.field.screens.pin_screen import PinScreen
from app.i18n import Words
from app.widgets.buttons import Handler, icon_button


@ft.component
def RoundScreen(model: AppModel, round_: RoundModel, words: Words) -> ft.Control:
    ft.use_effect(round_.shown, [round_.record.round_id])
    ft.use_effect(model.moved, [model.path])
    if round_.edit is not None:
        return EditScreen(model, round_.edit, words)
    if round_.is_picking_place:
        return PinScreen(model, round_.place, round_.place_picked, words)
    tab = (
        CaptureTab(model, round_, round_.capture, round_.place, words)
        if round_.tab is Tab.CAPTURE and not round_.record.ended_at
        else FindingsTab(model, round_, round_.findings, words)
    )
    return ft.SafeArea(
        expand=True,
        content=ft.Column(
            expand=True,
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                bar(
                    words(
                        "round.title",
                        kind=words(f"round.kind.{round_.record.kind.value}"),
                        area=round_.area_name,
                    ),
                    model,
                    words,
                    leading=icon_button(
                        ft.Icons.ARROW_BACK, words("round.leave"), round_.leave, key="leave-round"
                    ),
                ),
                tab,
                _tabs(round_, words),
            ],
        ),
    )


def _tabs(round_: RoundModel, words: Words) -> ft.Control:
    async def to_capture() -> None:
        await round_.show_tab(Tab.CAPTURE)

    async def to_list() -> None:
        await round_.show_tab(Tab.LIST)

    controls: list[ft.Control] = []
    if not round_.record.ended_at:
        controls.append(
            _tab_button(
                words("round.tab.capture"),
                ft.Icons.ADD_A_PHOTO_OUTLINED,
                round_.tab is Tab.CAPTURE,
                to_capture,
                "tab-capture",
            )
        )
    controls.append(
        _tab_button(
            words("round.tab.list_count", count=round_.count),
            ft.Icons.LIST,
            round_.tab is Tab.LIST,
            to_list,
            "tab-list",
        )
    )
    return ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        padding=6,
        content=ft.Row(spacing=6, controls=controls),
    )


def _tab_button(
    text: str, icon: ft.IconData, is_shown: bool, pressed: Handler, key: str
) -> ft.Control:
    style = ft.ButtonStyle(shape=ft.RoundedRectangleBorder(radius=theme.RADIUS))
    shape = ft.FilledTonalButton if is_shown else ft.TextButton
    button = shape(
        content=text, icon=icon, key=key, on_click=pressed, height=theme.TARGET_DP, style=style
    )
    return ft.Semantics(expand=True, selected=is_shown, content=button)
