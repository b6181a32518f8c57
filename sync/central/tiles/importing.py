"""Taking an MBTiles file into the store: looked through, copied, and put in place at once.

The copy has tables of our own form, whatever the file's (many have a view over shared pictures), so
that tiles can be added to it later.
"""

from __future__ import annotations

import errno
import fcntl
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.central.areas import Area
from sync.central.tiles.attribution import plain_text
from sync.central.tiles.pictures import format_of, looks_like_vector
from sync.central.tiles.tile_file import NEW_FILE, TileFile, put_metadata
from sync.domain.geo import GeoBox
from sync.domain.tiles import MAX_ZOOM, Tile, box_around, box_of, tile_range, tms_row

SQLITE = b"SQLite format 3\0"
LOCK = "tiles-import.lock"
UNREADABLE = "Filen {source} går inte att läsa som en karta ({error})."
VECTOR = "Filen har vektorrutor ({what}). Rundan visar rasterkartor: png, jpg eller webp."


class NotAMap(Exception):
    """The text is a sentence that says why the file cannot be the map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """areas: names of those that the map shows at least in part."""

    count: int
    size_bytes: int
    min_zoom: int
    max_zoom: int
    attribution: str
    areas: list[str]


def import_tiles(
    source: Path, file: TileFile, areas: Sequence[Area], attribution: str | None = None
) -> Imported:
    """attribution: in the place of the file's own. Raises NotAMap; OSError for a full disk."""
    _check_is_database(source)
    with _alone(file):
        try:
            return _import(source, file, areas, attribution)
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                raise OSError(errno.ENOSPC, "no room for the map") from error
            raise NotAMap(UNREADABLE.format(source=source, error=error)) from error
        except sqlite3.DatabaseError as error:
            raise NotAMap(UNREADABLE.format(source=source, error=error)) from error
        finally:
            for left in (file.part, file.part.with_name(f"{file.part.name}-journal")):
                left.unlink(missing_ok=True)


def _import(
    source: Path, file: TileFile, areas: Sequence[Area], attribution: str | None
) -> Imported:
    with closing(_opened(source)) as db:
        _check_tables(db, source)
        metadata = {str(name): str(value) for name, value in db.execute(_METADATA)}
        wanted = metadata.get("format", "").lower()
        if wanted in ("pbf", "mvt"):
            raise NotAMap(VECTOR.format(what=wanted))
        file.part.unlink(missing_ok=True)
        _copy(db, file.part, is_xyz=metadata.get("scheme", "tms").lower() == "xyz")
    with closing(sqlite3.connect(file.part)) as copy:
        shown = _check_tiles(copy, areas)
        text = plain_text(attribution or metadata.get("attribution", ""))
        text = text or f"Karta: {plain_text(metadata.get('name', '')) or source.name}"
        imported = _finish(copy, file.new_version(), text, metadata, shown)
    file.replace_with_part()
    return imported


