"""Choosing a category: big tiles with icon and word, three in a row."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app import theme
from app.i18n import Words
from app.widgets.catalogue import CategoryTile
from sync.domain.words import Category


def category_grid(
    tiles: list[CategoryTile],
    chosen: Category | None,
    choose: Callable[[Category], None],
    words: Words,
) -> ft.Control:
    return ft.ResponsiveRow(
        columns=12,
        spacing=8,
        run_spacing=8,
        controls=[
            _tile(tile, tile.category is chosen, choose, words(f"category.{tile.category.value}"))
            for tile in tiles
        ],
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
        height=92,
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
            padding=4,
            bgcolor=ft.Colors.PRIMARY if is_chosen else ft.Colors.SURFACE_CONTAINER_LOW,
            side=ft.BorderSide(
                width=3 if is_chosen else 1,
                color=ft.Colors.PRIMARY if is_chosen else ft.Colors.OUTLINE_VARIANT,
            ),
        ),
        content=ft.Column(
            alignment=ft.MainAxisAlignment.CENTER,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=4,
            controls=[
                ft.Icon(ft.Icons.CHECK if is_chosen else tile.icon, size=30, color=colour),
                ft.Text(
                    word,
                    size=13,
                    color=colour,
                    text_align=ft.TextAlign.CENTER,
                    max_lines=2,
                    overflow=ft.TextOverflow.ELLIPSIS,
                ),
            ],
        ),
    )
    return ft.Semantics(col=4, selected=is_chosen, content=button)
