"""The route's arithmetic: what of it is kept, how long it is, how closely it is thinned."""

from __future__ import annotations

import itertools
import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.client.track import (
    BREAK,
    TOLERANCE_M,
    Track,
    TrackPoint,
    distance_to_line_m,
    duration_s,
    length_m,
    on_plane,
    parts,
    thinned,
)
from sync.domain.geo import GeoPoint

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
METRE_LAT = 1 / 111_195.0
METRE_LON = METRE_LAT / math.cos(math.radians(55.6))
ROUNDING_M = 1e-3


def at(east_m: float, north_m: float, accuracy_m: float | None = 8.0) -> GeoPoint:
    return GeoPoint(
        lat_deg=55.6 + north_m * METRE_LAT,
        lon_deg=13.03 + east_m * METRE_LON,
        accuracy_m=accuracy_m,
    )


def walked(track: Track, *steps: tuple[float, float, float]) -> list[TrackPoint | None]:
    """steps: seconds after the start, metres east, metres north."""
    return [track.heard(at(east, north), START + timedelta(seconds=s)) for s, east, north in steps]


metres = st.floats(min_value=-3000, max_value=3000, allow_nan=False)
lines = st.lists(st.tuples(metres, metres), min_size=0, max_size=120)
TRACKS = lines.map(lambda steps: [at(east, north) for east, north in steps])


@settings(deadline=None)
@given(TRACKS)
def test_no_point_is_farther_than_three_metres_from_the_thinned_line(
    track: list[GeoPoint],
) -> None:
    kept = thinned(track)
    plane = dict(zip(map(id, track), on_plane(track), strict=True))
    line = [plane[id(one)] for one in kept]
    for one in track:
        pieces = itertools.pairwise(line)
        nearest = min((distance_to_line_m(plane[id(one)], a, b) for a, b in pieces), default=0.0)
        assert nearest <= TOLERANCE_M + ROUNDING_M


@settings(deadline=None)
@given(TRACKS)
def test_the_ends_are_kept_and_nothing_is_made_up_or_turned_around(track: list[GeoPoint]) -> None:
    kept = thinned(track)
    assert kept[:1] == track[:1] and kept[-1:] == track[-1:]
    rest = iter(track)
    assert all(any(one is other for other in rest) for one in kept)


@settings(deadline=None, max_examples=40)
@given(TRACKS, st.integers(min_value=2, max_value=20))
def test_a_line_of_too_many_points_is_held_less_closely_until_it_fits(
    track: list[GeoPoint], at_most: int
) -> None:
    assert len(thinned(track, at_most=at_most)) <= at_most


def test_thinning_what_is_thin_changes_nothing() -> None:
    rng = random.Random(7)
    track = [at(east * 4, rng.uniform(-20, 20)) for east in range(500)]
    once = thinned(track)
    assert thinned(once) == once


def test_a_straight_street_becomes_its_two_ends() -> None:
    assert thinned([at(east * 2, 0) for east in range(400)]) == [at(0, 0), at(798, 0)]


def test_a_walk_in_a_long_zigzag_does_not_exhaust_the_stack() -> None:
    """Each split of a growing zigzag takes one point off: as deep as it is long."""
    track = [at(step * 0.01, step * (1 if step % 2 else -1) * 0.01) for step in range(1500)]
    assert thinned(track)[-1] == track[-1]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_short_lines_stay_as_they_are(count: int) -> None:
    track = [at(index, 0) for index in range(count)]
    assert thinned(track) == track


def test_points_on_one_spot_become_two() -> None:
    assert thinned([at(5, 5)] * 50) == [at(5, 5)] * 2


def test_a_line_over_the_date_line_is_short() -> None:
    east = GeoPoint(lat_deg=0.0, lon_deg=179.9999)
    west = GeoPoint(lat_deg=0.0, lon_deg=-179.9999)
    (x, _) = on_plane([east, west])[1]
    assert abs(x) < 30
    assert length_m([east, west]) < 30


