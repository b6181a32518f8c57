"""A long list of which only what is near the screen is built.

Pages keep their rows when the list is read anew, so what is on the screen is not built again for
a row that came elsewhere; and what comes above the screen waits until the person is at the top.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import flet as ft

from app.field.models.row_page import ROW_DP, ReadRows, RowPage
from sync.client.finding_list import ListedFinding
from sync.domain.ids import EntityId

PAGE_ROWS = 4
NEAR_SCREENS = 1.0
"""So many screens above and below the one that is seen are built."""
TOP_DP = 60.0
"""Scrolled less than this the person is at the top, and sees new rows come."""
FIRST_SCREEN_DP = 1000.0
"""Until the screen has said how high it is."""
MOVING_S = 0.03
LATEST_S = 0.15
"""A list that moves on and on is built this often."""


@ft.observable
class RowWindow:
    """pages: all of them. built: which are, by their numbers.

    held_back: how many new ones wait above what is on the screen.
    number: another one is another list, which begins at its top.
    """

    def __init__(self, read: ReadRows) -> None:
        self.pages: list[RowPage] = []
        self.built: tuple[int, ...] = ()
        self.held_back = 0
        self.number = 0
        self._read = read
        self._made = 0
        self._head_dp = 0.0
        self._scrolled_dp, self._screen_dp = 0.0, 0.0
        self._moves, self._built_at = 0, 0.0

    @property
    def is_empty(self) -> bool:
        return not any(page.ids for page in self.pages)

    def pieces(self) -> list[RowPage | float]:
        """What is on the screen from the top: built pages, and the space between them in dp."""
        pieces: list[RowPage | float] = []
        for page in self.pages:
            last = pieces[-1] if pieces else None
            if page.is_built:
                pieces.append(page)
            elif isinstance(last, float):
                pieces[-1] = last + page.space_dp
            else:
                pieces.append(page.space_dp)
        return pieces

    @property
    def built_rows(self) -> list[ListedFinding]:
        return [row for page in self.pages if page.is_built for row in page.rows]

    def built_pages(self) -> Iterator[RowPage]:
        return (page for page in self.pages if page.is_built)

    # What is in it

    def show(self, ids: Sequence[EntityId]) -> None:
        """Another list, from its top."""
        self._scrolled_dp, self.held_back = 0.0, 0
        self.pages = [
            self._new_page(ids[start : start + PAGE_ROWS])
            for start in range(0, len(ids), PAGE_ROWS)
        ]
        self.number += 1
        self._build()

    def refresh(self, ids: Sequence[EntityId]) -> None:
        """The same list as it is now."""
        known = {one for page in self.pages for one in page.ids}
        if not known:
            self.show(ids)
            return
        first_known = next((at for at, one in enumerate(ids) if one in known), len(ids))
        waits = first_known if self._scrolled_dp > TOP_DP else 0
        self._arrange(ids[waits:])
        self.held_back = waits
        self._build(again=True)

    def _arrange(self, ids: Sequence[EntityId]) -> None:
        """Every known one stays in its page; a new one joins the page of the one before it."""
        page_of = {one: page for page in self.pages for one in page.ids}
        kept: dict[RowPage, list[EntityId]] = {page: [] for page in self.pages}
        page = self.pages[0]
        for one in ids:
            page = page_of.get(one, page)
            kept[page].append(one)
        pages: list[RowPage] = []
        for page, of_page in kept.items():
            if not of_page:
                continue
            if tuple(of_page) != page.ids:
                page.has_become(of_page[-2 * PAGE_ROWS :])
                extra = of_page[: -2 * PAGE_ROWS]
                pages += [
                    self._new_page(extra[start : start + PAGE_ROWS])
                    for start in range(0, len(extra), PAGE_ROWS)
                ]
            pages.append(page)
        if pages != list(self.pages):
            self.pages = pages

    def _new_page(self, ids: Sequence[EntityId]) -> RowPage:
        self._made += 1
        return RowPage(self._made, ids)

    # Where the screen is

    def scrolled(self, pixels: float, screen_dp: float) -> None:
        self._scrolled_dp, self._screen_dp = pixels, screen_dp
        self._build()

    async def follow(self, pixels: float, screen_dp: float) -> None:
        """As scrolled, while a finger moves: what is passed in between is not built."""
        loop = asyncio.get_running_loop()
        self._scrolled_dp, self._screen_dp = pixels, screen_dp
        self._moves += 1
        move = self._moves
        await asyncio.sleep(MOVING_S)
        if move == self._moves or loop.time() - self._built_at > LATEST_S:
            self._built_at = loop.time()
            self._build()

    def head_measured(self, height_dp: float) -> None:
        """What stands above the rows and scrolls with them."""
        self._head_dp = height_dp

    def measured(self, page: RowPage, height_dp: float) -> None:
        if page.is_built and height_dp > 0:
            page.height_dp = height_dp
            self._build()

    def _build(self, *, again: bool = False) -> None:
        """Builds what is near the screen, forgets what is not. again: rows may show other things.

        Before the list has been on the screen one page is enough: it is there the sooner.
        """
        screen_dp = self._screen_dp or FIRST_SCREEN_DP
        near = screen_dp * NEAR_SCREENS
        top, bottom = self._scrolled_dp - near, self._scrolled_dp + screen_dp + near
        if not any(page.height_dp is not None for page in self.pages):
            bottom = self._scrolled_dp + ROW_DP
        start = self._head_dp
        for page in self.pages:
            end = start + page.space_dp
            if end < top or start > bottom:
                page.forget()
            elif again or not page.is_built:
                page.build(self._read)
            start = end
        self.built = tuple(page.number for page in self.built_pages())
