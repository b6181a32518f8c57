"""The room where defects are reviewed: the list, the chosen defect, and keeping both fresh."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import flet as ft

from app.office.models.pictures import Pictures
from app.office.models.session import Session
from sync.central.areas import Area
from sync.central.defect_filters import Filter
from sync.central.defect_views import DefectDetail, DefectRow
from sync.central.defects import PAGE
from sync.central.desk import Version
from sync.central.to_choose import RoundToChoose
from sync.domain.ids import AreaCode
from sync.domain.words import Category

REFRESH_S = 2.0
PAUSE_S = 0.3


@ft.observable
@dataclass
class Room:
    """area: the one shown, None for all. chosen: the id of the defect that is open."""

    session: Session
    pictures: Pictures
    areas: list[Area] = field(default_factory=list)
    area: AreaCode | None = None
    show: Filter = Filter.TO_REVIEW
    search: str = ""
    rows: tuple[DefectRow, ...] = ()
    counts: dict[Filter, int] = field(default_factory=dict)
    rounds_to_choose: tuple[RoundToChoose, ...] = ()
    loaded: bool = False
    anything_sent: bool = True
    chosen: str | None = None
    detail: DefectDetail | None = None
    _limit: int = PAGE
    _version: Version | None = None
    _index: int = 0
    _away: bool = False
    _typing: bool = False
    _typed: str = ""

    @property
    def seen(self) -> list[AreaCode]:
        return [one.code for one in self.areas] if self.area is None else [self.area]

    @property
    def chosen_area(self) -> Area | None:
        """Where the open defect is."""
        if self.detail is None:
            return None
        return next((one for one in self.areas if one.code == self.detail.row.area), None)

    @property
    def has_more(self) -> bool:
        return len(self.rows) >= self._limit

    @property
    def may_review(self) -> bool:
        account = self.session.account
        return (
            account is not None
            and self.detail is not None
            and account.may_review(self.detail.row.area)
        )

    async def open(self) -> None:
        """Loads everything, then keeps it fresh until the task is cancelled."""
        account = self.session.account
        if account is None:
            return
        self.areas = await self.session.ask(self.session.desk.areas, account) or []
        await self.refresh()
        while self.session.account is not None:
            await asyncio.sleep(REFRESH_S)
            if not self._away:
                await self.refresh_if_changed()

    def away(self) -> None:
        """The browser is gone for now: nobody is looking."""
        self._away = True

    def back(self) -> None:
        self._away = False

    async def refresh_if_changed(self) -> None:
        account = self.session.account
        if account is None:
            return
        version = await self.session.ask(self.session.desk.version, account, self.seen)
        if version is not None and version != self._version:
            await self.refresh()

    async def refresh(self) -> None:
        account = self.session.account
        if account is None:
            return
        found = await self.session.ask(
            self.session.desk.overview,
            account,
            self.seen,
            self.show,
            search=self.search,
            categories=self._categories(),
            limit=self._limit,
        )
        if found is None:
            return
        self._version = found.version
        self.rows, self.counts = found.rows, found.counts
        self.rounds_to_choose = found.rounds
        self.anything_sent, self.loaded = found.anything_sent, True
        await self._refresh_detail()
        await self.pictures.fetch_small(row.photo_sha256 for row in found.rows if row.photo_sha256)

    async def filter_by(self, show: Filter) -> None:
        self.show, self._limit = show, PAGE
        await self.refresh()

    async def see_area(self, area: AreaCode | None) -> None:
        self.area, self._limit, self.chosen, self.detail = area, PAGE, None, None
        await self.refresh()

    async def type_search(self, text: str) -> None:
        """Searches when the person has stopped typing for a moment."""
        self._typed = text
        await asyncio.sleep(PAUSE_S)
        if text == self._typed:
            await self.search_now()

    async def search_now(self) -> None:
        if self._typed.strip() != self.search:
            self.search, self._limit = self._typed.strip(), PAGE
            await self.refresh()

    def typing_starts(self) -> None:
        """From here on letters are text, not shortcuts."""
        self._typing = True

    async def typing_ends(self) -> None:
        self._typing = False
        await self.search_now()

    @property
    def takes_shortcuts(self) -> bool:
        return not self._typing

    async def more(self) -> None:
        self._limit += PAGE
        await self.refresh()

    async def choose(self, observation_id: str) -> None:
        self.chosen = observation_id
        self._remember_index()
        await self._refresh_detail()

    def leave(self) -> None:
        """Back to the list, where both do not fit."""
        self.chosen, self.detail = None, None

    async def next(self) -> None:
        await self._step(1)

    async def previous(self) -> None:
        await self._step(-1)

    async def _step(self, by: int) -> None:
        """From a defect that has left the list, the next one is what has taken its place."""
        if not self.rows:
            return
        ids = [row.id for row in self.rows]
        if self.chosen in ids:
            index = ids.index(self.chosen) + by
        elif self.chosen is None:
            index = 0
        else:
            index = self._index if by > 0 else self._index - 1
        await self.choose(ids[max(0, min(index, len(ids) - 1))])

    def _remember_index(self) -> None:
        for index, row in enumerate(self.rows):
            if row.id == self.chosen:
                self._index = index

    async def _refresh_detail(self) -> None:
        account, chosen = self.session.account, self.chosen
        if account is None or chosen is None:
            return
        detail = await self.session.ask(self.session.desk.detail, account, self.seen, chosen)
        if chosen != self.chosen:
            return  # another one was opened meanwhile
        self.detail = detail
        if detail is not None:
            hashes = [one.sha256 for one in detail.photos if one.stored and one.sha256]
            await self.pictures.fetch_small([*hashes, *_later(detail)])
            await self.pictures.fetch_large(hashes)

    def _categories(self) -> list[Category]:
        """Those whose name holds what is searched for."""
        wanted = self.search.casefold()
        if not wanted:
            return []
        words = self.session.words
        return [one for one in Category if wanted in words(f"category.{one.value}").casefold()]


def _later(detail: DefectDetail) -> list[str]:
    """Hashes of the photos of later visits."""
    photos = [photo for one in detail.rechecks for photo in one.photos]
    return [photo.sha256 for photo in photos if photo.stored and photo.sha256]
