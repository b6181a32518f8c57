"""From the earth to the paper: what the sketch shows, and where a point falls on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync.domain.geo import EARTH_RADIUS_M, GeoPoint

WIDTH, HEIGHT = 440.0, 400.0
"""Of the sketch in its own units: about the points of a phone's screen, so text stays readable."""
MARGIN = 26.0
LEAST_M = 160.0
"""A sketch shows at least this much ground: two defects at one lamp are no map."""
SCALES_M = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Flat around its middle, north up: off by less than 0.1 % over the 4 km of an area."""

    middle: GeoPoint
    per_m: float
    width: float
    height: float

    def spot(self, point: GeoPoint) -> Spot:
        """x to the right, y down."""
        east_m, north_m = _offset_m(self.middle, point)
        return self.width / 2 + east_m * self.per_m, self.height / 2 - north_m * self.per_m

    @property
    def scale_m(self) -> int:
        """The longest round length that takes at most a third of the width."""
        fitting = [one for one in SCALES_M if one * self.per_m <= self.width / 3]
        return fitting[-1] if fitting else SCALES_M[0]


def fitting(
    points: Sequence[GeoPoint],
    *,
    width: float = WIDTH,
    height: float = HEIGHT,
    margin: float = MARGIN,
    least_m: float = LEAST_M,
) -> Projection | None:
    """So that all points are on the paper; None when there are none."""
    if not points:
        return None
    south, north = _ends(one.lat_deg for one in points)
    west, east = _ends(one.lon_deg for one in points)
    middle = GeoPoint(lat_deg=(south + north) / 2, lon_deg=(west + east) / 2)
    corner_m = _offset_m(middle, GeoPoint(lat_deg=north, lon_deg=east))
    wide_m, high_m = (max(2 * one, least_m) for one in corner_m)
    per_m = min((width - 2 * margin) / wide_m, (height - 2 * margin) / high_m)
    return Projection(middle=middle, per_m=per_m, width=width, height=height)


def _ends(numbers: Iterable[float]) -> tuple[float, float]:
    taken = list(numbers)
    return min(taken), max(taken)


def _offset_m(origin: GeoPoint, point: GeoPoint) -> tuple[float, float]:
    """East and north of the origin."""
    per_degree_m = math.radians(1) * EARTH_RADIUS_M
    east_m = (
        (point.lon_deg - origin.lon_deg) * per_degree_m * math.cos(math.radians(origin.lat_deg))
    )
    return east_m, (point.lat_deg - origin.lat_deg) * per_degree_m
