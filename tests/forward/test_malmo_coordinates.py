"""A place survives the way to Malmö and back, and never goes out in the wrong system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.geo import GeoPoint, distance_m
from sync.forward.malmo_coordinates import (
    MALMO,
    CoordinateSystem,
    ImplausibleCoordinates,
    MalmoCoordinates,
    OutsideMalmo,
    from_malmo,
    refuse_implausible,
    to_malmo,
)

CONTROL = GeoPoint(lat_deg=55.6051458, lon_deg=13.003365)

in_malmo = st.builds(
    lambda lat, lon: GeoPoint(lat_deg=lat, lon_deg=lon),
    st.floats(MALMO.south, MALMO.north),
    st.floats(MALMO.west, MALMO.east),
)


def test_the_control_point_in_metres_is_what_the_older_integration_sent() -> None:
    sent = to_malmo(CONTROL, CoordinateSystem.EPSG3008)
    assert sent == MalmoCoordinates(easting="118699.0", northing="6164713.0")


def test_the_control_point_in_degrees_has_longitude_as_easting() -> None:
    sent = to_malmo(CONTROL, CoordinateSystem.WGS84)
    assert sent == MalmoCoordinates(easting="13.0033650", northing="55.6051458")


@given(place=in_malmo, system=st.sampled_from(CoordinateSystem))
def test_any_place_in_malmo_comes_back_within_a_metre(
    place: GeoPoint, system: CoordinateSystem
) -> None:
    assert distance_m(place, from_malmo(to_malmo(place, system), system)) < 1.0


@pytest.mark.parametrize("system", CoordinateSystem)
@pytest.mark.parametrize("lat", [MALMO.south, MALMO.north])
@pytest.mark.parametrize("lon", [MALMO.west, MALMO.east])
def test_the_corners_belong_to_malmo(lat: float, lon: float, system: CoordinateSystem) -> None:
    place = GeoPoint(lat_deg=lat, lon_deg=lon)
    assert distance_m(place, from_malmo(to_malmo(place, system), system)) < 1.0


@pytest.mark.parametrize("system", CoordinateSystem)
@pytest.mark.parametrize(
    ("lat", "lon"),
    [(55.49065, 13.0), (55.65858, 13.0), (55.6, 12.85594), (55.6, 13.17595), (13.0, 55.6), (0, 0)],
)
def test_a_place_outside_malmo_is_refused(lat: float, lon: float, system: CoordinateSystem) -> None:
    with pytest.raises(OutsideMalmo):
        to_malmo(GeoPoint(lat_deg=lat, lon_deg=lon), system)


@given(place=in_malmo, system=st.sampled_from(CoordinateSystem))
def test_numbers_of_one_system_are_implausible_in_the_other_and_when_swapped(
    place: GeoPoint, system: CoordinateSystem
) -> None:
    [other] = set(CoordinateSystem) - {system}
    sent = to_malmo(place, system)
    with pytest.raises(ImplausibleCoordinates):
        refuse_implausible(sent, other)
    with pytest.raises(ImplausibleCoordinates):
        refuse_implausible(MalmoCoordinates(easting=sent.northing, northing=sent.easting), system)


@pytest.mark.parametrize("text", ["", "nan", "inf", "tretton", "13,0"])
def test_text_that_is_no_number_is_implausible(text: str) -> None:
    sent = MalmoCoordinates(easting=text, northing="55.6")
    with pytest.raises(ImplausibleCoordinates):
        refuse_implausible(sent, CoordinateSystem.WGS84)