def test_walking_is_kept_and_measured() -> None:
    track = Track()
    walked(track, (0, 0, 0), (10, 13, 0), (20, 26, 0), (30, 26, 13))
    assert len(track.points) == 4
    assert track.length_m == pytest.approx(39, abs=0.2)
    assert track.duration_s == 30


def test_standing_still_adds_time_and_no_length() -> None:
    track = Track()
    walked(track, (0, 0, 0), (10, 13, 0))
    kept = walked(track, *((20 + 20 * n, 13 + (-1) ** n * 2, 1) for n in range(30)))
    assert len(track.points) == 2 and None not in kept
    assert track.length_m == pytest.approx(13, abs=0.1)
    assert track.duration_s == 600


def test_a_fix_with_a_large_ring_is_left_out() -> None:
    track = Track()
    assert track.heard(at(0, 0, 50.1), START) is None
    assert track.heard(at(0, 0, 50.0), START) is not None
    assert track.heard(at(9, 0, None), START + timedelta(seconds=9)) is not None


def test_a_jump_that_nobody_walks_is_left_out() -> None:
    track = Track()
    kept = walked(track, (0, 0, 0), (2, 900, 0), (4, 4, 7))
    assert kept[1] is None and len(track.points) == 2
    assert track.length_m < 10


def test_when_the_first_fix_was_the_wrong_one_the_route_begins_anew() -> None:
    track = Track()
    walked(track, (0, 5000, 0), (10, 0, 0), (20, 13, 0), (30, 26, 0), (40, 39, 0))
    assert [len(part) for part in parts(track.points)] == [1, 2]
    assert track.length_m == pytest.approx(13, abs=0.2)


def test_a_break_with_the_app_closed_is_neither_length_nor_time() -> None:
    track = Track()
    silence = BREAK.total_seconds() + 60
    walked(track, (0, 0, 0), (10, 13, 0), (10 + silence, 600, 0), (20 + silence, 613, 0))
    assert [len(part) for part in parts(track.points)] == [2, 2]
    assert track.length_m == pytest.approx(26, abs=0.2)
    assert track.duration_s == 20


def test_a_fix_from_before_the_last_one_is_left_out() -> None:
    track = Track()
    walked(track, (10, 0, 0))
    assert walked(track, (10, 20, 0), (5, 20, 0)) == [None, None]


def test_a_track_goes_on_from_what_was_kept() -> None:
    first = Track()
    walked(first, (0, 0, 0), (10, 13, 0))
    second = Track(first.points)
    walked(second, (20, 26, 0))
    assert second.length_m == pytest.approx(26, abs=0.2)
    assert duration_s(second.points) == 20


@given(st.lists(st.tuples(st.floats(0, 900), metres, metres, st.floats(0, 100)), max_size=60))
def test_whatever_is_heard_no_piece_of_the_route_is_faster_than_people(
    steps: list[tuple[float, float, float, float]],
) -> None:
    track, seconds = Track(), 0.0
    for wait, east, north, accuracy in steps:
        seconds += wait
        track.heard(at(east, north, accuracy), START + timedelta(seconds=seconds))
    assert track.duration_s <= seconds + 1
    assert track.length_m <= 8.0 * (seconds + 1) + 6.0 * len(steps)


def test_a_clock_that_is_set_back_ends_a_piece_and_the_route_goes_on() -> None:
    track = Track()
    walked(track, (0, 0, 0), (10, 0, 12), (20, 0, 24))
    kept = walked(track, *((second - 7200, 0, 24 + second) for second in range(30, 90, 10)))
    assert kept[-1] is not None and len(parts(track.points)) == 2
    assert track.duration_s == sum(duration_s(part) for part in parts(track.points)) < 120


def test_a_fix_that_comes_late_is_left_out() -> None:
    track = Track()
    walked(track, (0, 0, 0), (10, 0, 12), (20, 0, 24))
    assert walked(track, (15, 0, 18)) == [None]
