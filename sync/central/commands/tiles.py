"""`rundan tiles import FILE` and `rundan tiles fetch …`: the base map, put into the store.

Both work while the store runs, and before it ever has. Exit codes: 0 done, 1 stopped on the way
(what came is kept), 2 with one sentence on stderr when it cannot begin.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from sqlalchemy.exc import DatabaseError

from sync.central.areas import Area, areas_with
from sync.central.composition import ASSETS, areas_from_file, own_version
from sync.central.engine import open_engine, reading
from sync.central.settings import BadSettings, Settings, read_settings
from sync.central.tiles.attribution import joined, of_source
from sync.central.tiles.fetching import (
    DEFAULT_MAX_ZOOM,
    DEFAULT_MIN_ZOOM,
    DEFAULT_PER_SECOND,
    MOST_PER_SECOND,
    MOST_TILES,
    Progress,
    Stopped,
    fetch_tiles,
)
from sync.central.tiles.importing import NotAMap, import_tiles
from sync.central.tiles.opening import user_agent
from sync.central.tiles.provider import BadTemplate, Provider, checked_template
from sync.central.tiles.tile_file import TileFile
from sync.domain.tiles import box_around, count_of, tiles_of

MAX_FETCH_ZOOM = 20
LINE_EVERY = 25
Parsers = argparse._SubParsersAction  # the only name argparse has for it


class CannotBegin(Exception):
    """The text is the sentence for the person."""


def add_arguments(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    tiles = subparsers.add_parser("tiles", help="bakgrundskartan: läs in eller hämta rutor")
    what = tiles.add_subparsers(dest="what", required=True)
    taken = what.add_parser("import", help="läs in en MBTiles-fil med rasterrutor")
    taken.add_argument("file", type=Path, metavar="FIL")
    taken.add_argument("--attribution", metavar="TEXT", help="vems kartan är, om filen inte säger")
    fetched = what.add_parser("fetch", help="hämta ett områdes rutor från en kartserver")
    fetched.add_argument("--url-template", metavar="URL", help="https://…/{z}/{x}/{y}.png")
    fetched.add_argument("--area", required=True, action="append", metavar="OMRÅDE")
    fetched.add_argument("--min-zoom", type=_zoom, default=DEFAULT_MIN_ZOOM, metavar="Z")
    fetched.add_argument("--max-zoom", type=_zoom, default=DEFAULT_MAX_ZOOM, metavar="Z")
    fetched.add_argument("--attribution", metavar="TEXT", help="vems kartan är")
    fetched.add_argument(
        "--per-second", type=_pace, default=DEFAULT_PER_SECOND, metavar="N",
        help=f"högst så många rutor i sekunden (utan val {DEFAULT_PER_SECOND:.0f})",
    )  # fmt: skip
    fetched.add_argument(
        "--max-tiles", type=_count, default=MOST_TILES, metavar="N",
        help=f"hämta inte om det är fler rutor än så (utan val {MOST_TILES})",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    try:
        settings = read_settings(os.environ)
        settings.data.mkdir(parents=True, exist_ok=True)
        areas = _areas(settings)
        if args.what == "import":
            return _import(args, settings, areas)
        return _fetch(args, settings, areas)
    except BadSettings as error:
        return _stop(f"Inställningen är fel: {error}")
    except (NotAMap, CannotBegin) as error:
        return _stop(str(error))
    except OSError as error:
        return _stop(f"Kartan går inte att spara i {_folder()}: {error.strerror or error}.")


def _import(args: argparse.Namespace, settings: Settings, areas: list[Area]) -> int:
    file = TileFile(settings.data)
    imported = import_tiles(args.file, file, areas, args.attribution)
    _say(
        f"Kartan är inläst: {imported.count} rutor, {_size(imported.size_bytes)}, "
        f"zoom {imported.min_zoom}–{imported.max_zoom}, visar {', '.join(imported.areas)}. "
        f"På kartan står: {imported.attribution}"
    )
    return 0


def _fetch(args: argparse.Namespace, settings: Settings, areas: list[Area]) -> int:
    template = _template(args.url_template, settings)
    chosen = _chosen(args.area, areas)
    if args.min_zoom > args.max_zoom:
        raise CannotBegin("--min-zoom ska vara högst lika med --max-zoom.")
    zooms = range(args.min_zoom, args.max_zoom + 1)
    boxes = [box_around(area.outline) for area in chosen]
    wanted = sum(count_of(box, zooms) for box in boxes)
    if wanted > args.max_tiles:
        raise CannotBegin(
            f"Det blir {wanted} rutor, fler än {args.max_tiles}: minska --max-zoom, eller säg "
            f"--max-tiles {wanted} om kartans leverantör tillåter det."
        )
    file = TileFile(settings.data)
    own = args.attribution or (None if args.url_template else settings.tiles_attribution)
    text = joined((file.metadata().get("attribution", ""), of_source(template, own)))
    file.describe(attribution=text)
    tiles = list(dict.fromkeys(tile for box in boxes for tile in tiles_of(box, zooms)))
    progress = Progress(wanted=len(tiles))
    provider = Provider(template=template, user_agent=user_agent(settings, own_version()))
    line = _ProgressLine(sys.stdout)
    try:
        fetch_tiles(tiles, provider, file, progress, per_second=args.per_second, tell=line.tell)
    except Stopped as stopped:
        line.end()
        return _stop(f"{stopped} {_left(progress)}", code=1)
    except KeyboardInterrupt:
        line.end()
        return _stop(f"Avbrutet. {_left(progress)}", code=1)
    finally:
        provider.close()
    line.end()
    missing = f", {progress.missing} finns inte hos leverantören" if progress.missing else ""
    _say(
        f"Klart: {progress.fetched} rutor hämtade ({_size(progress.size_bytes)}), "
        f"{progress.had} fanns redan{missing}. På kartan står: {text}"
    )
    return 0


def _template(given: str | None, settings: Settings) -> str:
    if given is None and settings.tiles_url is None:
        raise CannotBegin("Säg varifrån med --url-template https://…/{z}/{x}/{y}.png.")
    try:
        return checked_template(given or settings.tiles_url or "")
    except BadTemplate as error:
        raise CannotBegin(f"--url-template ska vara {error}.") from error


def _chosen(codes: list[str], areas: list[Area]) -> list[Area]:
    known = {str(area.code): area for area in areas}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise CannotBegin(
            f"Det finns inget område {', '.join(unknown)}: välj bland {', '.join(known)}."
        )
    return [known[code] for code in dict.fromkeys(codes)]


def _areas(settings: Settings) -> list[Area]:
    """Of the store's database; before its first start, those it will begin with."""
    database = settings.data / "rundan.sqlite"
    if database.is_file():
        engine = open_engine(f"sqlite:///{database.resolve()}")
        try:
            with reading(engine) as connection:
                areas = areas_with(connection)
        except DatabaseError as error:
            raise CannotBegin(
                f"Databasen i {settings.data} går inte att läsa: starta Rundan en gång först."
            ) from error
        finally:
            engine.dispose()
        if areas:
            return areas
    return areas_from_file(ASSETS / "areas.json")


