"""Plausible places of defects: along a walk between known places, a little to the side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sync.domain.geo import GeoBox, GeoPoint

ASIDE_M = 90.0
"""Standard deviation of how far a defect lies from the line between two places."""

AROUND_M = 35.0
"""The same for a defect that is said to be at a place."""

_M_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """corners: the places a walk goes between, in order and back to the first."""

    box: GeoBox
    corners: Mapping[str, GeoPoint]


def ground_of(areas: Mapping[str, Any], code: str, names: Sequence[str]) -> Ground:
    """areas: what assets/areas.json holds. names: for the area's places, in their order there,
    and one more for its centre."""
    area = next(one for one in areas["areas"] if one["code"] == code)
    points = [(one["lat"], one["lon"]) for one in areas["places"] if one["area"] == code]
    points.append(tuple(area["centre"]))
    corners = {
        name: GeoPoint(lat_deg=lat, lon_deg=lon)
        for name, (lat, lon) in zip(names, points, strict=True)
    }
    return Ground(box=GeoBox(**area["bbox"]), corners=corners)


def along(ground: Ground, how_far: float, random: Random) -> GeoPoint:
    """how_far: 0 at the start of the walk, 1 back there again."""
    corners = list(ground.corners.values())
    leg, rest = divmod(how_far % 1.0 * len(corners), 1.0)
    a, b = corners[int(leg)], corners[(int(leg) + 1) % len(corners)]
    middle = GeoPoint(
        lat_deg=a.lat_deg + (b.lat_deg - a.lat_deg) * rest,
        lon_deg=a.lon_deg + (b.lon_deg - a.lon_deg) * rest,
    )
    return _near(ground, middle, ASIDE_M, random)


def at(ground: Ground, name: str, random: Random) -> GeoPoint:
    return _near(ground, ground.corners[name], AROUND_M, random)


def _near(ground: Ground, point: GeoPoint, metres: float, random: Random) -> GeoPoint:
    """Never outside the area."""
    while True:
        north_m, east_m = random.gauss(0.0, metres), random.gauss(0.0, metres)
        lon_scale = _M_PER_DEGREE * math.cos(math.radians(point.lat_deg))
        found = GeoPoint(
            lat_deg=round(point.lat_deg + north_m / _M_PER_DEGREE, 6),
            lon_deg=round(point.lon_deg + east_m / lon_scale, 6),
        )
        if ground.box.holds(found):
            return found
