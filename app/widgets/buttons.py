"""The buttons of the field app: large enough for gloves, named for screen readers.

Their height comes from padding around the text, so that they grow with it: at 200 % too, and when
a long word needs two lines. name: what a screen reader says, when the text alone is not enough; it
begins with the text, for those who speak to their phone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app import theme

Handler = Callable[..., Any]


def main_button(
    text: str,
    on_click: Handler,
    *,
    key: str,
    icon: ft.IconData | None = None,
    disabled: bool = False,
    name: str | None = None,
) -> ft.Control:
    """The one thing to do on a screen."""
    return ft.FilledButton(
        content=_named(text, name),
        icon=icon,
        key=key,
        on_click=on_click,
        disabled=disabled,
        style=ft.ButtonStyle(
            padding=ft.Padding.symmetric(horizontal=20, vertical=18),
            text_style=ft.TextStyle(size=18, weight=ft.FontWeight.W_600),
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
        ),
    )


def plain_button(
    text: str,
    on_click: Handler,
    *,
    key: str,
    icon: ft.IconData | None = None,
    disabled: bool = False,
    expand: bool | int | None = None,
    name: str | None = None,
) -> ft.Control:
    return ft.FilledTonalButton(
        content=_named(text, name),
        icon=icon,
        key=key,
        on_click=on_click,
        disabled=disabled,
        expand=expand,
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
            padding=ft.Padding.symmetric(horizontal=12, vertical=16),
        ),
    )


def quiet_button(
    text: str,
    on_click: Handler,
    *,
    key: str,
    icon: ft.IconData | None = None,
    name: str | None = None,
) -> ft.Control:
    return ft.TextButton(
        content=_named(text, name),
        icon=icon,
        key=key,
        on_click=on_click,
        style=ft.ButtonStyle(padding=ft.Padding.symmetric(horizontal=12, vertical=14)),
    )


def icon_button(icon: ft.IconData, name: str, on_click: Handler, *, key: str) -> ft.Control:
    """name is read by screen readers (a tooltip would be a node of its own beside the button)."""
    return ft.IconButton(
        icon=ft.Icon(icon, semantics_label=name),
        key=key,
        on_click=on_click,
        width=theme.TARGET_DP,
        height=theme.TARGET_DP,
    )


def _named(text: str, name: str | None) -> str | ft.Control:
    return text if name is None else ft.Text(text, semantics_label=name)
