"""Whether a position is inside the outline of an area."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.geo import GeoPoint
from sync.domain.outline import holds


def at(lat: float, lon: float) -> GeoPoint:
    return GeoPoint(lat_deg=lat, lon_deg=lon)


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


SQUARE = {"type": "Polygon", "coordinates": [box(13.0, 55.0, 14.0, 56.0)]}
WITH_YARD = {
    "type": "Polygon",
    "coordinates": [box(13.0, 55.0, 14.0, 56.0), box(13.4, 55.4, 13.6, 55.6)],
}
TWO = {
    "type": "MultiPolygon",
    "coordinates": [[box(13.0, 55.0, 13.2, 55.2)], WITH_YARD["coordinates"]],
}
BENT = {  # an L: its notch is the upper right quarter
    "type": "Polygon",
    "coordinates": [
        [[13.0, 55.0], [14.0, 55.0], [14.0, 55.5], [13.5, 55.5], [13.5, 56.0], [13.0, 56.0]]
    ],
}


@pytest.mark.parametrize(
    ("outline", "point", "is_inside"),
    [
        (SQUARE, at(55.5, 13.5), True),
        (SQUARE, at(55.5, 14.1), False),
        (SQUARE, at(13.5, 55.5), False),
        (SQUARE, at(55.0, 13.0), True),
        (SQUARE, at(55.0, 13.5), True),
        (WITH_YARD, at(55.5, 13.5), False),
        (WITH_YARD, at(55.5, 13.4), True),
        (WITH_YARD, at(55.3, 13.5), True),
        (TWO, at(55.1, 13.1), True),
        (TWO, at(55.5, 13.5), False),
        (TWO, at(56.5, 13.1), False),
        (BENT, at(55.7, 13.7), False),
        (BENT, at(55.7, 13.3), True),
        (BENT, at(55.5, 13.7), True),
        ({"type": "Feature", "geometry": SQUARE, "properties": {}}, at(50.0, 13.0), False),
        ({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": TWO}]},
         at(55.1, 13.1), True),
        ({"type": "GeometryCollection", "geometries": [SQUARE]}, at(55.5, 13.5), True),
    ],
)  # fmt: skip
def test_inside_is_inside_and_edges_belong_to_it(
    outline: dict[str, Any], point: GeoPoint, is_inside: bool
) -> None:
    assert holds(outline, point) is is_inside


@pytest.mark.parametrize(
    "outline",
    [
        {},
        {"type": "Point", "coordinates": [13.0, 55.0]},
        {"type": "Feature", "geometry": None},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[13.0, 55.0], [13.1, 55.0]]]},
    ],
)
def test_nothing_is_outside_an_outline_that_has_no_inside(outline: dict[str, Any]) -> None:
    assert holds(outline, at(1.0, 1.0))


def test_a_ring_with_heights_is_read_as_well() -> None:
    ring = [[*corner, 12.0] for corner in box(13.0, 55.0, 14.0, 56.0)]
    outline = {"type": "Polygon", "coordinates": [ring]}
    assert holds(outline, at(55.5, 13.5)) and not holds(outline, at(54.5, 13.5))


@given(st.floats(54.0, 57.0), st.floats(12.0, 15.0))
def test_a_polygon_and_the_same_one_turned_round_agree(lat: float, lon: float) -> None:
    turned = {"type": "Polygon", "coordinates": [BENT["coordinates"][0][::-1]]}
    assert holds(BENT, at(lat, lon)) == holds(turned, at(lat, lon))
