"""What is known near a point, and what is worth a later visit: against counting by hand."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from sync.client.direction import Direction
from sync.client.nearby import (
    KNOWN_WITHIN_M,
    OLD,
    REVISIT_WITHIN_M,
    SAME_PLACE_M,
    NearbyStore,
)
from sync.domain.geo import EARTH_RADIUS_M, GeoPoint
from sync.domain.ids import AreaCode, EntityId
from sync.domain.words import Category, ObservationKind, Verdict
from tests.client.many_points import AREA, MIDDLE, NOW, ManyPoints, a_local, mine

BEFORE = NOW - timedelta(days=3)


def away(metres: float, bearing_deg: float = 0.0, start: GeoPoint = MIDDLE) -> GeoPoint:
    angle = math.radians(bearing_deg)
    north, east = metres * math.cos(angle), metres * math.sin(angle)
    lat = start.lat_deg + math.degrees(north / EARTH_RADIUS_M)
    lon = start.lon_deg + math.degrees(
        east / EARTH_RADIUS_M / math.cos(math.radians(start.lat_deg))
    )
    return GeoPoint(lat_deg=lat, lon_deg=lon)


class Around:
    """A phone that stands in the middle of Kirsebergs torg, with some points around it."""

    def __init__(self) -> None:
        self.local = a_local()
        self.many = ManyPoints(self.local)
        self.before = self.many.a_round(started_at=BEFORE)
        self.now = self.many.a_round()
        self.store = NearbyStore(self.local)

    def known(self, category: Category = Category.LIGHTING, limit: int = 3) -> list[EntityId]:
        self.many.write()
        found = self.store.known(AREA, MIDDLE, category, round_id=self.now, limit=limit)
        return [one.point.observation_id for one in found]

    def offered(self, here: GeoPoint = MIDDLE) -> EntityId | None:
        self.many.write()
        found = self.store.worth_a_visit(AREA, here, round_id=self.now, now=NOW)
        return None if found is None else found.point.observation_id

    def claimed(self, point: GeoPoint, said: str = "Åtgärdat") -> EntityId:
        """Reported five days ago, and the city has said this two days ago."""
        one = self.many.a_point(point, round_id=self.before, noted_at=NOW - timedelta(days=6))
        self.many.a_report(
            one, said=said, sent_at=NOW - timedelta(days=5), said_at=NOW - timedelta(days=2)
        )
        return one


@pytest.fixture
def around() -> Around:
    return Around()


# Known already


def test_the_nearest_of_the_same_category_come_first_and_no_more_than_asked_for(
    around: Around,
) -> None:
    far = around.many.a_point(away(20), round_id=around.before)
    near = around.many.a_point(away(5, 90), round_id=around.before)
    between = around.many.a_point(away(12, 180), round_id=around.before)
    around.many.a_point(away(24, 270), round_id=around.before)
    around.many.a_point(away(3), round_id=around.before, category=Category.LITTER)
    assert around.known() == [near, between, far]


def test_it_says_how_far_and_in_which_direction(around: Around) -> None:
    around.many.a_point(away(12, 45), round_id=around.before)
    around.many.write()
    (found,) = around.store.known(AREA, MIDDLE, Category.LIGHTING, round_id=around.now, limit=3)
    assert found.distance_m == pytest.approx(12, abs=0.01)
    assert found.direction is Direction.NORTH_EAST


def test_on_the_spot_itself_there_is_no_direction(around: Around) -> None:
    around.many.a_point(MIDDLE, round_id=around.before)
    around.many.write()
    (found,) = around.store.known(AREA, MIDDLE, Category.LIGHTING, round_id=around.now, limit=3)
    assert (found.distance_m, found.direction) == (0.0, None)


def test_25_metres_are_near_and_a_little_more_is_not(around: Around) -> None:
    just = around.many.a_point(away(KNOWN_WITHIN_M - 0.01, 30), round_id=around.before)
    around.many.a_point(away(KNOWN_WITHIN_M + 0.01, 30), round_id=around.before)
    assert around.known() == [just]


@pytest.mark.parametrize("kind", [ObservationKind.POSITIVE, ObservationKind.PROPOSAL])
def test_what_is_no_defect_is_not_reported_already(around: Around, kind: ObservationKind) -> None:
    around.many.a_point(MIDDLE, round_id=around.before, kind=kind)
    assert around.known() == []


def test_deleted_and_rejected_ones_are_not_open(around: Around) -> None:
    around.many.a_point(MIDDLE, round_id=around.before, deleted_at="2026-05-30T10:00:00.000Z")
    around.many.a_point(MIDDLE, round_id=around.before, status="rejected")
    waits = around.many.a_point(MIDDLE, round_id=around.before, status="received")
    assert around.known() == [waits]


def test_of_another_area_is_not_of_this_one(around: Around) -> None:
    around.many.a_point(MIDDLE, round_id=around.before, area=AreaCode("rosengard"))
    assert around.known() == []


def test_what_the_city_calls_fixed_is_known_until_somebody_has_seen_it_fixed(
    around: Around,
) -> None:
    one = around.claimed(MIDDLE)
    assert around.known() == [one]
    visit = around.many.a_visit(one, Verdict.FIXED, checked_at=NOW - timedelta(days=1))
    assert around.known() == []
    around.many.a_visit(one, Verdict.REMAINS, checked_at=NOW)
    assert visit and around.known() == [one]


def test_a_visit_that_was_taken_back_says_nothing(around: Around) -> None:
    one = around.claimed(MIDDLE)
    around.many.a_visit(one, Verdict.FIXED, checked_at=NOW, deleted_at="2026-06-01T10:00:05.000Z")
    assert around.known() == [one]


def test_when_it_was_reported_is_when_it_was_sent_and_before_that_when_it_was_noted(
    around: Around,
) -> None:
    sent = around.claimed(away(2), said="Pågående")
    noted = around.many.a_point(away(4), round_id=around.before)
    around.many.write()
    found = around.store.known(AREA, MIDDLE, Category.LIGHTING, round_id=around.now, limit=3)
    points = [one.point for one in found]
    assert [one.observation_id for one in points] == [sent, noted]
    assert points[0].reported_at == "2026-05-27T10:00:00.000Z"
    assert (points[0].city_status, points[0].is_sent) == ("Pågående", True)
    assert points[1].reported_at == "2026-05-29T10:00:00.000Z"
    assert (points[1].city_status, points[1].is_sent) == (None, False)


def test_the_first_photo_goes_with_it_and_not_that_of_a_later_visit(around: Around) -> None:
    one = around.many.a_point(MIDDLE, round_id=around.before)
    around.many.a_photo(one, "ab" * 32)
    around.many.write()
    (found,) = around.store.known(AREA, MIDDLE, Category.LIGHTING, round_id=around.now, limit=3)
    assert found.point.sha256 == "ab" * 32


def test_what_this_phone_has_just_noted_is_the_same_only_in_the_same_place(
    around: Around,
) -> None:
    mine(around.local, around.now, away(SAME_PLACE_M + 2), Category.LIGHTING)
    assert around.known() == []
    same = mine(around.local, around.now, away(SAME_PLACE_M - 2), Category.LIGHTING)
    assert around.known() == [same]


def test_what_another_phone_has_just_noted_is_told_at_any_distance_that_is_near(
    around: Around,
) -> None:
    theirs = around.many.a_point(away(20), round_id=around.now)
    assert around.known() == [theirs]


def test_what_this_phone_noted_on_an_earlier_round_is_told_too(around: Around) -> None:
    before = mine(around.local, around.before, away(20), Category.LIGHTING)
    assert around.known() == [before]


def test_many_that_are_not_open_do_not_hide_one_that_is(around: Around) -> None:
    for _ in range(30):
        around.many.a_point(away(1), round_id=around.before, status="rejected")
    one = around.many.a_point(away(20), round_id=around.before)
    assert around.known() == [one]


# Worth a visit


def test_what_the_city_calls_fixed_is_offered_and_what_it_works_on_is_not(around: Around) -> None:
    around.claimed(away(3), said="Pågående")
    closed = around.claimed(away(30), said="Avslutat")
    assert around.offered() == closed
    fixed = around.claimed(away(10), said="Åtgärdat")
    assert around.offered() == fixed


def test_40_metres_are_near_enough_and_a_little_more_is_not(around: Around) -> None:
    one = around.claimed(MIDDLE)
    assert around.offered(away(REVISIT_WITHIN_M + 0.05)) is None
    assert around.offered(away(REVISIT_WITHIN_M - 0.05)) == one


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_visit_after_the_citys_words_is_enough(around: Around, verdict: Verdict) -> None:
    one = around.claimed(MIDDLE)
    around.many.a_visit(one, verdict, checked_at=NOW - timedelta(days=1))
    assert around.offered() is None


def test_a_visit_before_the_citys_words_is_not(around: Around) -> None:
    one = around.claimed(MIDDLE)
    around.many.a_visit(one, Verdict.REMAINS, checked_at=NOW - timedelta(days=4))
    assert around.offered() == one


def test_an_open_one_is_offered_when_it_is_older_than_30_days(around: Around) -> None:
    around.many.a_point(away(3), round_id=around.before, noted_at=NOW - OLD + timedelta(seconds=1))
    assert around.offered() is None
    old = around.many.a_point(
        away(3), round_id=around.before, noted_at=NOW - OLD - timedelta(seconds=1)
    )
    assert around.offered() == old


def test_how_old_it_is_counts_from_when_it_was_noted_and_not_from_when_it_was_sent(
    around: Around,
) -> None:
    one = around.many.a_point(MIDDLE, round_id=around.before, noted_at=NOW - timedelta(days=60))
    around.many.a_report(
        one, said="Registrerat", sent_at=NOW - timedelta(days=10), said_at=NOW - timedelta(days=9)
    )
    assert around.offered() == one


def test_a_phone_whose_clock_is_years_slow_notes_nothing_old(around: Around) -> None:
    slow, heard = datetime(2020, 1, 1, tzinfo=UTC), NOW - timedelta(days=2)
    around.many.a_point(MIDDLE, round_id=around.before, noted_at=slow, stamped_at=heard)
    assert around.offered() is None


def test_a_clock_somewhere_that_is_far_ahead_keeps_nothing_new(around: Around) -> None:
    noted, ahead = NOW - timedelta(days=60), NOW + timedelta(days=300)
    one = around.many.a_point(MIDDLE, round_id=around.before, noted_at=noted, stamped_at=ahead)
    assert around.offered() == one


def test_what_a_phone_noted_with_its_clock_far_ahead_is_old_by_when_it_was_sent(
    around: Around,
) -> None:
    one = around.many.a_point(MIDDLE, round_id=around.before, noted_at=NOW + timedelta(days=300))
    assert around.offered() is None
    around.many.a_report(
        one, said="Registrerat", sent_at=NOW - timedelta(days=31), said_at=NOW - timedelta(days=30)
    )
    assert around.offered() == one


def test_what_somebody_has_visited_on_this_round_is_not_offered_again(around: Around) -> None:
    old = around.many.a_point(MIDDLE, round_id=around.before, noted_at=NOW - timedelta(days=90))
    around.many.a_visit(old, Verdict.REMAINS, checked_at=BEFORE, round_id=around.before)
    assert around.offered() == old
    around.many.a_visit(old, Verdict.WORSE, checked_at=NOW, round_id=around.now)
    assert around.offered() is None


def test_not_now_holds_for_this_round_and_can_be_taken_back(around: Around) -> None:
    one = around.claimed(MIDDLE)
    other = around.claimed(away(20))
    around.store.decline(around.now, one)
    around.store.decline(around.now, one)
    assert around.offered() == other
    around.store.take_back_decline(around.now, one)
    assert around.offered() == one
    around.store.decline(around.before, one)
    assert around.offered() == one
