from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from sync.domain.fields import (
    FIELDS,
    BadField,
    Place,
    check_fields,
    place_from_json,
    place_to_json,
)
from sync.domain.geo import GeoPoint
from sync.domain.words import EntityKind, PlaceSource, Writer

PHONE, OFFICE, STORE = Writer.PHONE, Writer.OFFICE, Writer.STORE
BOTH = {PHONE, OFFICE, STORE}
AN_ID = "0199f2a0-0000-7000-8000-000000000001"
MOMENT = "2026-11-20T09:00:00.000Z"
PLACE = {"lat_deg": 55.611, "lon_deg": 13, "accuracy_m": 6.5, "source": "gps", "fixed_at": MOMENT}

LINE = [[55.611, 13.032], [55.6115, 13.0327]]
MANY_ANSWERS = {f"question_{number}": 1 for number in range(11)}

# entity, field: who may write it, values it holds, values it does not
TABLE: dict[tuple[str, str], tuple[set[Writer], list[Any], list[Any]]] = {
    ("round", "kind"): (BOTH, ["inspection", "fault_report", "safety_walk"], ["picnic", 1]),
    ("round", "started_at"): (BOTH, [MOMENT], ["2026-11-20T09:00:00", "nu", 1]),
    ("round", "ended_at"): (BOTH, [MOMENT], ["nu"]),
    ("round", "started_by"): (BOTH, ["Sam", "x" * 40], ["x" * 41, 1, "a\x00b"]),
    ("round", "deleted_at"): (BOTH, [MOMENT], [True]),
    ("round", "planned_start_at"): ({OFFICE, STORE}, [MOMENT], ["10.00"]),
    ("round", "planned_end_at"): ({OFFICE, STORE}, [MOMENT], ["10.00"]),
    ("round", "meeting_place"): ({OFFICE, STORE}, ["Kirsebergs torg"], ["x" * 201]),
    ("round", "planned_route"): ({OFFICE, STORE}, [LINE, []], [[[55.6]], "line", [[91, 13]]]),
    ("round", "plan_id"): ({OFFICE, STORE}, [AN_ID], ["x"]),
    ("round", "led_by"): (BOTH, ["Bulltofta skol-IF", "x" * 80], ["x" * 81]),
    ("round", "light"): (BOTH, ["daylight", "dark"], ["noon"]),
    ("round", "weather"): (BOTH, ["sun", "rain", "wind"], ["frogs"]),
    **{
        ("round", f"count_{group}"): (BOTH, [0, 999], [-1, 1000, 1.5, True])
        for group in (
            "residents",
            "young_leaders",
            "police",
            "owners",
            "association",
            "municipality",
            "others",
        )
    },
    ("round", "protocol_approved_at"): ({OFFICE, STORE}, [MOMENT], ["x"]),
    ("stop", "round_id"): (BOTH, [AN_ID], ["x"]),
    ("stop", "position"): (BOTH, [0, 1000], [-1]),
    ("stop", "name"): (BOTH, ["Örtagårdstorget"], ["x" * 201]),
    ("stop", "place"): (BOTH, [PLACE], ["här"]),
    ("stop", "arrived_at"): (BOTH, [MOMENT], ["x"]),
    ("stop", "left_at"): (BOTH, [MOMENT], ["x"]),
    ("stop", "good"): (BOTH, ["Ljust"], ["x" * 2001]),
    ("stop", "bad"): (BOTH, ["Mörkt"], [1]),
    ("stop", "voices"): (BOTH, ["Här går jag aldrig"], ["\x00"]),
    **{
        ("stop", f"score_{one}"): (BOTH, [1, 5], [0, 6, True])
        for one in ("light", "overview", "people", "feeling")
    },
    ("stop", "deleted_at"): (BOTH, [MOMENT], ["x"]),
    ("route", "round_id"): ({PHONE, STORE}, [AN_ID], ["x"]),
    ("route", "points"): ({PHONE, STORE}, [LINE, LINE * 1000], [LINE * 1001, [[55.6, "13"]]]),
    ("route", "length_m"): ({PHONE, STORE}, [0, 3200], [-1, 0.5]),
    ("route", "duration_s"): ({PHONE, STORE}, [7200], [-1]),
    ("route", "started_at"): ({PHONE, STORE}, [MOMENT], ["x"]),
    ("route", "ended_at"): ({PHONE, STORE}, [MOMENT], ["x"]),
    ("route", "recorded_by"): ({PHONE, STORE}, ["Sam"], ["x" * 41]),
    ("route", "deleted_at"): (BOTH, [MOMENT], ["x"]),
    ("recheck", "observation_id"): (BOTH, [AN_ID], ["x"]),
    ("recheck", "round_id"): (BOTH, [AN_ID], ["x"]),
    ("recheck", "verdict"): (BOTH, ["also_seen", "fixed", "remains", "worse"], ["gone"]),
    ("recheck", "place"): ({PHONE, STORE}, [PLACE], [5]),
    ("recheck", "checked_at"): (BOTH, [MOMENT], ["x"]),
    ("recheck", "checked_by"): (BOTH, ["Sam"], ["x" * 41]),
    ("recheck", "text"): (BOTH, ["Lyser nu"], ["x" * 2001]),
    ("recheck", "deleted_at"): (BOTH, [MOMENT], ["x"]),
    ("observation", "number"): ({PHONE, STORE}, ["B-7", "AB-123"], ["x" * 17]),
    ("observation", "stop_id"): (BOTH, [AN_ID], ["x"]),
    ("observation", "answers"): (
        BOTH,
        [{}, {"post_number": "1234", "offensive": True, "width_cm": 40}],
        [[], {"Post": 1}, {"a": None}, {"a": "x" * 201}, {"a": 1.5}, {"a": "\x00"}, MANY_ANSWERS],
    ),
    ("observation", "is_urgent"): (BOTH, [0, 1], [2, True]),
    ("observation", "address"): (BOTH, ["Vattenverksvägen 25"], ["x" * 201]),
    ("photo", "recheck_id"): ({PHONE, STORE}, [AN_ID], ["x"]),
    ("photo", "cover"): ({PHONE, STORE}, ["covered", "nothing_to_cover"], ["blurred"]),
    ("observation", "round_id"): (BOTH, [AN_ID], [AN_ID.upper(), "x", 1]),
    ("observation", "kind"): (BOTH, ["defect", "positive", "proposal"], ["dream"]),
    ("observation", "category"): (BOTH, ["belysning", "annat"], ["Belysning", ""]),
    ("observation", "text"): (BOTH, ["", "två\nrader\t!", "x" * 2000], ["x" * 2001, "\x1b", 1]),
    ("observation", "place"): (BOTH, [PLACE], [{}, [], "här", {**PLACE, "lat_deg": 91}]),
    ("observation", "noted_at"): ({PHONE, STORE}, [MOMENT], [""]),
    ("observation", "noted_by"): ({PHONE, STORE}, ["Sam"], [["Sam"]]),
    ("observation", "deleted_at"): (BOTH, [MOMENT], ["x"]),
    ("observation", "status"): ({OFFICE, STORE}, ["received", "approved"], ["sent"]),
    ("observation", "status_reason"): ({OFFICE, STORE}, ["hör till MKB"], ["x" * 501]),
    ("photo", "observation_id"): ({PHONE, STORE}, [AN_ID], ["x"]),
    ("photo", "sha256"): ({PHONE, STORE}, ["a" * 64], ["A" * 64, "a" * 63]),
    ("photo", "width_px"): ({PHONE, STORE}, [1, 1600], [0, 1.5, True, "1600"]),
    ("photo", "height_px"): ({PHONE, STORE}, [1200], [-1]),
    ("photo", "size_bytes"): ({PHONE, STORE}, [20_000_000], [20_000_001]),
    ("photo", "taken_at"): ({PHONE, STORE}, [MOMENT], [0]),
    ("photo", "position"): ({PHONE, STORE}, [0, 1000], [1001]),
    ("photo", "deleted_at"): (BOTH, [MOMENT], ["x"]),
    ("report", "observation_id"): ({STORE}, [AN_ID], ["x"]),
    ("report", "party"): ({STORE}, ["fgk"], ["the moon"]),
    ("report", "state"): ({STORE}, ["queued", "sent"], ["approved"]),
    ("report", "reference"): ({STORE}, ["K-2026-1"], ["x" * 41]),
    ("report", "case_ref"): ({STORE}, ["599467"], [599467]),
    ("report", "city_status"): ({STORE}, ["Pågående"], ["x" * 81]),
    ("report", "city_status_known"): ({STORE}, [0, 1], [2, True]),
    ("report", "city_status_at"): ({STORE}, [MOMENT], ["x"]),
    ("report", "reason"): ({STORE}, ["utanför Malmö"], ["x" * 501]),
    ("report", "sent_at"): ({STORE}, [MOMENT], ["x"]),
}
CASES = [(entity, field, writer) for (entity, field), writer in product(TABLE, Writer)]