@contextmanager
def _alone(file: TileFile) -> Iterator[None]:
    with file.part.with_name(LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotAMap("En annan import pågår just nu: vänta tills den är klar.") from error
        yield


def _check_is_database(source: Path) -> None:
    if not source.exists():
        raise NotAMap(f"Filen {source} finns inte.")
    if not source.is_file():
        raise NotAMap(f"{source} är ingen fil.")
    with source.open("rb") as opened:
        if opened.read(len(SQLITE)) != SQLITE:
            raise NotAMap(f"{source} är ingen MBTiles-fil (en sådan är en SQLite-databas).")


def _opened(source: Path) -> sqlite3.Connection:
    """Read only. A file in a folder that cannot be written may still have a write-ahead log."""
    uri = source.resolve().as_uri()
    db = sqlite3.connect(f"{uri}?mode=ro", uri=True)
    try:
        db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        db.close()
        db = sqlite3.connect(f"{uri}?immutable=1", uri=True)
    return db


def _check_tables(db: sqlite3.Connection, source: Path) -> None:
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    missing = [name for name in ("tiles", "metadata") if name not in there]
    if missing:
        raise NotAMap(f"{source} är ingen MBTiles-fil: {' och '.join(missing)} saknas i den.")


def _copy(db: sqlite3.Connection, part: Path, *, is_xyz: bool) -> None:
    """is_xyz: the file counts its rows from the north, which MBTiles does not."""
    row = "(1 << zoom_level) - 1 - tile_row" if is_xyz else "tile_row"
    with closing(sqlite3.connect(part)) as copy, copy:
        for statement in NEW_FILE:
            copy.execute(statement)
        rows = db.execute(
            f"SELECT zoom_level, tile_column, {row}, tile_data FROM tiles "
            "WHERE LENGTH(tile_data) > 0"
        )
        copy.executemany("INSERT OR REPLACE INTO tiles VALUES (?, ?, ?, ?)", rows)


def _check_tiles(copy: sqlite3.Connection, areas: Sequence[Area]) -> list[str]:
    """The names of the areas that the map shows."""
    if copy.execute("SELECT 1 FROM tiles LIMIT 1").fetchone() is None:
        raise NotAMap("Filen har inga kartrutor.")
    outside = copy.execute(_OUTSIDE, {"max": MAX_ZOOM}).fetchone()
    if outside is not None:
        raise NotAMap(f"Filen har en ruta som inte finns: zoom, kolumn, rad {outside}.")
    for zoom, x, row, head in copy.execute(_HEADS):
        if format_of(head) is None:
            if looks_like_vector(head):
                raise NotAMap(VECTOR.format(what=f"rutan {zoom}/{x}/{row}"))
            raise NotAMap(f"Rutan {zoom}/{x}/{row} i filen är ingen bild i png, jpg eller webp.")
    shown = [area.name for area in areas if _shows(copy, box_around(area.outline))]
    if areas and not shown:
        names = ", ".join(area.name for area in areas)
        raise NotAMap(f"Kartan visar inget av områdena ({names}): {_whereabouts(copy)}.")
    return shown


def _shows(copy: sqlite3.Connection, box: GeoBox) -> bool:
    for (zoom,) in copy.execute("SELECT DISTINCT zoom_level FROM tiles").fetchall():
        columns, rows = tile_range(box, zoom)
        span = (zoom, columns[0], columns[-1], tms_row(zoom, rows[-1]), tms_row(zoom, rows[0]))
        if copy.execute(_ANY, span).fetchone() is not None:
            return True
    return False


def _bounds(copy: sqlite3.Connection) -> GeoBox:
    """Around the tiles of the highest zoom."""
    zoom, west, east, south, north = copy.execute(_CORNERS).fetchone()
    first = box_of(Tile(zoom=zoom, x=west, y=tms_row(zoom, north)))
    last = box_of(Tile(zoom=zoom, x=east, y=tms_row(zoom, south)))
    return GeoBox(south=last.south, west=first.west, north=first.north, east=last.east)


def _whereabouts(copy: sqlite3.Connection) -> str:
    box = _bounds(copy)
    return (
        f"den visar {box.south:.2f}–{box.north:.2f} grader nord, "
        f"{box.west:.2f}–{box.east:.2f} grader ost"
    )


def _finish(
    copy: sqlite3.Connection,
    version: str,
    attribution: str,
    given: dict[str, str],
    areas: list[str],
) -> Imported:
    count, size, low, high = copy.execute(_SUMS).fetchone()
    box = _bounds(copy)
    first = copy.execute("SELECT tile_data FROM tiles LIMIT 1").fetchone()[0]
    facts = {
        "name": plain_text(given.get("name", "")) or "Rundan",
        "format": format_of(first) or "png",
        "type": "baselayer",
        "attribution": attribution,
        "minzoom": str(low),
        "maxzoom": str(high),
        "bounds": f"{box.west:.6f},{box.south:.6f},{box.east:.6f},{box.north:.6f}",
        "rundan_version": version,
    }
    with copy:
        for name, value in facts.items():
            put_metadata(copy, name, value)
    return Imported(
        count=count,
        size_bytes=int(size),
        min_zoom=low,
        max_zoom=high,
        attribution=attribution,
        areas=areas,
    )


_METADATA = "SELECT name, value FROM metadata"
_OUTSIDE = """
SELECT zoom_level, tile_column, tile_row FROM tiles
WHERE typeof(zoom_level) <> 'integer' OR zoom_level NOT BETWEEN 0 AND :max
    OR typeof(tile_column) <> 'integer' OR typeof(tile_row) <> 'integer'
    OR tile_column NOT BETWEEN 0 AND (1 << zoom_level) - 1
    OR tile_row NOT BETWEEN 0 AND (1 << zoom_level) - 1
LIMIT 1
"""
_HEADS = (
    "SELECT zoom_level, tile_column, tile_row, CAST(SUBSTR(tile_data, 1, 16) AS BLOB) FROM tiles"
)
_ANY = """
SELECT 1 FROM tiles WHERE zoom_level = ? AND tile_column BETWEEN ? AND ?
    AND tile_row BETWEEN ? AND ? LIMIT 1
"""
_CORNERS = """
SELECT zoom_level, MIN(tile_column), MAX(tile_column), MIN(tile_row), MAX(tile_row) FROM tiles
WHERE zoom_level = (SELECT MAX(zoom_level) FROM tiles)
"""
_SUMS = "SELECT COUNT(*), TOTAL(LENGTH(tile_data)), MIN(zoom_level), MAX(zoom_level) FROM tiles"
