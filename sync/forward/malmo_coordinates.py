"""A place as Malmö's e-service wants it, in either of its two coordinate systems.

Until 2021 IssueEasting and IssueNorthing were SWEREF 99 13 30 (EPSG:3008) in whole metres; since
then the same two fields carry WGS 84 longitude and latitude. A report in the wrong one is
accepted by the service and ends up nowhere, so both systems have a range check here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pyproj import Transformer

from sync.domain.geo import GeoPoint
from sync.domain.malmo import LIMITS

MALMO = LIMITS
"""The service's own limits, from its public client."""

WGS84_DECIMALS = 7  # 1 cm


class CoordinateSystem(StrEnum):
    WGS84 = "wgs84"
    EPSG3008 = "epsg3008"


class OutsideMalmo(ValueError):
    """The place is not within the service's limits."""


class ImplausibleCoordinates(ValueError):
    """The numbers do not look like Malmö in this system: probably they are of another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """East and north, smallest and largest, both belonging to it."""

    east: tuple[float, float]
    north: tuple[float, float]


_PLAUSIBLE = {
    CoordinateSystem.WGS84: _Range(east=(MALMO.west, MALMO.east), north=(MALMO.south, MALMO.north)),
    # The south-east corner of MALMO has N 6 151 902.
    CoordinateSystem.EPSG3008: _Range(east=(109_000, 130_000), north=(6_151_900, 6_171_000)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MalmoCoordinates:
    """The two fields as text: metres like "118699.0", or degrees like "13.0033650"."""

    easting: str
    northing: str


def to_malmo(place: GeoPoint, system: CoordinateSystem) -> MalmoCoordinates:
    """Raises OutsideMalmo. EPSG:3008 is rounded to metres, so it is off by 0.71 m at most."""
    if not MALMO.holds(place):
        raise OutsideMalmo("the place is outside the limits of Malmö's e-service")
    match system:
        case CoordinateSystem.WGS84:
            sent = MalmoCoordinates(
                easting=f"{place.lon_deg:.{WGS84_DECIMALS}f}",
                northing=f"{place.lat_deg:.{WGS84_DECIMALS}f}",
            )
        case CoordinateSystem.EPSG3008:
            east_m, north_m = _to_sweref().transform(place.lon_deg, place.lat_deg)
            sent = MalmoCoordinates(easting=f"{east_m:.0f}.0", northing=f"{north_m:.0f}.0")
    refuse_implausible(sent, system)
    return sent


def from_malmo(sent: MalmoCoordinates, system: CoordinateSystem) -> GeoPoint:
    """The place that was sent. Raises ImplausibleCoordinates."""
    east, north = refuse_implausible(sent, system)
    if system is CoordinateSystem.WGS84:
        return GeoPoint(lat_deg=north, lon_deg=east)
    lon, lat = _to_sweref().transform(east, north, direction="INVERSE")
    return GeoPoint(lat_deg=lat, lon_deg=lon)


def refuse_implausible(sent: MalmoCoordinates, system: CoordinateSystem) -> tuple[float, float]:
    """East and north as numbers. Raises ImplausibleCoordinates, for text that is no number too."""
    try:
        east, north = float(sent.easting), float(sent.northing)
    except ValueError:
        east = north = math.nan
    plausible = _PLAUSIBLE[system]
    if not (_within(east, plausible.east) and _within(north, plausible.north)):
        raise ImplausibleCoordinates(
            f"easting {sent.easting[:20]!r} and northing {sent.northing[:20]!r} "
            f"are not in Malmö as {system}"
        )
    return east, north


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


@cache
def _to_sweref() -> Transformer:
    """WGS 84 is taken as equal to SWEREF 99, which differs by less than a metre."""
    return Transformer.from_crs("EPSG:4326", "EPSG:3008", always_xy=True)