class _ProgressLine:
    """One line that changes, or in a file a line now and then."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._is_terminal = out, out.isatty()
        self._told = 0

    def tell(self, progress: Progress) -> None:
        text = f"{progress.done} av {progress.wanted} rutor, {_size(progress.size_bytes)} hämtat"
        if self._is_terminal:
            self._out.write(f"\r{text}\033[K")
        elif progress.done >= self._told + LINE_EVERY:
            self._told = progress.done
            self._out.write(text + "\n")
        self._out.flush()

    def end(self) -> None:
        if self._is_terminal:
            self._out.write("\n")


def _left(progress: Progress) -> str:
    return (
        f"{progress.done} av {progress.wanted} rutor finns nu. Kör samma kommando igen: det går "
        "vidare där det slutade."
    )


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB".replace(".", ",")


def _folder() -> str:
    return os.environ.get("RUNDAN_DATA", "").strip() or "data"


def _number(convert: Callable[[str], float], low: float, high: float, must_be: str) -> Callable[
    [str], float
]:  # fmt: skip
    def read(raw: str) -> float:
        try:
            number = convert(raw)
        except ValueError:
            number = math.nan
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{raw!r} ska vara {must_be}")
        return number

    return read


def _zoom(raw: str) -> int:
    must_be = f"ett heltal från 0 till {MAX_FETCH_ZOOM}"
    return int(_number(int, 0, MAX_FETCH_ZOOM, must_be)(raw))


def _count(raw: str) -> int:
    return int(_number(int, 1, 1_000_000, "ett heltal från 1 till 1000000")(raw))


def _pace(raw: str) -> float:
    must_be = f"ett tal över 0, högst {MOST_PER_SECOND:.0f}"
    return _number(float, 0.01, MOST_PER_SECOND, must_be)(raw)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _stop(sentence: str, code: int = 2) -> int:
    sys.stderr.write(sentence + "\n")
    return code
