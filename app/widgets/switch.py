"""Switching on or off: large, and never told by colour alone."""

from __future__ import annotations

import flet as ft

from app import theme
from app.widgets.buttons import Handler


def switch(
    text: str, state: str, is_on: bool, pressed: Handler, *, key: str, icon: ft.IconData
) -> ft.Control:
    """state: "på" or "av" in words, which a screen reader says after the name.

    (Semantics(toggled=…) around a button makes one control within another in the browser.)
    """
    return ft.OutlinedButton(
        key=key,
        on_click=pressed,
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
            padding=ft.Padding.symmetric(horizontal=14, vertical=15),
            color=ft.Colors.ON_SECONDARY_CONTAINER if is_on else ft.Colors.ON_SURFACE,
            bgcolor=ft.Colors.SECONDARY_CONTAINER if is_on else None,
            side=ft.BorderSide(
                width=3 if is_on else 1,
                color=ft.Colors.PRIMARY if is_on else ft.Colors.OUTLINE,
            ),
        ),
        content=ft.Row(
            spacing=12,
            controls=[
                ft.Icon(icon, size=24),
                ft.Text(text, size=16, expand=True),
                ft.Text(state, size=16, weight=ft.FontWeight.W_600),
                ft.Icon(ft.Icons.TOGGLE_ON if is_on else ft.Icons.TOGGLE_OFF, size=36),
            ],
        ),
    )
