"""Choosing a category: big tiles with icon and word, in rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from app import theme
from app.i18n import Words
from app.widgets.catalogue import CategoryTile
from sync.domain.words import Category

COLUMNS = 3
LARGE_TEXT_COLUMNS = 2
GAP = 8


def category_grid(
    tiles: Sequence[CategoryTile],
    chosen: Category | None,
    choose: Callable[[Category], None],
    words: Words,
    *,
    asked: Sequence[ft.Control] = (),
    columns: int = COLUMNS,
) -> ft.Control:
    """asked: what the chosen category asks for, right below its tile; no tile above it moves."""
    lines: list[ft.Control] = []
    for start in range(0, len(tiles), columns):
        line = list(tiles[start : start + columns])
        lines.append(_line(line, chosen, choose, words, columns))
        if asked and any(tile.category is chosen for tile in line):
            lines.append(
                ft.Container(
                    padding=theme.GAP,
                    border_radius=theme.RADIUS,
                    bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
                    content=ft.Column(
                        spacing=GAP,
                        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                        controls=list(asked),
                    ),
                )
            )
    return ft.Column(
        spacing=GAP, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=lines
    )


def _line(
    tiles: list[CategoryTile],
    chosen: Category | None,
    choose: Callable[[Category], None],
    words: Words,
    columns: int,
) -> ft.Control:
    shown: list[ft.Control] = [
        _tile(tile, tile.category is chosen, choose, words(f"category.{tile.category.value}"))
        for tile in tiles
    ]
    shown += [ft.Container(expand=1) for _ in range(columns - len(tiles))]
    return ft.Row(
        spacing=GAP,
        intrinsic_height=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=shown,
    )


def _tile(
    tile: CategoryTile, is_chosen: bool, choose: Callable[[Category], None], word: str
) -> ft.Control:
    def pressed() -> None:
        choose(tile.category)

    colour = ft.Colors.ON_PRIMARY if is_chosen else ft.Colors.ON_SURFACE
    button = ft.OutlinedButton(
        key=f"category-{tile.category.value}",
        on_click=pressed,
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
            padding=ft.Padding.symmetric(horizontal=4, vertical=16),
            bgcolor=ft.Colors.PRIMARY if is_chosen else ft.Colors.SURFACE_CONTAINER_LOW,
            side=ft.BorderSide(
                width=3 if is_chosen else 1,
                color=ft.Colors.PRIMARY if is_chosen else ft.Colors.OUTLINE_VARIANT,
            ),
        ),
        content=ft.Column(
            tight=True,
            alignment=ft.MainAxisAlignment.CENTER,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=4,
            controls=[
                ft.Icon(ft.Icons.CHECK if is_chosen else tile.icon, size=30, color=colour),
                ft.Text(word, size=14, color=colour, text_align=ft.TextAlign.CENTER),
            ],
        ),
    )
    return ft.Semantics(expand=1, selected=is_chosen, content=button)
