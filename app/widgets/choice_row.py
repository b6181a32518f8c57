"""Headings, and rows of buttons of which one at most is chosen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

import flet as ft

from app import theme
from app.widgets.buttons import Handler


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """name: what a screen reader says, when the text alone is not enough."""

    key: str
    text: str
    is_chosen: bool
    pressed: Handler
    icon: ft.IconData | None = None
    name: str | None = None


def heading(text: str, *, scroll_key: str | None = None) -> ft.Control:
    """scroll_key: where it stands in a column that scrolls, for those who are sent there."""
    return ft.Container(
        key=None if scroll_key is None else ft.ScrollKey(scroll_key),  # type: ignore[call-arg]
        padding=ft.Padding.only(top=8),
        content=ft.Semantics(
            header=True, content=ft.Text(text, size=18, weight=ft.FontWeight.W_600)
        ),
    )


def choices(found: Sequence[Choice], *, is_disabled: bool = False) -> ft.Control:
    """As many in a line as there is room for; the chosen one has a tick and a thick edge."""
    return ft.Row(
        wrap=True,
        spacing=8,
        run_spacing=8,
        controls=[choice_button(one, is_disabled=is_disabled, may_wrap=True) for one in found],
    )


def one_of(
    offers: Iterable[tuple[str, str]],
    chosen: str,
    choose: Callable[[str], Awaitable[None]],
    *,
    key: str,
) -> ft.Control:
    """offers: a code, which ends the button's key, and the words for it."""

    def choosing(code: str) -> Handler:
        async def pressed() -> None:
            await choose(code)

        return pressed

    return choices(
        [
            Choice(key=f"{key}-{code}", text=text, is_chosen=code == chosen, pressed=choosing(code))
            for code, text in offers
        ]
    )


def choice_button(
    one: Choice, *, is_disabled: bool = False, shares_row: bool = False, may_wrap: bool = False
) -> ft.Control:
    """shares_row: all of a row are equally wide, whichever is chosen.

    may_wrap: a text wider than the screen takes another line; not in a row that scrolls sideways.
    """
    icon = ft.Icons.CHECK if one.is_chosen else one.icon
    parts: list[ft.Control] = []
    if icon is not None:
        parts.append(ft.Icon(icon, size=22))
    text = ft.Text(one.text, size=16, semantics_label=one.name)
    if may_wrap:
        text.expand, text.expand_loose = True, True
    parts.append(text)
    return ft.Semantics(
        expand=True if shares_row else None,
        selected=one.is_chosen,
        content=ft.OutlinedButton(
            key=one.key,
            on_click=one.pressed,
            disabled=is_disabled,
            style=ft.ButtonStyle(
                shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
                padding=ft.Padding.symmetric(horizontal=2 if shares_row else 14, vertical=16),
                bgcolor=ft.Colors.SECONDARY_CONTAINER if one.is_chosen else None,
                side=ft.BorderSide(
                    width=3 if one.is_chosen else 1,
                    color=ft.Colors.PRIMARY if one.is_chosen else ft.Colors.OUTLINE,
                ),
            ),
            content=ft.Row(
                tight=not shares_row,
                spacing=2 if shares_row else 8,
                alignment=ft.MainAxisAlignment.CENTER,
                controls=parts,
            ),
        ),
    )
