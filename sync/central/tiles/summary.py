"""What phones are told of the base map: how much of it there is for an area, and whose it is."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sync.central.areas import Area
from sync.central.tiles.attribution import joined
from sync.central.tiles.base_map import BaseMap
from sync.central.tiles.fetching import DEFAULT_MAX_ZOOM, DEFAULT_MIN_ZOOM
from sync.domain.geo import GeoBox
from sync.domain.tiles import MAX_ZOOM, box_around, count_of

log = logging.getLogger(__name__)

TYPICAL_BYTES = 15_000
"""Of a tile that has not been fetched yet: a street map's, about (png, 256 pixels)."""
SOURCE_ZOOMS = range(DEFAULT_MIN_ZOOM, DEFAULT_MAX_ZOOM + 1)
MOST_TILES = 6000
"""More than this is not put on a phone: the closest zooms are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaTiles:
    """The tiles that a phone of this area downloads. is_estimate: not all are in the store yet.

    version: another one when the map has been replaced by another.
    """

    count: int
    size_bytes: int
    min_zoom: int
    max_zoom: int
    bounds: GeoBox
    attribution: str
    version: str
    is_estimate: bool


def area_tiles(base_map: BaseMap, area: Area) -> AreaTiles | None:
    """None when the store has no map of the area and nowhere to get one."""
    try:
        return _area_tiles(base_map, box_around(area.outline))
    except sqlite3.DatabaseError:
        log.exception("the map cannot be read; import it again")
        return None


def _area_tiles(base_map: BaseMap, box: GeoBox) -> AreaTiles | None:
    measured = base_map.file.measure(box, _zooms_within_reason(box))
    zooms: tuple[int, ...] = measured.zooms
    count, size, is_estimate = measured.count, measured.size_bytes, False
    if base_map.source is not None:
        count = count_of(box, SOURCE_ZOOMS)
        in_file = base_map.file.measure(box, SOURCE_ZOOMS)
        is_estimate = in_file.count < count
        size = count * TYPICAL_BYTES if is_estimate else in_file.size_bytes
        zooms = tuple(SOURCE_ZOOMS)
    if not zooms:
        return None
    return AreaTiles(
        count=count,
        size_bytes=size,
        min_zoom=zooms[0],
        max_zoom=zooms[-1],
        bounds=box,
        attribution=attribution(base_map),
        version=base_map.file.version or "0",
        is_estimate=is_estimate,
    )


def attribution(base_map: BaseMap) -> str:
    of_file = base_map.file.metadata().get("attribution", "")
    return joined((of_file, "" if base_map.source is None else base_map.source.attribution))


def tiles_for_briefing(base_map: BaseMap, areas: Sequence[Area]) -> dict[str, Any] | None:
    """attribution, min_zoom, max_zoom, version, and bytes per area; None without a map."""
    found = {area.code: area_tiles(base_map, area) for area in areas}
    with_map = {code: tiles for code, tiles in found.items() if tiles is not None}
    if not with_map:
        return None
    first = next(iter(with_map.values()))
    return {
        "attribution": first.attribution,
        "min_zoom": min(tiles.min_zoom for tiles in with_map.values()),
        "max_zoom": max(tiles.max_zoom for tiles in with_map.values()),
        "version": first.version,
        "bytes": {code: tiles.size_bytes for code, tiles in with_map.items()},
    }


def area_tiles_to_json(tiles: AreaTiles) -> dict[str, Any]:
    box = tiles.bounds
    return {
        "count": tiles.count,
        "bytes": tiles.size_bytes,
        "is_estimate": tiles.is_estimate,
        "min_zoom": tiles.min_zoom,
        "max_zoom": tiles.max_zoom,
        "bounds": {"south": box.south, "west": box.west, "north": box.north, "east": box.east},
        "attribution": tiles.attribution,
        "version": tiles.version,
    }


def _zooms_within_reason(box: GeoBox) -> list[int]:
    zooms: list[int] = []
    total = 0
    for zoom in range(MAX_ZOOM + 1):
        total += count_of(box, (zoom,))
        if total > MOST_TILES:
            break
        zooms.append(zoom)
    return zooms
