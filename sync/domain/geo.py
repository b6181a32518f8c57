"""Positions on the earth, WGS 84 (EPSG:4326) throughout."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_RADIUS_M = 6_371_008.8  # mean radius R1, IUGG


class BadPlace(ValueError):
    """A coordinate that is not a position on the earth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoPoint:
    """A WGS 84 position (EPSG:4326). accuracy_m: radius of 68 % confidence, None for a pin."""

    lat_deg: float
    lon_deg: float
    accuracy_m: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat_deg) and -90.0 <= self.lat_deg <= 90.0):
            raise BadPlace(f"latitude {self.lat_deg} is outside -90..90 degrees")
        if not (math.isfinite(self.lon_deg) and -180.0 <= self.lon_deg <= 180.0):
            raise BadPlace(f"longitude {self.lon_deg} is outside -180..180 degrees")
        if self.accuracy_m is not None and not (
            math.isfinite(self.accuracy_m) and self.accuracy_m >= 0.0
        ):
            raise BadPlace(f"accuracy {self.accuracy_m} is not a length in metres")


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoBox:
    """A box in WGS 84 degrees; the edges belong to it."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, point: GeoPoint) -> bool:
        return self.south <= point.lat_deg <= self.north and self.west <= point.lon_deg <= self.east

    @property
    def centre(self) -> GeoPoint:
        return GeoPoint(
            lat_deg=(self.south + self.north) / 2.0, lon_deg=(self.west + self.east) / 2.0
        )


def distance_m(a: GeoPoint, b: GeoPoint) -> float:
    """Great-circle distance in metres (haversine; within 0.5 % of the ellipsoid)."""
    lat_a, lat_b = math.radians(a.lat_deg), math.radians(b.lat_deg)
    half_lat = (lat_b - lat_a) / 2.0
    half_lon = math.radians(b.lon_deg - a.lon_deg) / 2.0
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2.0 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))
