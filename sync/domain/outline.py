"""Whether a position is inside the outline of an area (GeoJSON, RFC 7946: lon before lat)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sync.domain.geo import GeoPoint

Ring = Sequence[Sequence[float]]


def holds(outline: Mapping[str, Any], point: GeoPoint) -> bool:
    """outline: Polygon or MultiPolygon, with holes, or a Feature, FeatureCollection or
    GeometryCollection of such. An edge belongs to the inside, that of a hole too.

    Where an outline has no polygon with an inside nothing is known, and nothing is outside.
    """
    polygons = [one for one in polygons_of(outline) if one and _has_inside(one[0])]
    return not polygons or any(_polygon_holds(polygon, point) for polygon in polygons)


def polygons_of(outline: Mapping[str, Any]) -> list[Sequence[Ring]]:
    """Each as its rings, the outer one first."""
    match outline.get("type"):
        case "Polygon":
            return [outline["coordinates"]]
        case "MultiPolygon":
            return list(outline["coordinates"])
        case "Feature":
            geometry = outline.get("geometry")
            return [] if geometry is None else polygons_of(geometry)
        case "FeatureCollection":
            return [one for part in outline["features"] for one in polygons_of(part)]
        case "GeometryCollection":
            return [one for part in outline["geometries"] for one in polygons_of(part)]
        case _:
            return []


def _has_inside(ring: Ring) -> bool:
    return len({(lon, lat) for lon, lat, *_ in ring}) >= 3


def _polygon_holds(rings: Sequence[Ring], point: GeoPoint) -> bool:
    outer, *holes = rings
    if _is_on_edge(outer, point):
        return True
    if not _ring_holds(outer, point):
        return False
    return not any(_ring_holds(hole, point) and not _is_on_edge(hole, point) for hole in holes)


def _ring_holds(ring: Ring, point: GeoPoint) -> bool:
    """A ray to the east crosses the ring an odd number of times."""
    x, y = point.lon_deg, point.lat_deg
    is_inside = False
    for (ax, ay, *_), (bx, by, *_) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            is_inside = not is_inside
    return is_inside


def _is_on_edge(ring: Ring, point: GeoPoint) -> bool:
    x, y = point.lon_deg, point.lat_deg
    for (ax, ay, *_), (bx, by, *_) in zip(ring, [*ring[1:], ring[0]], strict=True):
        is_between = min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by)
        if is_between and (bx - ax) * (y - ay) == (by - ay) * (x - ax):
            return True
    return False
