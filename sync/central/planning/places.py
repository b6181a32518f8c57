"""Stops and routes of a planned round, as they are typed, and whether they lie in the area."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.central.areas import Area
from sync.domain.fields import MAX_PLACE_NAME, MAX_POINTS
from sync.domain.geo import BadPlace, GeoPoint

MAX_STOPS = 30
_PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")
_LINES = {"LineString", "MultiLineString"}


class BadPlan(ValueError):
    """A stop or a route that cannot be used; the text says why and what to do, in Swedish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStop:
    name: str
    point: GeoPoint


def read_stop(typed: str, area: Area) -> PlannedStop:
    """`Namn@55.6110,13.0320`, or the name of a place that the area knows. Raises BadPlan."""
    name, at, where = typed.rpartition("@")
    name = " ".join((name if at else typed).split())
    if len(name) > MAX_PLACE_NAME:
        raise BadPlan(
            f"--stop: namnet {name[:20]!r}… har {len(name)} tecken; högst {MAX_PLACE_NAME}"
        )
    if not name or not name.isprintable():
        raise BadPlan(f"--stop: {typed!r} saknar namn; skriv som Torget@55.6110,13.0320")
    if at:
        return PlannedStop(name=name, point=_point(where, "--stop", typed))
    for place in area.places:
        if place.name.casefold() == name.casefold():
            return PlannedStop(name=place.name, point=place.point)
    known = ", ".join(place.name for place in area.places) or "inga"
    raise BadPlan(
        f"--stop: {typed!r} är inget känt ställe i {area.name} (kända: {known}); "
        "skriv läget efter @, som Torget@55.6110,13.0320"
    )


def read_route(typed: str) -> list[GeoPoint]:
    """A GeoJSON file with a line, or `55.6110,13.0320 55.6120,13.0340`. Raises BadPlan."""
    pairs = typed.replace(";", " ").split()
    if pairs and all(_PAIR.fullmatch(pair) for pair in pairs):
        points = [_point(pair, "--route", pair) for pair in pairs]
    else:
        points = _from_file(Path(typed))
    if len(points) < 2:
        raise BadPlan("--route: en väg har minst två punkter")
    if len(points) > MAX_POINTS:
        raise BadPlan(
            f"--route: {len(points)} punkter är för många; förenkla vägen till {MAX_POINTS}"
        )
    return points


def outside(area: Area, point: GeoPoint) -> bool:
    """Even-odd rule over all rings, so that holes are outside."""
    rings = [ring for polygon in _polygons(area.outline) for ring in polygon]
    return sum(_crossings(ring, point) for ring in rings) % 2 == 0


def _polygons(outline: dict[str, Any]) -> list[list[list[list[float]]]]:
    coordinates = outline.get("coordinates") or []
    return [coordinates] if outline.get("type") == "Polygon" else list(coordinates)


def _crossings(ring: Sequence[Sequence[float]], point: GeoPoint) -> int:
    """How often a line from the point to the east crosses the ring."""
    count = 0
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > point.lat_deg) != (y2 > point.lat_deg):
            x = x1 + (point.lat_deg - y1) * (x2 - x1) / (y2 - y1)
            count += x > point.lon_deg
    return count


def _point(where: str, field: str, typed: str) -> GeoPoint:
    found = _PAIR.fullmatch(where)
    if found is None:
        raise BadPlan(
            f"{field}: läget i {typed!r} går inte att läsa; skriv latitud,longitud med punkt, "
            "som 55.6110,13.0320"
        )
    try:
        return GeoPoint(lat_deg=float(found[1]), lon_deg=float(found[2]))
    except BadPlace as error:
        raise BadPlan(
            f"{field}: {typed!r} är ingen plats på jorden; skriv latituden först, som "
            "55.6110,13.0320"
        ) from error


def _from_file(path: Path) -> list[GeoPoint]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
        pairs = [pair for line in _lines(raw) for pair in line]
        return [GeoPoint(lat_deg=float(lat), lon_deg=float(lon)) for lon, lat, *_ in pairs]
    except OSError as error:
        raise BadPlan(
            f"--route: filen {str(path)[:80]!r} går inte att läsa ({error.strerror or error}); ge "
            'en GeoJSON-fil, eller punkter som "55.6110,13.0320 55.6120,13.0340"'
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadPlan(
            f"--route: {path.name!r} är ingen GeoJSON med en linje (LineString), longitud före "
            "latitud"
        ) from error


def _lines(raw: dict[str, Any]) -> Iterator[list[Any]]:
    """The lines of a geometry, a feature or a collection; raises ValueError without any."""
    kind = raw.get("type")
    if kind == "Feature":
        yield from _lines(raw["geometry"])
    elif kind in ("FeatureCollection", "GeometryCollection"):
        key = "features" if kind == "FeatureCollection" else "geometries"
        lines = [one for one in raw[key] if _holds_line(one)]
        if not lines:
            raise ValueError("no line")
        for one in lines:
            yield from _lines(one)
    elif kind == "LineString":
        yield raw["coordinates"]
    elif kind == "MultiLineString":
        yield from raw["coordinates"]
    else:
        raise ValueError("no line")


def _holds_line(raw: dict[str, Any]) -> bool:
    geometry = raw.get("geometry") if raw.get("type") == "Feature" else raw
    return isinstance(geometry, dict) and geometry.get("type") in _LINES
