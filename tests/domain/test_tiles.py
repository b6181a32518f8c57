from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.geo import GeoBox, GeoPoint
from sync.domain.tiles import (
    Tile,
    box_around,
    box_of,
    count_of,
    metres_per_px,
    overlaps,
    point_at,
    tile_at,
    tiles_of,
    world_px,
)

BOX = GeoBox(south=55.594, west=13.020, north=55.632, east=13.075)


def test_a_place_in_malmo_is_on_the_tile_that_web_maps_have_there() -> None:
    """Worked out with the formula of OpenStreetMap's wiki (Slippy map tilenames)."""
    assert tile_at(GeoPoint(lat_deg=55.6110, lon_deg=13.0320), 14) == Tile(zoom=14, x=8785, y=5133)


def test_the_row_is_counted_from_the_other_end_in_mbtiles() -> None:
    assert Tile(zoom=14, x=8785, y=5133).tms_row == 2**14 - 1 - 5133
    assert Tile(zoom=0, x=0, y=0).tms_row == 0


@given(lat_deg=st.floats(-85, 85), lon_deg=st.floats(-180, 179.999), zoom=st.integers(0, 20))
def test_a_point_lies_in_the_box_of_its_tile(lat_deg: float, lon_deg: float, zoom: int) -> None:
    box = box_of(tile_at(GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg), zoom))
    assert box.south - 1e-9 <= lat_deg <= box.north + 1e-9
    assert box.west - 1e-9 <= lon_deg <= box.east + 1e-9


@given(lat_deg=st.floats(-85, 85), lon_deg=st.floats(-180, 180), zoom=st.floats(0, 20))
def test_pixels_lead_back_to_the_place(lat_deg: float, lon_deg: float, zoom: float) -> None:
    point = point_at(*world_px(GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg), zoom), zoom)
    assert point.lat_deg == pytest.approx(lat_deg, abs=1e-6)
    assert point.lon_deg == pytest.approx(lon_deg, abs=1e-6)


def test_the_tiles_of_a_box_are_as_many_as_counted_and_cover_it() -> None:
    tiles = list(tiles_of(BOX, (12, 13, 14)))
    assert len(tiles) == len(set(tiles)) == count_of(BOX, (12, 13, 14)) == 24
    for lat_deg, lon_deg in ((BOX.south, BOX.west), (BOX.north, BOX.east)):
        assert tile_at(GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg), 14) in tiles
    assert [tile.zoom for tile in tiles] == sorted(tile.zoom for tile in tiles)


@pytest.mark.parametrize(("zoom", "x", "y"), [(-1, 0, 0), (23, 0, 0), (3, 8, 0), (3, 0, -1)])
def test_there_are_no_tiles_outside_the_world(zoom: int, x: int, y: int) -> None:
    with pytest.raises(ValueError, match="zoom"):
        Tile(zoom=zoom, x=x, y=y)


def test_a_pixel_is_some_decimetres_when_one_looks_closely() -> None:
    assert metres_per_px(55.6, 19) == pytest.approx(0.169, abs=0.002)


def test_the_box_is_around_all_polygons_of_an_outline() -> None:
    first = [[13.0, 55.5], [13.1, 55.5], [13.1, 55.6], [13.0, 55.5]]
    second = [[12.9, 55.7], [13.0, 55.7], [13.0, 55.8], [12.9, 55.7]]
    both = {"type": "MultiPolygon", "coordinates": [[first], [second]]}
    assert box_around(both) == GeoBox(south=55.5, west=12.9, north=55.8, east=13.1)
    with pytest.raises(ValueError, match="Point"):
        box_around({"type": "Point", "coordinates": [13, 55]})


def test_boxes_that_share_an_edge_overlap() -> None:
    east = GeoBox(south=55.594, west=13.075, north=55.632, east=13.1)
    assert overlaps(BOX, east)
    assert not overlaps(BOX, GeoBox(south=59.0, west=13.0, north=59.1, east=13.1))
