"""The frame of a page that lies over what the person was doing: title, a way back, help."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.screens.frame import bar, screen
from app.i18n import Words
from app.widgets.buttons import icon_button


def page_above(
    title: str, model: AppModel, words: Words, controls: list[ft.Control], *, key: str
) -> ft.Control:
    return screen(
        model,
        bar(
            title,
            model,
            words,
            leading=icon_button(
                ft.Icons.ARROW_BACK, words("app.back"), model.pages.close, key=f"{key}-back"
            ),
            has_sync=False,
        ),
        ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=controls,
        ),
    )


def heading(text: str) -> ft.Control:
    return ft.Container(
        padding=ft.Padding.only(top=8),
        content=ft.Semantics(
            header=True, content=ft.Text(text, size=18, weight=ft.FontWeight.W_600)
        ),
    )


def paragraph(text: str) -> ft.Control:
    return ft.Text(text, size=16)
