"""How far away something is and in which direction, as one says it outdoors."""

from __future__ import annotations

import math
from enum import StrEnum

from sync.domain.geo import GeoPoint


class Direction(StrEnum):
    NORTH = "n"
    NORTH_EAST = "ne"
    EAST = "e"
    SOUTH_EAST = "se"
    SOUTH = "s"
    SOUTH_WEST = "sw"
    WEST = "w"
    NORTH_WEST = "nw"


def direction(here: GeoPoint, there: GeoPoint) -> Direction:
    """The nearest of eight; of the shortest way (great circle), at its beginning."""
    lat_a, lat_b = math.radians(here.lat_deg), math.radians(there.lat_deg)
    east = math.radians(there.lon_deg - here.lon_deg)
    bearing = math.atan2(
        math.sin(east) * math.cos(lat_b),
        math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(east),
    )
    return list(Direction)[round(math.degrees(bearing) / 45.0) % 8]


def rounded_m(metres: float) -> int:
    """As exact as a phone knows it: tens of metres under a kilometre, then hundreds."""
    step = 10 if metres < 1000 else 100
    return step * round(metres / step)
