"""What is near, against looking at every point: made-up neighbourhoods, and the whole earth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.client.nearby import KNOWN_WITHIN_M, OLD, REVISIT_WITHIN_M, box_around
from sync.client.open_points import OpenPoints
from sync.domain.geo import EARTH_RADIUS_M, GeoPoint, distance_m
from sync.domain.ids import EntityId
from sync.domain.status import CITY_WORDS, FINAL_CITY_WORDS
from sync.domain.words import Category, ObservationKind, Verdict
from tests.client.many_points import AREA, MIDDLE, NOW
from tests.client.test_nearby import Around, away


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One point as it was written, for the second opinion."""

    observation_id: EntityId
    point: GeoPoint
    category: Category
    kind: ObservationKind
    is_rejected: bool
    is_deleted: bool
    noted_at: datetime
    claimed_at: datetime | None
    visits: tuple[tuple[datetime, Verdict, bool], ...]

    @property
    def is_open(self) -> bool:
        is_fixed = bool(self.visits) and max(self.visits)[1] is Verdict.FIXED
        is_defect = self.kind is ObservationKind.DEFECT
        return is_defect and not (self.is_rejected or self.is_deleted or is_fixed)

    @property
    def is_worth_a_visit(self) -> bool:
        seen = [when for when, _, _ in self.visits]
        claimed = self.claimed_at
        is_unseen = claimed is not None and all(when < claimed for when in seen)
        is_old = self.noted_at < NOW - OLD
        is_seen_now = any(is_now for _, _, is_now in self.visits)
        return self.is_open and (is_unseen or is_old) and not is_seen_now


@st.composite
def _points(draw: st.DrawFn) -> list[dict[str, object]]:
    days = st.integers(min_value=0, max_value=60)
    visit = st.tuples(days, st.sampled_from(Verdict), st.booleans())
    one = st.fixed_dictionaries(
        {
            "metres": st.floats(min_value=0, max_value=60),
            "bearing": st.floats(min_value=0, max_value=360),
            "category": st.sampled_from([Category.LIGHTING, Category.LITTER]),
            "kind": st.sampled_from(ObservationKind),
            "is_rejected": st.booleans(),
            "is_deleted": st.booleans(),
            "noted_days": days,
            "said": st.none() | st.sampled_from(CITY_WORDS),
            "said_days": days,
            "visits": st.lists(visit, max_size=2, unique_by=lambda one: one[0]),
        }
    )
    return draw(st.lists(one, max_size=14))


def _written(around: Around, raw: dict[str, object]) -> Told:
    given_ = dict(raw)
    point = away(float(str(given_["metres"])), float(str(given_["bearing"])))
    category, kind = Category(str(given_["category"])), ObservationKind(str(given_["kind"]))
    noted_at = NOW - timedelta(days=int(str(given_["noted_days"])), seconds=1)
    fields: dict[str, str] = {}
    if given_["is_rejected"]:
        fields["status"] = "rejected"
    if given_["is_deleted"]:
        fields["deleted_at"] = "2026-06-01T09:00:00.000Z"
    one = around.many.a_point(
        point, round_id=around.before, category=category, kind=kind, noted_at=noted_at, **fields
    )
    said = given_["said"]
    said_at = NOW - timedelta(days=int(str(given_["said_days"])), seconds=30)
    if said is not None:
        sent_at = noted_at + (NOW - noted_at) / 2
        around.many.a_report(one, said=str(said), sent_at=sent_at, said_at=said_at)
    visits = []
    assert isinstance(given_["visits"], list)
    for days, verdict, is_now in given_["visits"]:
        when = NOW - timedelta(days=days)
        round_id = around.now if is_now else around.before
        around.many.a_visit(one, verdict, checked_at=when, round_id=round_id)
        visits.append((when, verdict, is_now))
    return Told(
        observation_id=one,
        point=point,
        category=category,
        kind=kind,
        is_rejected=bool(given_["is_rejected"]),
        is_deleted=bool(given_["is_deleted"]),
        noted_at=noted_at,
        claimed_at=said_at if said in FINAL_CITY_WORDS else None,
        visits=tuple(visits),
    )


@settings(max_examples=120, deadline=None)
@given(_points())
def test_the_answers_are_those_of_looking_at_every_point(raw: list[dict[str, object]]) -> None:
    around = Around()
    told = [_written(around, one) for one in raw]
    around.many.write()

    def metres(one: Told) -> float:
        return distance_m(MIDDLE, one.point)

    known = [
        one
        for one in sorted(told, key=metres)
        if one.is_open and one.category is Category.LIGHTING and metres(one) <= KNOWN_WITHIN_M
    ]
    found = around.store.known(AREA, MIDDLE, Category.LIGHTING, round_id=around.now, limit=3)
    assert [one.distance_m for one in found] == pytest.approx([metres(one) for one in known[:3]])
    assert {one.point.observation_id for one in found} <= {one.observation_id for one in known}

    due = [one for one in told if one.is_worth_a_visit and metres(one) <= REVISIT_WITHIN_M]
    offered = around.store.worth_a_visit(AREA, MIDDLE, round_id=around.now, now=NOW)
    assert (offered is None) == (not due)
    if offered is not None:
        assert offered.distance_m == pytest.approx(min(map(metres, due)))
        assert offered.point.observation_id in {one.observation_id for one in due}

    is_open = {one.observation_id for one in told if one.is_open}
    points = OpenPoints(around.local)
    assert set(points.ids(AREA, None)) == is_open
    assert points.count(AREA) == len(is_open)
    nearest = [distance_m(MIDDLE, one.point) for one in told if one.is_open]
    ordered = points.some(points.ids(AREA, MIDDLE))
    assert [distance_m(MIDDLE, one.point) for one in ordered if one.point] == pytest.approx(
        sorted(nearest), abs=0.01
    )


@settings(deadline=None)
@given(
    lat_deg=st.floats(min_value=-90, max_value=90),
    lon_deg=st.floats(min_value=-180, max_value=180),
    metres=st.floats(min_value=0, max_value=100),
    bearing=st.floats(min_value=0, max_value=2 * math.pi),
)
def test_the_box_holds_everything_that_is_near_anywhere_on_earth(
    lat_deg: float, lon_deg: float, metres: float, bearing: float
) -> None:
    here, angle = GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg), metres / EARTH_RADIUS_M
    lat, lon = math.radians(lat_deg), math.radians(lon_deg)
    north = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)
    there_lat = math.asin(max(-1.0, min(1.0, north)))
    east = math.sin(bearing) * math.sin(angle) * math.cos(lat)
    there_lon = lon + math.atan2(east, math.cos(angle) - math.sin(lat) * math.sin(there_lat))
    there = GeoPoint(
        lat_deg=math.degrees(there_lat),
        lon_deg=(math.degrees(there_lon) + 180.0) % 360.0 - 180.0,
    )
    box = box_around(here, 100.001)
    slack = 1e-9
    assert box.south - slack <= there.lat_deg <= box.north + slack
    is_in_lon = box.west - slack <= there.lon_deg <= box.east + slack
    assert is_in_lon or distance_m(here, there) > 100.0 or abs(there.lon_deg) == 180.0
