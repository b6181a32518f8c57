"""Fetching the tiles of an area beforehand: slowly, and no longer than the provider wants.

What is in the file already is not asked for, so that a fetch that stopped goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sync.central.tiles.provider import NotATile, NotReached, Provider, SaysStop
from sync.central.tiles.tile_file import TileFile
from sync.domain.tiles import Tile

TRIES = 3
PAUSE_S = 2.0
DEFAULT_MIN_ZOOM, DEFAULT_MAX_ZOOM = 12, 17
DEFAULT_PER_SECOND = 2.0
MOST_PER_SECOND = 20.0
MOST_TILES = 3000


@dataclass(slots=True, kw_only=True)
class Progress:
    """had: were in the file before. missing: the provider has none there."""

    wanted: int
    had: int = 0
    fetched: int = 0
    missing: int = 0
    size_bytes: int = 0

    @property
    def done(self) -> int:
        return self.had + self.fetched + self.missing


class Stopped(Exception):
    """The text is a sentence that says why, and when to go on."""


def fetch_tiles(
    tiles: Iterable[Tile],
    provider: Provider,
    file: TileFile,
    progress: Progress,
    *,
    per_second: float,
    tell: Callable[[Progress], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Counts in `progress` and tells it after every tile. Raises Stopped; what came is kept."""
    pace_s, next_at = 1.0 / per_second, clock()
    for tile in tiles:
        if file.has(tile):
            progress.had += 1
            tell(progress)
            continue
        for attempt in range(1, TRIES + 1):
            sleep(max(0.0, next_at - clock()))
            next_at = clock() + pace_s
            try:
                data = provider.get(tile)
                break
            except NotReached as error:
                if attempt == TRIES:
                    raise Stopped(f"Kartservern svarar inte ({error}).") from error
                next_at = clock() + PAUSE_S * attempt
            except SaysStop as error:
                raise Stopped(_says_stop(error)) from error
            except NotATile as error:
                raise Stopped(_not_a_tile(error)) from error
        if data is None:
            progress.missing += 1
        else:
            file.add(tile, data)
            progress.fetched += 1
            progress.size_bytes += len(data)
        tell(progress)


def _says_stop(error: SaysStop) -> str:
    said = f"Kartservern säger stopp (HTTP {error.status})."
    if error.retry_after_s is not None:
        return f"{said} Den vill bli frågad igen tidigast om {_wait(error.retry_after_s)}."
    if error.status == 429:
        return f"{said} Vänta, eller hämta långsammare med --per-second."
    return f"{said} Läs dess villkor: den vill kanske ha en nyckel, eller inte bli hämtad så här."


def _wait(seconds: float) -> str:
    if seconds < 120:
        return f"{max(1, round(seconds))} sekunder"
    return f"{round(seconds / 60)} minuter"


def _not_a_tile(error: NotATile) -> str:
    if error.is_vector:
        return "Servern ger vektorrutor. Rundan visar rasterkartor: png, jpg eller webp."
    return "Servern svarar med något som inte är en kartbild i png, jpg eller webp."
