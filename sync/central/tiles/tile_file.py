"""The store's MBTiles file: read at any time, added to, or replaced whole by a new one.

Each reading opens the file anew, so that a running store sees a new file at once. Whoever writes
or replaces holds the lock of the folder: a journal left by one file must never meet another.
Format: MBTiles 1.3 (rows from the south, metadata as name and value).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.central.tiles.pictures import format_of
from sync.domain.geo import GeoBox
from sync.domain.tiles import Tile, tile_range, tms_row

FILE = "tiles.mbtiles"
LOCK = "tiles.lock"
PART = "tiles.mbtiles.part"
BUSY_S = 15.0
NEW_FILE = (
    "CREATE TABLE IF NOT EXISTS metadata (name TEXT PRIMARY KEY, value TEXT)",
    "CREATE TABLE IF NOT EXISTS tiles (zoom_level INTEGER, tile_column INTEGER, "
    "tile_row INTEGER, tile_data BLOB)",
    "CREATE UNIQUE INDEX IF NOT EXISTS tile_index ON tiles (zoom_level, tile_column, tile_row)",
)
_TILE = "zoom_level = :zoom AND tile_column = :x AND tile_row = :row"
_IN_RANGE = (
    "SELECT COUNT(*), TOTAL(LENGTH(tile_data)) FROM tiles WHERE zoom_level = :zoom "
    "AND tile_column BETWEEN :west AND :east AND tile_row BETWEEN :south AND :north"
)
_PUT = "INSERT OR REPLACE INTO tiles VALUES (:zoom, :x, :row, :data)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The tiles of a box. zooms: those that have any there."""

    count: int
    size_bytes: int
    zooms: tuple[int, ...]


class TileFile:
    """random: n random bytes, for the version of a new map."""

    def __init__(self, folder: Path, random: Callable[[int], bytes] = os.urandom) -> None:
        self.path, self.part = folder / FILE, folder / PART
        self._folder, self._random = folder, random

    @property
    def exists(self) -> bool:
        return self.path.is_file()

    def read(self, tile: Tile) -> bytes | None:
        if not self.exists:
            return None
        query = f"SELECT tile_data FROM tiles WHERE {_TILE}"
        with self._open() as db:
            row = db.execute(query, _named(tile)).fetchone()
        return None if row is None else bytes(row[0])

    def has(self, tile: Tile) -> bool:
        if not self.exists:
            return False
        with self._open() as db:
            found = db.execute(f"SELECT 1 FROM tiles WHERE {_TILE}", _named(tile)).fetchone()
        return found is not None

    def add(self, tile: Tile, data: bytes) -> None:
        """On disk when it returns. The first tile makes the file."""
        with self.locked(), self._open() as db, db:
            self._prepare(db)
            db.execute(_PUT, {**_named(tile), "data": data})
            put_metadata(db, "format", format_of(data) or "png", keep=True)

    def describe(self, **metadata: str) -> None:
        """Writes down facts of the map: name, attribution …"""
        with self.locked(), self._open() as db, db:
            self._prepare(db)
            for name, value in metadata.items():
                put_metadata(db, name, value)

    def metadata(self) -> dict[str, str]:
        """Empty without a file."""
        if not self.exists:
            return {}
        with self._open() as db:
            return {name: str(value) for name, value in db.execute("SELECT * FROM metadata")}

    @property
    def version(self) -> str:
        """Another one for each map; added tiles leave it as it is."""
        return self.metadata().get("rundan_version", "")

    def zooms(self) -> tuple[int, int] | None:
        """The lowest and the highest zoom that has tiles."""
        if not self.exists:
            return None
        with self._open() as db:
            low, high = db.execute("SELECT MIN(zoom_level), MAX(zoom_level) FROM tiles").fetchone()
        return None if low is None else (int(low), int(high))

    def measure(self, box: GeoBox, zooms: Iterable[int]) -> Measured:
        count, size, with_tiles = 0, 0, []
        if not self.exists:
            return Measured(count=0, size_bytes=0, zooms=())
        with self._open() as db:
            for zoom in zooms:
                here, bytes_here = db.execute(_IN_RANGE, _range(box, zoom)).fetchone()
                count, size = count + int(here), size + int(bytes_here)
                with_tiles += [zoom] if here else []
        return Measured(count=count, size_bytes=size, zooms=tuple(with_tiles))

    def replace_with_part(self) -> None:
        """The new map, whole in `part`, takes the old one's place: all of it or nothing."""
        with self.part.open("rb") as new:
            os.fsync(new.fileno())
        with self.locked():
            self.path.with_name(f"{FILE}-journal").unlink(missing_ok=True)
            self.part.replace(self.path)
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def new_version(self) -> str:
        return self._random(6).hex()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else, also of another process, writes to the map meanwhile."""
        with (self._folder / LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=BUSY_S)) as db:
            yield db

    def _prepare(self, db: sqlite3.Connection) -> None:
        for statement in NEW_FILE:
            db.execute(statement)
        put_metadata(db, "rundan_version", self.new_version(), keep=True)
        put_metadata(db, "type", "baselayer", keep=True)
        put_metadata(db, "name", "Rundan", keep=True)


def put_metadata(db: sqlite3.Connection, name: str, value: str, *, keep: bool = False) -> None:
    """keep: what stands there already stays."""
    verb = "IGNORE" if keep else "REPLACE"
    db.execute(f"INSERT OR {verb} INTO metadata (name, value) VALUES (?, ?)", (name, value))


def _named(tile: Tile) -> dict[str, int]:
    return {"zoom": tile.zoom, "x": tile.x, "row": tile.tms_row}


def _range(box: GeoBox, zoom: int) -> dict[str, int]:
    columns, rows = tile_range(box, zoom)
    return {
        "zoom": zoom,
        "west": columns[0],
        "east": columns[-1],
        "south": tms_row(zoom, rows[-1]),
        "north": tms_row(zoom, rows[0]),
    }
