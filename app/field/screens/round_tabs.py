"""The four tabs at the bottom of a round: icon above word, so that large letters find room."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.round_model import RoundModel, Tab
from app.i18n import Words
from app.widgets.buttons import Handler

ICONS = {
    Tab.CAPTURE: ft.Icons.ADD_A_PHOTO_OUTLINED,
    Tab.LIST: ft.Icons.LIST,
    Tab.MAP: ft.Icons.MAP_OUTLINED,
    Tab.ROUND: ft.Icons.GROUPS_OUTLINED,
}


def round_tabs(round_: RoundModel, words: Words) -> ft.Control:
    names = {
        Tab.CAPTURE: words("round.tab.new"),
        Tab.LIST: words("round.tab.list_count", count=round_.count),
        Tab.MAP: words("round.tab.map"),
        Tab.ROUND: words("round.tab.round"),
    }
    return ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        padding=4,
        content=ft.Row(
            spacing=4,
            controls=[_button(round_, tab, names[tab]) for tab in round_.tabs],
        ),
    )


def _button(round_: RoundModel, tab: Tab, text: str) -> ft.Control:
    is_shown = round_.tab is tab
    shape = ft.FilledTonalButton if is_shown else ft.TextButton
    button = shape(
        key=f"tab-{tab.value}",
        on_click=_showing(round_, tab),
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
            padding=ft.Padding.symmetric(horizontal=2, vertical=6),
        ),
        content=ft.Column(
            tight=True,
            spacing=2,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[
                ft.Icon(ICONS[tab], size=24),
                ft.Text(
                    text,
                    size=13,
                    weight=ft.FontWeight.W_700 if is_shown else ft.FontWeight.W_500,
                    text_align=ft.TextAlign.CENTER,
                ),
            ],
        ),
    )
    return ft.Semantics(expand=True, selected=is_shown, content=button)


def _showing(round_: RoundModel, tab: Tab) -> Handler:
    async def show() -> None:
        await round_.show_tab(tab)

    return show
