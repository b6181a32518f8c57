"""The squares that web maps are cut into: Web Mercator (EPSG:3857), rows counted from the north.

Zoom z cuts the world into 2**z by 2**z tiles. MBTiles counts rows from the south (TMS): `tms_row`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sync.domain.geo import GeoBox, GeoPoint

MAX_ZOOM = 22
TILE_PX = 256
MAX_LAT_DEG = 85.051_128_779_806_59
"""Where the square map of the world ends."""
EQUATOR_M = 40_075_016.685_578_5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """x counts from 180° west, y from the north."""

    zoom: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not 0 <= self.zoom <= MAX_ZOOM:
            raise ValueError(f"zoom {self.zoom} is outside 0..{MAX_ZOOM}")
        if not (0 <= self.x < 1 << self.zoom and 0 <= self.y < 1 << self.zoom):
            raise ValueError(f"there is no tile {self.x}, {self.y} at zoom {self.zoom}")

    @property
    def tms_row(self) -> int:
        return tms_row(self.zoom, self.y)

    @property
    def path(self) -> str:
        return f"{self.zoom}/{self.x}/{self.y}"


def tms_row(zoom: int, y: int) -> int:
    """The row counted from the other end: XYZ to TMS and back."""
    return (1 << zoom) - 1 - y


def world_px(point: GeoPoint, zoom: float) -> tuple[float, float]:
    """Pixels from the map's north-west corner, on a map of 256-pixel tiles."""
    lat_deg = max(-MAX_LAT_DEG, min(MAX_LAT_DEG, point.lat_deg))
    size = TILE_PX * math.pow(2.0, zoom)
    x = (point.lon_deg + 180.0) / 360.0
    y = (1.0 - math.asinh(math.tan(math.radians(lat_deg))) / math.pi) / 2.0
    return x * size, y * size


def point_at(x_px: float, y_px: float, zoom: float) -> GeoPoint:
    """The other way round; what lies outside the map is moved to its edge."""
    size = TILE_PX * math.pow(2.0, zoom)
    x, y = max(0.0, min(1.0, x_px / size)), max(0.0, min(1.0, y_px / size))
    lat_deg = math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y))))
    return GeoPoint(lat_deg=lat_deg, lon_deg=x * 360.0 - 180.0)


def metres_per_px(lat_deg: float, zoom: float) -> float:
    return EQUATOR_M * math.cos(math.radians(lat_deg)) / (TILE_PX * math.pow(2.0, zoom))


def fitting_zoom(box: GeoBox, width_px: float, height_px: float) -> float:
    """The closest zoom at which a screen of this size shows all of the box."""
    west, north = world_px(GeoPoint(lat_deg=box.north, lon_deg=box.west), 0)
    east, south = world_px(GeoPoint(lat_deg=box.south, lon_deg=box.east), 0)
    ratios = (width_px / max(east - west, 1e-9), height_px / max(south - north, 1e-9))
    return math.log2(max(1.0, min(ratios)))


def tile_at(point: GeoPoint, zoom: int) -> Tile:
    x_px, y_px = world_px(point, zoom)
    last = (1 << zoom) - 1
    x, y = (max(0, min(last, math.floor(px / TILE_PX))) for px in (x_px, y_px))
    return Tile(zoom=zoom, x=x, y=y)


def box_of(tile: Tile) -> GeoBox:
    north_west = point_at(tile.x * TILE_PX, tile.y * TILE_PX, tile.zoom)
    south_east = point_at((tile.x + 1) * TILE_PX, (tile.y + 1) * TILE_PX, tile.zoom)
    return GeoBox(
        south=south_east.lat_deg,
        west=north_west.lon_deg,
        north=north_west.lat_deg,
        east=south_east.lon_deg,
    )


def tile_range(box: GeoBox, zoom: int) -> tuple[range, range]:
    """Columns and rows that cover the box."""
    first = tile_at(GeoPoint(lat_deg=box.north, lon_deg=box.west), zoom)
    last = tile_at(GeoPoint(lat_deg=box.south, lon_deg=box.east), zoom)
    return range(first.x, last.x + 1), range(first.y, last.y + 1)


def tiles_of(box: GeoBox, zooms: Iterable[int]) -> Iterator[Tile]:
    """Zoom by zoom: what is seen from afar comes first."""
    for zoom in zooms:
        columns, rows = tile_range(box, zoom)
        for x in columns:
            for y in rows:
                yield Tile(zoom=zoom, x=x, y=y)


def count_of(box: GeoBox, zooms: Iterable[int]) -> int:
    return sum(
        len(columns) * len(rows) for columns, rows in (tile_range(box, zoom) for zoom in zooms)
    )


def box_around(outline: dict[str, Any], margin_deg: float = 0.0) -> GeoBox:
    """The box around a GeoJSON polygon or multipolygon. Raises ValueError for anything else."""
    match outline.get("type"):
        case "Polygon":
            rings = outline["coordinates"]
        case "MultiPolygon":
            rings = [ring for polygon in outline["coordinates"] for ring in polygon]
        case other:
            raise ValueError(f"{other!r} is no polygon")
    lons = [float(corner[0]) for ring in rings for corner in ring]
    lats = [float(corner[1]) for ring in rings for corner in ring]
    if not lons:
        raise ValueError("the polygon has no corners")
    return GeoBox(
        south=max(-90.0, min(lats) - margin_deg),
        west=max(-180.0, min(lons) - margin_deg),
        north=min(90.0, max(lats) + margin_deg),
        east=min(180.0, max(lons) + margin_deg),
    )


def overlaps(a: GeoBox, b: GeoBox) -> bool:
    return a.south <= b.north and b.south <= a.north and a.west <= b.east and b.west <= a.east
