"""The base map's tiles on the phone: kept beforehand, and shown from here when they are.

In the browser the service worker answers for tiles from a cache of its own (service-worker.js). A
packaged app serves them to its own map from a folder: Flutter's tile layer speaks only HTTP.

* TilesError
  - TilesNotReached   no contact with the store
  - TilesLater        the store wants to be asked later: its own source rests
  - TilesNoRoom       the phone is full
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sync.domain.tiles import Tile


class TilesError(Exception):
    """Base of all that stops keeping tiles; what was kept before it stays."""


class TilesNotReached(TilesError):
    """No contact with the store, or no answer of its kind."""


class TilesLater(TilesError):
    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"later: in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class TilesNoRoom(TilesError):
    """The phone's storage is full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How many tiles of those asked for are on the phone now, and their size.

    missing: there is no map there.
    """

    count: int
    size_bytes: int
    missing: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            count=self.count + other.count,
            size_bytes=self.size_bytes + other.size_bytes,
            missing=self.missing + other.missing,
        )


class MapTiles(Protocol):
    """version: of the store's map; tiles of another one are others."""

    def template(self, version: str) -> str:
        """The address of tiles with {z}, {x} and {y}, for the map to ask."""
        ...

    async def keep(self, tiles: Sequence[Tile], version: str) -> Kept:
        """Fetches those that are not here yet. Raises TilesError."""
        ...

    async def forget(self, but_version: str | None = None) -> None:
        """Deletes all tiles, or those of all versions but one."""
        ...


def tile_path(tile: Tile, version: str) -> str:
    """Of the store's interface; the version only makes it another address."""
    return f"/api/v1/tiles/{tile.path}?v={version}"
