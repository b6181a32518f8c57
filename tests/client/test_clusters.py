"""Gathering marks on a map: pure arithmetic."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client.clusters import (
    CELL_PX,
    SINGLY_UP_TO,
    TOUCHING_PX,
    Spot,
    clustered,
    spot_of,
    view_box,
    zoom_to_part,
)
from sync.domain.geo import GeoPoint
from sync.domain.tiles import world_px

CENTRE = GeoPoint(lat_deg=55.611, lon_deg=13.032)


def spots_around(count: int, spread_deg: float = 0.01, seed: int = 1) -> list[Spot[int]]:
    dice = random.Random(seed)
    return [
        spot_of(
            number,
            GeoPoint(
                lat_deg=CENTRE.lat_deg + dice.uniform(-spread_deg, spread_deg),
                lon_deg=CENTRE.lon_deg + dice.uniform(-spread_deg, spread_deg),
            ),
        )
        for number in range(count)
    ]


WIDE = view_box(CENTRE, 13, 2000, 2000)


def test_up_to_fifty_are_shown_one_by_one_however_close_they_lie() -> None:
    spots = spots_around(SINGLY_UP_TO, spread_deg=0.00001)
    shown = clustered(spots, WIDE, 13)
    assert [cluster.things for cluster in shown] == [(number,) for number in range(50)]


def test_one_more_and_they_are_gathered() -> None:
    shown = clustered(spots_around(SINGLY_UP_TO + 1, spread_deg=0.00001), WIDE, 13)
    assert len(shown) <= 2
    assert sum(len(cluster.things) for cluster in shown) == SINGLY_UP_TO + 1


def test_only_what_is_in_the_view_counts() -> None:
    near, far = spots_around(20, 0.001), spots_around(500, 0.001)
    away = [Spot(thing=1000 + one.thing, x_px=one.x_px + 10, y_px=one.y_px) for one in far]
    shown = clustered([*near, *away], view_box(CENTRE, 16, 400, 600), 16)
    assert all(cluster.is_one for cluster in shown)
    assert {cluster.things[0] for cluster in shown} <= set(range(20))


@given(count=st.integers(51, 200), zoom=st.floats(11, 20), seed=st.integers(0, 1000))
def test_nothing_is_lost_and_nothing_counted_twice(count: int, zoom: float, seed: int) -> None:
    spots = spots_around(count, seed=seed)
    shown = clustered(spots, view_box(CENTRE, 5, 2000, 2000), zoom)
    assert sorted(thing for cluster in shown for thing in cluster.things) == list(range(count))


def test_moving_the_map_does_not_change_what_is_together() -> None:
    spots = spots_around(400)
    moved = GeoPoint(lat_deg=55.6113, lon_deg=13.0327)
    here = clustered(spots, view_box(CENTRE, 13, 3000, 3000), 15)
    there = clustered(spots, view_box(moved, 13, 3000, 3000), 15)
    assert {cluster.key: cluster.things for cluster in here} == {
        cluster.key: cluster.things for cluster in there
    }


def test_a_cluster_stands_close_to_all_that_is_in_it() -> None:
    spots = spots_around(300)
    for cluster in clustered(spots, WIDE, 15):
        x_px, y_px = world_px(cluster.point, 15)
        for thing in cluster.things:
            spot = spots[thing]
            assert abs(spot.x_px * 2**15 - x_px) <= CELL_PX + TOUCHING_PX
            assert abs(spot.y_px * 2**15 - y_px) <= CELL_PX + TOUCHING_PX


@pytest.mark.parametrize("zoom", [12.0, 13.5, 15.0, 16.9])
def test_no_two_cover_each_other_on_the_screen(zoom: float) -> None:
    shown = clustered(spots_around(600), view_box(CENTRE, 5, 2000, 2000), zoom)
    places = [world_px(cluster.point, zoom) for cluster in shown]
    for (x_px, y_px), (other_x, other_y) in itertools.combinations(places, 2):
        assert math.hypot(x_px - other_x, y_px - other_y) >= TOUCHING_PX * 0.99


def test_a_tap_goes_as_close_as_the_cluster_needs_to_come_apart() -> None:
    spots = spots_around(300)
    cluster = max(clustered(spots, WIDE, 13), key=lambda one: len(one.things))
    members = [spots[thing] for thing in cluster.things]
    zoom = zoom_to_part(cluster, members, 13, 20)
    assert 13 < zoom < 20
    cell = CELL_PX / 2**zoom
    assert len({(one.x_px // cell, one.y_px // cell) for one in members}) > 1


def test_what_lies_in_one_place_never_comes_apart() -> None:
    spots = [spot_of(number, CENTRE) for number in range(60)]
    (cluster,) = clustered(spots, WIDE, 13)
    assert zoom_to_part(cluster, spots, 13, 20) == 20
