"""When planned rounds are, as they are typed; and the year of Kirseberg as its report lists it."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sync.central.areas import Area, KnownPlace
from sync.central.planning.places import BadPlan, outside, read_route, read_stop
from sync.central.planning.recurrence import MAX_ROUNDS, BadRule, occurrences
from sync.central.planning.times import BadTime, moment_of, read_day, read_time
from sync.domain.geo import GeoPoint
from sync.domain.instants import to_text
from tests.central.a_store import KIRSEBERG

YEAR = json.loads((Path(__file__).parent.parent / "data" / "kirseberg-2025.json").read_text())
TORG = GeoPoint(lat_deg=55.6110, lon_deg=13.0320)
HOLE = [[13.05, 55.61], [13.06, 55.61], [13.06, 55.62], [13.05, 55.62], [13.05, 55.61]]
BOX = [[13.02, 55.594], [13.075, 55.594], [13.075, 55.632], [13.02, 55.632], [13.02, 55.594]]
AREA = Area(
    code=KIRSEBERG,
    name="Kirseberg",
    outline={"type": "Polygon", "coordinates": [BOX, HOLE]},
    places=(KnownPlace(name="Kirsebergs torg", point=TORG),),
)


def a_series(rule: str, until: str | None = None, *without: str) -> tuple[datetime, ...]:
    start = datetime(2025, 6, 17, 10, 0)  # noqa: DTZ001 - local wall time
    end = None if until is None else read_day(until)
    return occurrences(start, rule, end, [read_day(one) for one in without]).times


def test_the_summer_of_kirseberg_is_fifteen_rounds_without_midsummers_eve() -> None:
    summer: dict[str, Any] = next(one for one in YEAR["rounds"] if "rrule" in one)
    first, last = read_time(summer["first"]), read_day(summer["last"])
    times = occurrences(first, summer["rrule"], last, [read_day("2025-06-20")]).times
    assert len(times) == 15
    assert {at.isocalendar().week for at in times} == set(range(25, 33))
    assert {at.weekday() for at in times} == {1, 4}
    assert {(at.hour, at.minute) for at in times} == {(10, 0)}
    assert date(2025, 6, 20) not in {at.date() for at in times}


def test_with_its_dated_rounds_the_year_has_twenty_one_and_not_the_reports_nineteen() -> None:
    walked = [one for one in YEAR["rounds"] if one["kind"] == "inspection" and "planned" not in one]
    dated = [one for one in walked if "date" in one]
    series = a_series("FREQ=WEEKLY;BYDAY=TU,FR", "2025-08-08", "2025-06-20")
    assert len(dated) + len(series) == 21


def test_ten_by_the_clock_on_the_wall_stays_ten_over_the_change_of_time() -> None:
    start = read_time("2026-10-20 10.00")
    times = occurrences(start, "FREQ=WEEKLY;COUNT=2", None, []).times
    assert [to_text(moment_of(at)) for at in times] == [
        "2026-10-20T08:00:00.000Z",
        "2026-10-27T09:00:00.000Z",
    ]


def test_an_hour_that_summer_time_leaves_out_is_refused() -> None:
    with pytest.raises(BadTime, match="sommartid"):
        moment_of(read_time("2026-03-29 02.30"))
    assert to_text(moment_of(read_time("2026-10-25 02.30"))) == "2026-10-25T00:30:00.000Z"


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-24 10.00", "2026-11-24T10:00", "2026-11-24 10:00:00", "20261124T1000",
        "2026-11-24T09:00Z", "2026-11-24T10:00:00+01:00", "2026-11-24 kl 10", "24/11 2026 kl. 10",
        "24/11/2026 10.00", "24.11.2026 10.00", "24 november 2026 10.00", "24 nov 2026 kl 10.00",
        "tisdag 24 november 2026 10.00", "Tis den 24 november 2026 klockan 10.00",
        "  2026-11-24   10.00 ",
    ],
)  # fmt: skip
def test_a_time_can_be_typed_as_people_write_it(typed: str) -> None:
    assert read_time(typed).isoformat() == "2026-11-24T10:00:00"


@pytest.mark.parametrize("typed", ["2026-11-24 10.45", "20261124T1045", "24/11 2026 kl 10.45"])
def test_the_minutes_of_a_time_are_kept(typed: str) -> None:
    assert read_time(typed).isoformat() == "2026-11-24T10:45:00"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2026-11-24", "klockslaget saknas"),
        ("2026-11-31 10.00", "finns inte i kalendern"),
        ("2026-11-24 24.30", "inget klockslag"),
        ("onsdag 24 november 2026 10.00", "är en tisdag"),
        ("24 november 10.00", "ingen dag"),
        ("i morgon", "ingen dag"),
        ("1026-11-24 10.00", "årtalet"),
        ("", "ingen dag"),
    ],
)
def test_what_is_no_time_is_told_why(typed: str, why: str) -> None:
    with pytest.raises(BadTime, match=why):
        read_time(typed)


@pytest.mark.parametrize(
    ("rule", "until", "why"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", None, "--until"),
        ("FREQ=HOURLY", "2025-08-08", "DAILY"),
        ("BYDAY=TU", "2025-08-08", "FREQ"),
        ("FREQ=WEEKLY;BYDAY=TISDAG", "2025-08-08", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("varje tisdag", "2025-08-08", "FREQ=WEEKLY;BYDAY=TU,FR"),
        ("FREQ=WEEKLY;DAG=TU", "2025-08-08", "DAG"),
        ("FREQ=WEEKLY;INTERVAL=0", "2025-08-08", "INTERVAL"),
        ("FREQ=WEEKLY;COUNT=0", None, "COUNT"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20250808", None, "COUNT och UNTIL"),
        ("FREQ=WEEKLY;FREQ=DAILY", "2025-08-08", "två gånger"),
        ("FREQ=WEEKLY;UNTIL=snart", None, "UNTIL"),
        ("FREQ=DAILY", "2026-12-31", str(MAX_ROUNDS)),
        ("FREQ=DAILY;COUNT=401", None, str(MAX_ROUNDS)),
        ("FREQ=WEEKLY", "2025-06-01", "före --start"),
        ("FREQ=YEARLY", "2045-06-01", "fem år"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-06-01", "inga rundor"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", None, "0 av 2"),
    ],
)
def test_a_rule_that_cannot_be_used_is_told_why(rule: str, until: str | None, why: str) -> None:
    with pytest.raises(BadRule, match=why):
        a_series(rule, until)


def test_a_rule_may_end_by_itself_and_until_counts_the_last_day() -> None:
    ends = [
        a_series("FREQ=WEEKLY;BYDAY=TU,FR;UNTIL=20250808"),
        a_series("RRULE:FREQ=WEEKLY;BYDAY=TU,FR;UNTIL=20250808T080000Z"),
        a_series("freq=weekly;byday=tu,fr;count=16"),
        a_series("FREQ=WEEKLY;BYDAY=TU,FR", "8 augusti 2025"),
        a_series("FREQ=WEEKLY;BYDAY=TU,FR;COUNT=40", "2025-08-08"),
    ]
    assert all(times == ends[0] for times in ends)
    assert len(ends[0]) == 16
    assert len(a_series("FREQ=DAILY;COUNT=400")) == 400


def test_exceptions_that_leave_nothing_are_refused_and_a_stray_one_is_told() -> None:
    with pytest.raises(BadRule, match="inga rundor"):
        a_series("FREQ=WEEKLY;COUNT=2", None, "2025-06-17", "2025-06-24")
    start = datetime(2025, 6, 17, 10, 0)  # noqa: DTZ001 - local wall time
    stray = [read_day("2025-06-18")]
    assert list(occurrences(start, "FREQ=WEEKLY;COUNT=2", None, stray).unused) == stray


def test_a_stop_has_a_name_and_a_place_or_a_name_that_is_known() -> None:
    typed = read_stop(" Bron vid  skolan @ 55.6105, 13.0345", AREA)
    assert (typed.name, typed.point.lat_deg, typed.point.lon_deg) == (
        "Bron vid skolan", 55.6105, 13.0345,
    )  # fmt: skip
    assert read_stop("kirsebergs TORG", AREA).point == TORG
    assert read_stop("a@b@55.61,13.03", AREA).name == "a@b"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("Bron", "Kirsebergs torg"),
        ("@55.61,13.03", "saknar namn"),
        (f"{'x' * 500}@55.61,13.03", "500 tecken"),
        ("Bron@55,61 13,03", "med punkt"),
        ("Bron@95.0,13.0", "latituden först"),
        ("Bron@här", "Bron@här"),
    ],
)
def test_a_stop_that_cannot_be_read_is_told_why(typed: str, why: str) -> None:
    with pytest.raises(BadPlan, match=why):
        read_stop(typed, AREA)


def test_a_hole_in_an_area_is_outside_and_so_is_a_point_with_its_numbers_swapped() -> None:
    assert not outside(AREA, TORG)
    assert outside(AREA, GeoPoint(lat_deg=55.615, lon_deg=13.055))
    assert outside(AREA, GeoPoint(lat_deg=13.0320, lon_deg=55.6110))
    many = Area(
        code=KIRSEBERG, name="", outline={"type": "MultiPolygon", "coordinates": [[BOX], [HOLE]]}
    )
    assert not outside(many, TORG)


def test_a_route_is_typed_or_comes_from_a_file(tmp_path: Path) -> None:
    typed = read_route("55.6110,13.0320 55.6120,13.0340")
    line = {"type": "LineString", "coordinates": [[13.0320, 55.6110, 4.5], [13.0340, 55.6120]]}
    for number, geo in enumerate(
        (
            line,
            {"type": "Feature", "geometry": line, "properties": {}},
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [13, 55]}},
                    {"type": "Feature", "geometry": line},
                ],
            },
            {"type": "MultiLineString", "coordinates": [line["coordinates"]]},
        )
    ):
        file = tmp_path / f"väg {number}.geojson"
        file.write_text(json.dumps(geo))
        assert read_route(str(file)) == typed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "LineString"),
        ('{"type": "Point", "coordinates": [13, 55]}', "LineString"),
        ('{"type": "LineString", "coordinates": [[13.0, 95.0], [13.0, 55.0]]}', "LineString"),
        ('{"type": "LineString", "coordinates": [[13.0, 55.0]]}', "två punkter"),
        ("[]", "LineString"),
    ],
)
def test_a_file_without_a_line_is_told_why(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "route.geojson"
    file.write_text(text)
    with pytest.raises(BadPlan, match=why):
        read_route(str(file))


def test_a_route_of_too_many_points_or_from_no_file_is_refused() -> None:
    with pytest.raises(BadPlan, match="2000"):
        read_route(" ".join(["55.6110,13.0320"] * 2001))
    with pytest.raises(BadPlan, match="finns-inte"):
        read_route("finns-inte.geojson")
