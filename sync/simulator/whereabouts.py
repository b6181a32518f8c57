"""What the two coordinate fields of a case most likely mean.

The same fields carried EPSG:3008 metres until 2021 and WGS 84 degrees after. The service takes
anything; the page says what it looks like, and warns when it looks like nothing in Malmö.
Kept apart from the connector's conversion, so that neither hides the other's mistake.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from pyproj import Transformer

_LON = (12.85595, 13.17594)
_LAT = (55.49066, 55.65857)
_EASTING_M = (109_000.0, 130_000.0)
_NORTHING_M = (6_151_900.0, 6_171_000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """system: "EPSG:4326", "EPSG:3008" or None; warning: Swedish, None when all is well."""

    system: str | None
    lat_deg: float | None = None
    lon_deg: float | None = None
    warning: str | None = None


def number(value: object) -> float | None:
    """A finite number from JSON's number or text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def interpret(easting: object, northing: object) -> Whereabouts:
    east, north = number(easting), number(northing)
    if east is None or north is None:
        return Whereabouts(system=None, warning="Koordinaterna är inte tal.")
    if _within(east, _LON) and _within(north, _LAT):
        return Whereabouts(system="EPSG:4326", lat_deg=north, lon_deg=east)
    if _within(east, _EASTING_M) and _within(north, _NORTHING_M):
        lon, lat = _sweref_to_wgs84().transform(east, north)
        return Whereabouts(system="EPSG:3008", lat_deg=lat, lon_deg=lon)
    if _within(north, _LON) and _within(east, _LAT):
        swapped = "Latitud och longitud är omkastade: Easting ska vara longitud."
        return Whereabouts(system=None, warning=swapped)
    outside = "Ligger inte i Malmö, varken som WGS 84 eller som SWEREF 99 13 30."
    return Whereabouts(system=None, warning=outside)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


@cache
def _sweref_to_wgs84() -> Transformer:
    return Transformer.from_crs("EPSG:3008", "EPSG:4326", always_xy=True)
