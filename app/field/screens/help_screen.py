"""The card with the numbers to call when something is dangerous: one tap away, always."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.screens.frame import bar, screen
from app.i18n import Words
from app.widgets.buttons import icon_button

NUMBERS = (("112", "tel:112"), ("11414", "tel:11414"), ("city", "tel:+4640341000"))


@ft.component
def HelpScreen(model: AppModel, words: Words) -> ft.Control:
    return screen(
        model,
        bar(
            words("help.title"),
            model,
            words,
            leading=icon_button(
                ft.Icons.ARROW_BACK, words("app.back"), model.pages.close_help, key="help-back"
            ),
            has_help=False,
            has_sync=False,
        ),
        ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[_number(name, url, words) for name, url in NUMBERS],
        ),
    )


def _number(name: str, url: str, words: Words) -> ft.Control:
    """_self: the phone's own dialler takes it, and the app stays where it is."""
    return ft.FilledTonalButton(
        key=f"call-{name}",
        url=ft.Url(url, ft.UrlTarget.SELF),
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
            alignment=ft.Alignment.CENTER_LEFT,
            padding=ft.Padding.symmetric(horizontal=20, vertical=22),
        ),
        content=ft.Row(
            spacing=16,
            controls=[
                ft.Icon(ft.Icons.PHONE, size=30),
                ft.Column(
                    expand=True,
                    spacing=2,
                    tight=True,
                    controls=[
                        ft.Text(words(f"help.{name}"), size=18, weight=ft.FontWeight.W_600),
                        ft.Text(words(f"help.{name}.why"), size=14),
                    ],
                ),
            ],
        ),
    )
