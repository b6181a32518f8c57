"""Short texts in a box: something to know, or something that went wrong and what to do."""

from __future__ import annotations

import flet as ft

from app import theme


def warning_note(text: str, *, key: str, action: ft.Control | None = None) -> ft.Control:
    """Read out by screen readers as soon as it shows."""
    return _note(
        text, key, action, ft.Icons.WARNING_AMBER, ft.Colors.ERROR_CONTAINER,
        ft.Colors.ON_ERROR_CONTAINER,
    )  # fmt: skip


def info_note(text: str, *, key: str, action: ft.Control | None = None) -> ft.Control:
    return _note(
        text, key, action, ft.Icons.INFO_OUTLINE, ft.Colors.SURFACE_CONTAINER_HIGHEST,
        ft.Colors.ON_SURFACE,
    )  # fmt: skip


def done_note(text: str, *, key: str) -> ft.Control:
    """Something is done and safe; one line that covers nothing."""
    return ft.Row(
        key=key,
        alignment=ft.MainAxisAlignment.CENTER,
        spacing=8,
        controls=[
            ft.Icon(ft.Icons.CHECK_CIRCLE, color=ft.Colors.PRIMARY, size=22),
            ft.Semantics(
                live_region=True,
                content=ft.Text(text, size=16, weight=ft.FontWeight.W_600, color=ft.Colors.PRIMARY),
            ),
        ],
    )


def _note(
    text: str,
    key: str,
    action: ft.Control | None,
    icon: ft.IconData,
    background: ft.ColorValue,
    foreground: ft.ColorValue,
) -> ft.Control:
    column: list[ft.Control] = [
        ft.Row(
            spacing=10,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                ft.Icon(icon, color=foreground, size=22),
                ft.Semantics(
                    live_region=True,
                    expand=True,
                    content=ft.Text(text, color=foreground, size=15),
                ),
            ],
        )
    ]
    if action is not None:
        column.append(action)
    return ft.Container(
        key=key,
        bgcolor=background,
        border=ft.Border.all(theme.BOX_BORDER, ft.Colors.OUTLINE_VARIANT),
        border_radius=theme.RADIUS,
        padding=theme.GAP,
        content=ft.Column(spacing=6, controls=column),
    )