def test_the_table_here_is_about_every_field() -> None:
    assert set(TABLE) == {(kind.value, name) for kind in FIELDS for name in FIELDS[kind]}


@pytest.mark.parametrize(("entity", "field", "writer"), CASES)
def test_a_field_is_written_only_by_those_who_may(entity: str, field: str, writer: Writer) -> None:
    writers, good, _ = TABLE[entity, field]
    for value in [*good, None]:
        if writer in writers:
            check_fields(EntityKind(entity), {field: value}, writer)
        else:
            with pytest.raises(BadField) as caught:
                check_fields(EntityKind(entity), {field: value}, writer)
            assert (caught.value.field, caught.value.code) == (field, "not_allowed")


@pytest.mark.parametrize(("entity", "field"), TABLE)
def test_a_field_holds_only_what_it_can(entity: str, field: str) -> None:
    _, _, bad = TABLE[entity, field]
    for value in bad:
        with pytest.raises(BadField) as caught:
            check_fields(EntityKind(entity), {field: value}, Writer.STORE)
        assert (caught.value.field, caught.value.code) == (field, "bad_value")


def test_a_change_of_nothing_is_refused() -> None:
    with pytest.raises(BadField):
        check_fields(EntityKind.ROUND, {}, Writer.PHONE)


def test_a_field_of_a_newer_release_is_let_through_within_limits() -> None:
    check_fields(EntityKind.ROUND, {"moon_phase": {"full": True}}, Writer.PHONE)
    for name, value in (("Moon", 1), ("x" * 41, 1), ("moon_phase", "x" * 5000)):
        with pytest.raises(BadField):
            check_fields(EntityKind.ROUND, {name: value}, Writer.PHONE)


@pytest.mark.parametrize("source", list(PlaceSource))
def test_a_place_survives_its_json(source: PlaceSource) -> None:
    place = Place(
        point=GeoPoint(lat_deg=55.611, lon_deg=13.032, accuracy_m=None),
        source=source,
        fixed_at=MOMENT,
    )
    assert place_from_json(place_to_json(place)) == place


def test_a_place_keeps_what_was_doubtful_about_it() -> None:
    place = place_from_json({**PLACE, "is_mocked": True, "is_stale": True})
    assert place.is_mocked and place.is_stale
    assert place_from_json(place_to_json(place)) == place
    assert "is_mocked" not in place_to_json(place_from_json(PLACE))


@pytest.mark.parametrize(
    "wrong",
    [
        {"lat_deg": None},
        {"lat_deg": "55"},
        {"lat_deg": True},
        {"lon_deg": 181},
        {"accuracy_m": -1},
        {"accuracy_m": float("inf")},
        {"source": None},
        {"source": "guess"},
        {"fixed_at": "now"},
        {"fixed_at": 5},
        {"is_mocked": 1},
        {"is_stale": None},
    ],
)
def test_a_place_that_is_not_on_earth_or_not_told_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        place_from_json({**PLACE, **wrong})
