"""The base map as phones get it: from the file, or from the source and then kept in the file.

Phones only ever talk to the store. It asks the source for nothing outside its areas, for few
tiles at a time, and not at all for as long as the source has said no.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sync.central.tiles.provider import NotATile, NotReached, Provider, SaysStop
from sync.central.tiles.tile_file import TileFile
from sync.domain.geo import GeoBox
from sync.domain.tiles import Tile, box_of, overlaps

log = logging.getLogger(__name__)

AT_ONCE = 2
WAITING = 12
PAUSE_S = 0.1
"""At most ten requests a second."""
WAIT_S = 10.0
REST_S = 60.0
REFUSED_REST_S = 3600.0
SOURCE_ZOOMS = range(8, 20)


class Busy(Exception):
    """The tile may be had later: the source is asked for others, rests or is not reached."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("later")
        self.retry_after_s = retry_after_s


@dataclass(kw_only=True)
class Source:
    """Where tiles come from that the file has not."""

    provider: Provider
    attribution: str
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _rests_until: float = field(default=float("-inf"), init=False)
    _next_at: float = field(default=float("-inf"), init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _lines: threading.Semaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(AT_ONCE), init=False
    )
    _places: threading.Semaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(AT_ONCE + WAITING), init=False
    )

    def get(self, tile: Tile) -> bytes | None:
        """Raises Busy."""
        self._check_rest()
        if not self._places.acquire(blocking=False):
            raise Busy(WAIT_S)
        try:
            if not self._lines.acquire(timeout=WAIT_S):
                raise Busy(WAIT_S)
            try:
                self._check_rest()
                self._pause()
                return self._ask(tile)
            finally:
                self._lines.release()
        finally:
            self._places.release()

    def _ask(self, tile: Tile) -> bytes | None:
        try:
            return self.provider.get(tile)
        except SaysStop as error:
            rest_s = error.retry_after_s
            if rest_s is None:
                rest_s = REST_S if error.status == 429 else REFUSED_REST_S
            self._rest(max(1.0, rest_s), f"it answered {error.status}")
        except NotReached as error:
            self._rest(REST_S / 6, f"it was not reached ({error})")
        except NotATile:
            self._rest(REFUSED_REST_S, "it gives no raster tiles")
        raise Busy(self._rests_until - self.clock())

    def _check_rest(self) -> None:
        left_s = self._rests_until - self.clock()
        if left_s > 0:
            raise Busy(left_s)

    def _rest(self, seconds: float, why: str) -> None:
        self._rests_until = self.clock() + seconds
        log.warning("the map's source is left alone for %.0f s: %s", seconds, why)

    def _pause(self) -> None:
        with self._lock:
            wait_s = max(0.0, self._next_at - self.clock())
            self._next_at = self.clock() + wait_s + PAUSE_S
        self.sleep(wait_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseMap:
    """source: None for a map that is only the file."""

    file: TileFile
    source: Source | None = None

    def tile(self, tile: Tile, boxes: Callable[[], Sequence[GeoBox]]) -> bytes | None:
        """boxes: where the source may be asked. Raises Busy."""
        try:
            kept = self.file.read(tile)
        except sqlite3.DatabaseError:
            log.exception("the map cannot be read; import it again")
            return None
        if kept is not None or self.source is None or tile.zoom not in SOURCE_ZOOMS:
            return kept
        here = box_of(tile)
        if not any(overlaps(here, box) for box in boxes()):
            return None
        data = self.source.get(tile)
        if data is not None:
            self.file.add(tile, data)
        return data
