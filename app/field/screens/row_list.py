"""A long list on the screen: pages of rows near it, empty space of the same height elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import flet as ft

from app import theme
from app.field.models.row_page import RowPage
from app.field.models.row_window import RowWindow
from app.i18n import Words
from app.widgets.buttons import plain_button
from sync.client.finding_list import ListedFinding

GAP_DP = 10
EVERY_MOVE_MS = 0
"""With a pause between two events the last one is dropped, and where it stopped is not known."""

BuildRow = Callable[[ListedFinding, dict[str, bytes], datetime, Words], ft.Control]


Made = Callable[..., ft.Control]
remembered = cast("Callable[[Made], Made]", ft.memo)
"""A component that is built again only when what it is given is another thing or has changed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowMaker:
    """What every row of one list is built with. It stays the same as long as the list does."""

    build: BuildRow
    load: Callable[[RowPage], Awaitable[None]]
    now: Callable[[], datetime]


@ft.component
def RowList(
    window: RowWindow,
    maker: RowMaker,
    head: list[ft.Control],
    to_top: Callable[[], None],
    words: Words,
) -> ft.Control:
    """head: scrolls with the rows, above them."""

    async def scrolled(event: ft.OnScrollEvent) -> None:
        await window.follow(event.pixels, event.viewport_dimension)

    def head_measured(event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
        window.head_measured(event.height)

    above = ft.Container(
        key="head",
        padding=ft.Padding.only(bottom=GAP_DP),
        on_size_change=head_measured,
        content=ft.Column(
            spacing=GAP_DP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=head,
        ),
    )
    pieces = [
        ft.Container(key=f"space-{number}", height=piece)
        if isinstance(piece, float)
        else remembered(PageOfRows)(window, piece, maker, words, key=f"page-{piece.number}")
        for number, piece in enumerate(window.pieces())
    ]
    # not a ListView, which guesses how long what it has not built yet is
    rows = ft.Column(
        key=f"rows-{window.number}",
        expand=True,
        scroll=ft.ScrollMode.AUTO,
        on_scroll=scrolled,
        scroll_interval=EVERY_MOVE_MS,
        controls=[
            ft.Container(
                padding=theme.GAP,
                content=ft.Column(
                    spacing=0,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                    controls=[above, *pieces],
                ),
            )
        ],
    )
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[*_held_back(window, to_top, words), rows],
    )


def _held_back(window: RowWindow, to_top: Callable[[], None], words: Words) -> list[ft.Control]:
    if not window.held_back:
        return []
    return [
        ft.Container(
            padding=8,
            content=plain_button(
                words("list.new_above", count=window.held_back),
                to_top,
                key="show-new",
                icon=ft.Icons.ARROW_UPWARD,
            ),
        )
    ]


@ft.component
def PageOfRows(window: RowWindow, page: RowPage, maker: RowMaker, words: Words) -> ft.Control:
    async def load() -> None:
        await maker.load(page)

    def measured(event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
        window.measured(page, event.height)

    ft.use_effect(load, [page.is_built, page.ids, page.asked])
    now = maker.now()
    return ft.Container(
        on_size_change=measured,
        content=ft.Column(
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                ft.Container(
                    key=f"row-{row.row_id}",
                    padding=ft.Padding.only(bottom=GAP_DP),
                    content=maker.build(row, page.pictures, now, words),
                )
                for row in page.rows
            ],
        ),
    )
