"""Putting the area's base map on the phone: how much it is, how far it has come, taking it away."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import flet as ft

from app.device.storage.errors import StorageError
from app.device.tiles import Kept, TilesError, TilesLater, TilesNoRoom
from app.field.services import Services
from sync.client.briefing import BriefedTiles, read_briefing
from sync.client.transport import Request, TransportError
from sync.domain.geo import GeoBox
from sync.domain.ids import AreaCode
from sync.domain.tiles import Tile, tiles_of

log = logging.getLogger(__name__)

BATCH = 16
LATER_TRIES = 5
LONGEST_WAIT_S = 90.0
ASK_TIMEOUT_S = 10.0
FACT = "map_on_phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The store's map of one area, as GET /api/v1/tiles/{area} tells it."""

    version: str
    attribution: str
    min_zoom: int
    max_zoom: int
    count: int
    size_bytes: int
    bounds: GeoBox

    @property
    def tiles(self) -> Iterator[Tile]:
        return tiles_of(self.bounds, range(self.min_zoom, self.max_zoom + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPhone:
    """What is kept of one area. done: tiles that have been asked for, with or without a map."""

    version: str
    attribution: str
    min_zoom: int
    max_zoom: int
    done: int
    size_bytes: int
    is_whole: bool


@ft.observable
class MapDownloadModel:
    """problem: key of what stopped it. progress: from 0 to 1 while it runs.

    briefed: the store's map as it last told of it, None when that has nothing of this area.
    asks_removal: the first of two presses; what is taken away comes back only with contact.
    """

    def __init__(self, services: Services, area: AreaCode) -> None:
        self.offer: Offer | None = None
        self.on_phone: OnPhone | None = None
        self.briefed: BriefedTiles | None = None
        self.is_running = False
        self.asks_removal = False
        self.progress = 0.0
        self.problem: str | None = None
        self._services, self._area = services, area
        self._wants_end = False
        self.on_phone = self._kept().get(area)
        self.read_briefing()

    # What there is

    def read_briefing(self) -> None:
        tiles = read_briefing(self._services.local).tiles
        self.briefed = tiles if tiles is not None and self._area in tiles.size_bytes else None

    @property
    def size_bytes(self) -> int | None:
        """Of the whole download; None when the store has no map of the area, as far as we know."""
        if self.offer is not None:
            return self.offer.size_bytes
        briefed = self.briefed
        return None if briefed is None else briefed.size_bytes.get(self._area)

    @property
    def is_offered(self) -> bool:
        return bool(self.size_bytes)

    @property
    def is_newer(self) -> bool:
        """The store has another map than the phone."""
        offer, kept = self.offer, self.on_phone
        return offer is not None and kept is not None and offer.version != kept.version

    @property
    def version(self) -> str:
        """Of the tiles that the map shows: the phone's own, as long as it has no whole newer."""
        if self.on_phone is not None:
            return self.on_phone.version
        return "0" if self.offer is None else self.offer.version

    async def refresh(self) -> None:
        """Asks the store what it has; without contact what is known stays."""
        if self.is_running:
            return
        url = f"{self._services.base_url}/api/v1/tiles/{self._area}"
        request = Request(method="GET", url=url, timeout_s=ASK_TIMEOUT_S)
        try:
            answer = await self._services.transport.request(request)
        except TransportError as error:
            log.info("the map's size is not known now: %s", type(error).__name__)
            return
        if answer.status == 200:
            self.offer = _offer(answer.body)
        elif answer.status == 404:
            self.offer = None

    # Doing it

    async def start(self) -> None:
        """Goes on where an earlier one stopped."""
        if self.is_running:
            return
        self.problem, self._wants_end, self.asks_removal = None, False, False
        await self.refresh()
        if self.offer is None:
            self.problem = "map.download.no_contact"
            return
        self.is_running, self.progress = True, 0.0
        try:
            await self._all_tiles(self.offer)
        except TilesNoRoom:
            self.problem = "map.download.no_room"
        except TilesError as error:
            log.info("the map was not put on the phone: %s", error)
            later = isinstance(error, TilesLater)
            self.problem = "map.download.later" if later else "map.download.no_contact"
        finally:
            self.is_running = False

    def cancel(self) -> None:
        """What has come stays, and the next start goes on from there."""
        self._wants_end = True

    @property
    def size_on_phone(self) -> int:
        """In bytes, of all areas: what removing takes away."""
        return sum(one.size_bytes for one in self._kept().values())

    def ask_removal(self) -> None:
        self.asks_removal = True

    def keep(self) -> None:
        self.asks_removal = False

    async def remove(self) -> None:
        """All areas' tiles: they share what lies between them."""
        self.asks_removal = False
        if self.is_running:
            return
        await self._services.tiles.forget()
        self.on_phone, self.problem = None, None
        await self._keep_facts({})

    async def _all_tiles(self, offer: Offer) -> None:
        tiles = list(offer.tiles)
        kept = Kept(count=0, size_bytes=0)
        for at in range(0, len(tiles), BATCH):
            kept += await self._batch(tiles[at : at + BATCH], offer.version)
            done = min(len(tiles), at + BATCH)
            self.progress = done / len(tiles)
            is_whole = done == len(tiles)
            if is_whole or self.on_phone is None or self.on_phone.version == offer.version:
                # an older map that is whole serves until the new one is
                self.on_phone = OnPhone(
                    version=offer.version,
                    attribution=offer.attribution,
                    min_zoom=offer.min_zoom,
                    max_zoom=offer.max_zoom,
                    done=done,
                    size_bytes=kept.size_bytes,
                    is_whole=is_whole,
                )
            if self._wants_end and not is_whole:
                break
        if self.on_phone is not None:
            await self._written(self.on_phone)

    async def _batch(self, tiles: list[Tile], version: str) -> Kept:
        """Waits when the store asks for it, a few times."""
        for _ in range(LATER_TRIES):
            try:
                return await self._services.tiles.keep(tiles, version)
            except TilesLater as error:
                if self._wants_end or error.retry_after_s > LONGEST_WAIT_S:
                    raise
                await asyncio.sleep(error.retry_after_s)
        return await self._services.tiles.keep(tiles, version)

    async def _written(self, on_phone: OnPhone) -> None:
        facts = self._kept()
        if on_phone.is_whole:
            facts = {
                area: one
                for area, one in facts.items()
                if one.version == on_phone.version or area == self._area
            }
            await self._services.tiles.forget(on_phone.version)
        await self._keep_facts({**facts, self._area: on_phone})

    async def _keep_facts(self, facts: dict[AreaCode, OnPhone]) -> None:
        body = json.dumps({area: asdict(one) for area, one in facts.items()}, ensure_ascii=False)
        self._services.local.set_facts({FACT: body if facts else None})
        try:
            await self._services.storage.flush()
        except StorageError as error:
            log.info("that the map is on the phone was not written down: %s", error)

    def _kept(self) -> dict[AreaCode, OnPhone]:
        try:
            raw = json.loads(self._services.local.fact(FACT) or "{}")
            return {AreaCode(area): OnPhone(**one) for area, one in raw.items()}
        except (ValueError, TypeError, AttributeError):
            log.warning("what is known of the map on the phone cannot be read")
            return {}


def _offer(body: bytes) -> Offer | None:
    try:
        raw: dict[str, Any] = json.loads(body)
        bounds = {side: float(raw["bounds"][side]) for side in ("south", "west", "north", "east")}
        return Offer(
            version=str(raw["version"]),
            attribution=str(raw["attribution"]),
            min_zoom=int(raw["min_zoom"]),
            max_zoom=int(raw["max_zoom"]),
            count=int(raw["count"]),
            size_bytes=int(raw["bytes"]),
            bounds=GeoBox(**bounds),
        )
    except (ValueError, TypeError, KeyError):
        log.warning("the store's summary of its map cannot be read")
        return None
