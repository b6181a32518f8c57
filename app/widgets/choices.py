"""One of several, by a button each; and what is on or off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

from app import theme
from app.widgets.buttons import Handler


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    code: str
    text: str


def choices(
    found: Sequence[Choice], chosen: str, choose: Callable[[str], Any], *, key: str
) -> ft.Control:
    """choose is given the code. The chosen one has a tick and a thick edge."""

    def choosing(code: str) -> Handler:
        def pressed() -> Any:
            return choose(code)

        async def pressed_and_awaited() -> None:
            answer = pressed()
            if answer is not None:
                await answer

        return pressed_and_awaited

    return ft.Row(
        key=key,
        wrap=True,
        spacing=8,
        run_spacing=8,
        controls=[
            _button(one.text, one.code == chosen, choosing(one.code), f"{key}-{one.code}", None)
            for one in found
        ],
    )


def toggle(
    name: str, state: str, is_on: bool, pressed: Handler, *, key: str, icon: ft.IconData
) -> ft.Control:
    """state: "on" or "off" in words, beside the name."""
    return _button(f"{name}: {state}", is_on, pressed, key, icon)


def _button(
    text: str, is_chosen: bool, pressed: Handler, key: str, icon: ft.IconData | None
) -> ft.Control:
    shown = ft.Icons.CHECK if is_chosen else icon
    parts: list[ft.Control] = [] if shown is None else [ft.Icon(shown, size=22)]
    return ft.Semantics(
        selected=is_chosen,
        content=ft.OutlinedButton(
            key=key,
            on_click=pressed,
            style=ft.ButtonStyle(
                shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
                padding=ft.Padding.symmetric(horizontal=14, vertical=16),
                bgcolor=ft.Colors.SECONDARY_CONTAINER if is_chosen else None,
                side=ft.BorderSide(
                    width=3 if is_chosen else 1,
                    color=ft.Colors.PRIMARY if is_chosen else ft.Colors.OUTLINE,
                ),
            ),
            content=ft.Row(tight=True, spacing=8, controls=[*parts, ft.Text(text, size=16)]),
        ),
    )
