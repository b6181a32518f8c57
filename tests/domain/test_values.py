"""Ids, moments, places and merging: the small values that everything else is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync.domain.change import Change
from sync.domain.clock import Hlc
from sync.domain.geo import BadPlace, GeoBox, GeoPoint, distance_m
from sync.domain.ids import (
    AreaCode,
    BadId,
    ChangeId,
    DeviceId,
    EntityId,
    checked_area,
    checked_device,
    checked_sha256,
    checked_uuid7,
    uuid7,
)
from sync.domain.instants import LATEST_MS, BadInstant, from_ms, from_text, to_ms, to_text
from sync.domain.merge import merged_clocks, winning_fields
from sync.domain.words import EntityKind

CHANGE = Change(
    change_id=ChangeId(uuid7(1, b"0123456789")),
    area=AreaCode("kirseberg"),
    entity=EntityKind.OBSERVATION,
    entity_id=EntityId(uuid7(2, b"abcdefghij")),
    fields={"text": "a", "category": "klotter"},
    made_at=Hlc(wall_ms=5, counter=0, device=DeviceId("a")),
    device_id=DeviceId("a"),
)


@given(st.integers(0, LATEST_MS), st.binary(min_size=10, max_size=10))
def test_an_id_has_the_form_of_version_7_and_the_moment_first(now_ms: int, random: bytes) -> None:
    made = uuid7(now_ms, random)
    assert checked_uuid7(made, "it") == made
    assert int(made.replace("-", "")[:12], 16) == now_ms


def test_later_ids_sort_after_earlier_ones() -> None:
    assert uuid7(1, b"\xff" * 10) < uuid7(2, b"\x00" * 10)


def test_an_id_needs_ten_random_bytes() -> None:
    with pytest.raises(ValueError, match="ten"):
        uuid7(0, b"short")


@pytest.mark.parametrize("bad", [None, 1, "", "x", uuid7(1, b"0123456789") + "\n"])
def test_text_that_is_no_id_is_refused(bad: object) -> None:
    for check in (lambda t: checked_uuid7(t, "it"), checked_sha256):
        with pytest.raises(BadId):
            check(bad)
    with pytest.raises(BadId):
        checked_device(f"{bad}!")
    with pytest.raises(BadId):
        checked_area(f"-{bad}")


@given(st.integers(1_700_000_000_000, 2_000_000_000_000))
def test_a_moment_of_these_years_survives_its_text_and_its_milliseconds(ms: int) -> None:
    moment = from_ms(ms)
    assert to_ms(moment) == ms
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", to_text(moment))
    assert to_ms(from_text(to_text(moment))) == ms


@example(1001)
@given(st.integers(0, LATEST_MS))
def test_any_moment_survives_its_milliseconds(ms: int) -> None:
    assert to_ms(from_ms(ms)) == ms


def test_a_moment_of_another_zone_is_told_in_utc() -> None:
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert to_text(summer) == "2026-07-01T10:00:00.000Z"
    assert from_text("2026-07-01T12:00:00+02:00") == summer


@pytest.mark.parametrize("text", ["9999-12-31T12:00:00.000Z", "0001-01-01T06:00:00.000Z"])
def test_a_moment_that_has_no_local_time_somewhere_is_refused(text: str) -> None:
    with pytest.raises(BadInstant):
        from_text(text)


def test_a_moment_without_zone_is_refused() -> None:
    naive = datetime(2026, 7, 1, tzinfo=UTC).replace(tzinfo=None)
    for use in (to_text, to_ms):
        with pytest.raises(BadInstant):
            use(naive)
    for text in ("2026-07-01T12:00:00", "igår", ""):
        with pytest.raises(BadInstant):
            from_text(text)
    for ms in (-1, LATEST_MS + 1):
        with pytest.raises(BadInstant):
            from_ms(ms)


def test_distances_are_those_of_the_earth() -> None:
    torget = GeoPoint(lat_deg=55.611, lon_deg=13.032)
    assert distance_m(torget, torget) == 0
    north = replace(torget, lat_deg=55.612)
    assert distance_m(torget, north) == pytest.approx(111.2, abs=0.5)
    east = replace(torget, lon_deg=13.033)
    assert distance_m(torget, east) == pytest.approx(62.8, abs=0.5)
    far = GeoPoint(lat_deg=-55.611, lon_deg=13.032 - 180)
    assert distance_m(torget, far) == pytest.approx(20_015_115, abs=10)


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg", "accuracy_m"),
    [(90.1, 0, None), (0, -180.1, None), (float("nan"), 0, None), (0, 0, -1), (0, 0, float("inf"))],
)
def test_what_is_not_on_the_earth_is_no_place(
    lat_deg: float, lon_deg: float, accuracy_m: float | None
) -> None:
    with pytest.raises(BadPlace):
        GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=accuracy_m)


def test_the_edges_of_a_box_belong_to_it() -> None:
    box = GeoBox(south=55.0, west=12.0, north=56.0, east=13.0)
    assert box.holds(GeoPoint(lat_deg=55.0, lon_deg=13.0))
    assert not box.holds(GeoPoint(lat_deg=55.0, lon_deg=13.001))


def test_a_field_goes_to_the_latest_writer_in_every_order() -> None:
    changes = [
        replace(CHANGE, made_at=replace(CHANGE.made_at, wall_ms=ms), fields={"text": f"{ms}"})
        for ms in (1, 2, 3)
    ]
    for order in permutations([*changes, changes[0]]):
        clocks: dict[str, str] = {}
        fields: dict[str, object] = {}
        for change in order:
            fields.update(winning_fields(clocks, change))
            clocks = merged_clocks(clocks, change)
        assert fields == {"text": "3"}
        assert clocks == {"text": changes[2].stamp}


def test_a_repeat_wins_nothing() -> None:
    clocks = merged_clocks({}, CHANGE)
    assert winning_fields(clocks, CHANGE) == {}
    assert merged_clocks(clocks, CHANGE) == clocks
