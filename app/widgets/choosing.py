"""Choosing one of a few, and switching on or off: large, and never told by colour alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app import theme
from app.widgets.buttons import Handler


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """code: what is chosen, and the end of the button's key."""

    code: str
    text: str


def one_of(
    offers: Sequence[Offer],
    chosen: str,
    choose: Callable[[str], Awaitable[None]],
    *,
    key: str,
) -> ft.Control:
    """Buttons beside each other, below each other where the text is large."""
    return ft.Row(
        wrap=True,
        spacing=8,
        run_spacing=8,
        controls=[_offer(one, one.code == chosen, choose, key) for one in offers],
    )


def _offer(
    offer: Offer, is_chosen: bool, choose: Callable[[str], Awaitable[None]], key: str
) -> ft.Control:
    async def pressed() -> None:
        await choose(offer.code)

    return ft.Semantics(
        selected=is_chosen,
        content=ft.OutlinedButton(
            key=f"{key}-{offer.code}",
            on_click=pressed,
            content=offer.text,
            icon=ft.Icons.CHECK if is_chosen else None,
            style=_outlined(is_chosen),
        ),
    )


def switch(
    text: str, state: str, is_on: bool, pressed: Handler, *, key: str, icon: ft.IconData
) -> ft.Control:
    """state: "på" or "av" in words, which a screen reader says after the name.

    (Semantics(toggled=…) around a button makes one control within another in the browser.)
    """
    return ft.OutlinedButton(
        key=key,
        on_click=pressed,
        style=_outlined(is_on),
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


def _outlined(is_chosen: bool) -> ft.ButtonStyle:
    return ft.ButtonStyle(
        shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
        padding=ft.Padding.symmetric(horizontal=14, vertical=15),
        text_style=ft.TextStyle(size=16),
        color=ft.Colors.ON_SECONDARY_CONTAINER if is_chosen else ft.Colors.ON_SURFACE,
        bgcolor=ft.Colors.SECONDARY_CONTAINER if is_chosen else None,
        side=ft.BorderSide(
            width=4 if is_chosen else 2,
            color=ft.Colors.PRIMARY if is_chosen else ft.Colors.OUTLINE,
        ),
    )
