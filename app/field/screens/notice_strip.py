"""The short message, in a strip of its own: it covers nothing, and no button moves because of it.

It stands between what scrolls and the buttons below, and what scrolls is so much shorter meanwhile.
"""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.notices import Notices
from app.i18n import Words


@ft.component
def NoticeStrip(notices: Notices, words: Words) -> ft.Control:
    notice = notices.shown
    if notice is None:
        return ft.Container()
    parts: list[ft.Control] = [
        ft.Semantics(
            live_region=True,
            expand=True,
            content=ft.Text(notice.text, color=ft.Colors.ON_INVERSE_SURFACE),
        )
    ]
    if notice.undo is not None:
        parts.append(
            ft.TextButton(
                content=words("app.undo"),
                key="notice-undo",
                on_click=notices.undo,
                style=ft.ButtonStyle(
                    color=ft.Colors.INVERSE_PRIMARY,
                    padding=ft.Padding.symmetric(horizontal=12, vertical=14),
                ),
            )
        )
    return ft.Container(
        key=f"notice-{notice.number}",
        bgcolor=ft.Colors.INVERSE_SURFACE,
        padding=ft.Padding.symmetric(horizontal=theme.EDGE, vertical=4),
        content=ft.Row(spacing=8, vertical_alignment=ft.CrossAxisAlignment.CENTER, controls=parts),
    )


@ft.component
def NoticeTime(notices: Notices) -> ft.Control:
    """Takes each message away when its time is over, on whichever screen it is shown."""
    notice = notices.shown

    async def fade() -> None:
        if notice is not None:
            await notices.fade(notice)

    ft.use_effect(fade, [None if notice is None else notice.number])
    return ft.Container(width=0, height=0)
