"""The demo fills an empty store with everything a screen can show, and never touches another."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests
from argon2 import PasswordHasher
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import Table, select

from app.bundle.layout import BundleOptions
from app.bundle.phone_code import phone_code
from sync.central.accounts import Accounts, Role
from sync.central.answers import asked_by_category
from sync.central.api.services import Services, open_services
from sync.central.areas import Area, put_area
from sync.central.current import CurrentRows
from sync.central.demo import DemoState, DemoSummary, fill_demo, is_demo
from sync.central.demo.fates import UNKNOWN_WORD
from sync.central.demo.in_process import ADDRESS, InProcess
from sync.central.demo.pool import ASSETS, read_pool
from sync.central.demo.walks import walks_until
from sync.central.demo.year import LOCAL, midsummer_eve, rounds_of, weekly
from sync.central.engine import migrate, open_engine, reading
from sync.central.jpeg import check_photo
from sync.central.tables import (
    CURRENT,
    change_log,
    forward_event,
    forward_job,
    metadata,
    observation,
    photo,
    photo_area,
    recheck,
    report,
    round_,
    route,
    stop,
    stored_photo,
)
from sync.domain.geo import GeoBox, GeoPoint
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.instants import from_text, to_text
from sync.domain.words import Category, EntityKind, RoundKind, Writer
from sync.forward.connector import CaseRef
from sync.forward.malmo import MalmoConnector, MalmoSettings
from sync.simulator import SimulatorSettings, create_simulator
from sync.simulator.store import SimulatorStore
from tests.central.a_store import as_told

KIRSEBERG = AreaCode("kirseberg")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
Rows = list[dict[str, Any]]


@dataclass
class DemoStore:
    folder: Path
    services: Services
    filled: DemoSummary | None = None

    def fill(self, now: datetime = NOW, **other: Any) -> DemoSummary:
        as_told: dict[str, Any] = {
            "simulator_folder": self.folder / "simulator",
            "category_names": {one: one.value.capitalize() for one in Category},
            "sender_name": "Kirseberg Samverkan",
            **other,
        }
        return fill_demo(self.services, now=now, random=os.urandom, **as_told)

    def rows(self, table: Table, *order: str) -> Rows:
        query = select(table).order_by(*(table.c[name] for name in order))
        with reading(self.services.engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def everything(self) -> dict[str, Rows]:
        return {table.name: self.rows(table) for table in metadata.sorted_tables}

    @property
    def simulator(self) -> SimulatorStore:
        return SimulatorStore(self.folder / "simulator")


def an_empty_store(folder: Path) -> DemoStore:
    folder.mkdir(exist_ok=True)
    engine = open_engine(f"sqlite:///{folder / 'rundan.sqlite'}")
    migrate(engine)
    services = open_services(
        engine=engine, data_folder=folder, version="0", now=lambda: NOW, random=os.urandom
    )
    accounts = Accounts(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    with engine.begin() as connection:
        outline = {"type": "Polygon", "coordinates": [[[13.0, 55.6], [13.1, 55.6]]]}
        put_area(connection, Area(code=KIRSEBERG, name="Kirseberg", outline=outline))
        accounts.add(
            connection,
            name="samordnare",
            password="en lampa vid torget",
            role=Role.ADMINISTRATOR,
            areas=(),
            now=NOW,
        )
    return DemoStore(folder=folder, services=services)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoStore]:
    store = an_empty_store(tmp_path_factory.mktemp("demo"))
    store.filled = store.fill()
    yield store
    store.services.engine.dispose()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[DemoStore]:
    store = an_empty_store(tmp_path / "store")
    yield store
    store.services.engine.dispose()


def calendar() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ASSETS / "demo" / "kirseberg-2025.json").read_text())
    return found


# the calendar


def wall(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=LOCAL)


def test_the_weekly_rule_gives_every_tuesday_and_friday_of_weeks_25_to_32() -> None:
    first, last = wall(6, 17, 10), wall(8, 8, 10)
    found = list(weekly("FREQ=WEEKLY;BYDAY=TU,FR", first, last))
    assert [(one.isocalendar().week, one.isoweekday()) for one in found] == [
        (week, day) for week in range(25, 33) for day in (2, 5)
    ]


def test_a_rule_keeps_the_time_on_the_wall_when_summer_time_ends() -> None:
    first, last = wall(10, 21, 10), wall(10, 28, 10)
    found = [one.astimezone(UTC).hour for one in weekly("FREQ=WEEKLY;BYDAY=TU", first, last)]
    assert found == [8, 9]


def test_a_day_at_the_end_counts_only_until_the_last_moment() -> None:
    first, last = wall(6, 17, 10), wall(6, 24, 9, 59)
    assert len(list(weekly("FREQ=WEEKLY;BYDAY=TU", first, last))) == 1


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;BYDAY=TU", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=TI", "FREQ=WEEKLY;BYDAY=TU;COUNT=3"],
)
def test_a_rule_that_is_not_understood_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"understood|day of the week"):
        list(weekly(rule, wall(6, 17), wall(6, 24)))


def test_midsummers_eve_is_the_friday_between_19_and_25_june() -> None:
    assert [midsummer_eve(year) for year in (2024, 2025, 2026, 2027)] == [
        date(2024, 6, 21),
        date(2025, 6, 20),
        date(2026, 6, 19),
        date(2027, 6, 25),
    ]


def test_the_calendar_adds_up_to_22_inspections_less_midsummers_eve() -> None:
    rounds = rounds_of(calendar()["rounds"])
    assert Counter(one.kind for one in rounds) == {
        RoundKind.INSPECTION: 22 - 1,
        RoundKind.SAFETY_WALK: 3,
    }
    assert date(2025, 6, 20) not in {one.starts_at.astimezone(LOCAL).date() for one in rounds}


def test_a_date_without_a_time_begins_at_the_usual_hour_in_winter_and_in_summer() -> None:
    starts = {one.starts_at for one in rounds_of(calendar()["rounds"])}
    assert datetime(2025, 2, 16, 12, 0, tzinfo=UTC) in starts  # 13.00, winter time
    assert datetime(2025, 5, 18, 11, 0, tzinfo=UTC) in starts  # 13.00, summer time
    assert datetime(2025, 6, 17, 8, 0, tzinfo=UTC) in starts  # 10.00, summer time
    assert datetime(2025, 10, 16, 16, 0, tzinfo=UTC) in starts  # a walk at 18.00


# what is in the store


def walked(demo: DemoStore) -> Rows:
    return [one for one in demo.rows(round_, "started_at") if one["started_at"] is not None]


def planned(demo: DemoStore) -> Rows:
    return [one for one in demo.rows(round_, "planned_start_at") if one["planned_start_at"]]


def test_the_store_has_the_calendars_rounds_and_three_that_are_near(demo: DemoStore) -> None:
    rounds = walked(demo)
    expected = [(one.kind.value, to_text(one.starts_at)) for one in rounds_of(calendar()["rounds"])]
    assert [(one["kind"], one["started_at"]) for one in rounds[:-3]] == expected
    week_ago, group_walk, under_way = rounds[-3:]
    assert group_walk["kind"] == RoundKind.SAFETY_WALK.value
    assert from_text(week_ago["started_at"]).astimezone(LOCAL).date() == date(2026, 11, 13)
    assert NOW - from_text(under_way["started_at"]) == timedelta(minutes=45)


def test_only_the_round_of_today_is_under_way(demo: DemoStore) -> None:
    rounds = walked(demo)
    assert [one["ended_at"] is None for one in rounds] == [False] * (len(rounds) - 1) + [True]
    for one in rounds[:-1]:
        assert one["started_at"] < one["ended_at"] < to_text(NOW)


def test_every_round_has_between_3_and_12_defects_of_its_own_time(demo: DemoStore) -> None:
    rounds = {one["id"]: one for one in walked(demo)}
    defects = demo.rows(observation)
    counts = Counter(one["round_id"] for one in defects)
    assert counts.keys() == rounds.keys()
    assert all(3 <= count <= 12 for count in counts.values())
    assert 120 <= len(defects) <= 180
    for one in defects:
        round_row = rounds[one["round_id"]]
        assert round_row["started_at"] < one["noted_at"] < (round_row["ended_at"] or to_text(NOW))


def test_a_report_is_there_in_every_state_that_lasts(demo: DemoStore) -> None:
    states = Counter(one["state"] for one in demo.rows(report))
    assert states.pop("sent") > 80
    assert states == {
        "queued": 2,
        "failed": 1,
        "uncertain": 1,
        "needs_person": 1,
        "withdrawn": 1,
    }


def test_defects_are_approved_rejected_with_a_reason_and_waiting(demo: DemoStore) -> None:
    rows = demo.rows(observation)
    statuses = Counter(one["status"] for one in rows)
    assert statuses["approved"] > 80
    assert statuses[None] == 8 + 6  # of the round under way, and of the safety walk
    assert statuses["received"] == 1  # the approval that was taken back
    rejected = [one for one in rows if one["status"] == "rejected"]
    assert len(rejected) >= 3
    assert all(one["status_reason"] for one in rejected)


def test_the_city_has_said_every_word_and_one_nobody_knows(demo: DemoStore) -> None:
    sent = [one for one in demo.rows(report) if one["state"] == "sent"]
    assert {one["city_status"] for one in sent} == {
        "Ej Registrerat",
        "Registrerat",
        "Pågående",
        "Vidarebefordrat",
        "Åtgärdat",
        "Avslutat",
    }
    assert [one["city_status_known"] for one in sent].count(0) == 1
    words = {one["detail"] for one in demo.rows(forward_event) if one["what"] == "status"}
    assert UNKNOWN_WORD in words


def test_the_simulator_has_each_case_and_says_the_same_when_asked(demo: DemoStore) -> None:
    sent = [one for one in demo.rows(report) if one["state"] == "sent" and one["city_status_known"]]
    simulator = create_simulator(
        demo.folder / "simulator", SimulatorSettings(advance_s=20.0), lambda: NOW
    )
    with asyncio.Runner() as runner:
        session = InProcess(simulator, runner).session
        connector = MalmoConnector(MalmoSettings(base_url=ADDRESS), session)
        for one in sent:
            assert connector.status(CaseRef(one["case_ref"])).word == one["city_status"]


def test_the_case_of_the_uncertain_report_can_be_found_at_the_city(demo: DemoStore) -> None:
    uncertain = next(one for one in demo.rows(report) if one["state"] == "uncertain")
    texts = [one.sent["IssueDescription"] for one in demo.simulator.cases()]
    assert sum(uncertain["reference"] in text for text in texts) == 1
    assert len(texts) == sum(one["case_ref"] is not None for one in demo.rows(report)) + 1


def test_the_simulator_has_no_fault_and_no_photo_without_a_case_left(demo: DemoStore) -> None:
    assert demo.simulator.faults() == ()
    assert demo.simulator.orphans() == ()
    assert all(not one.has_exif for case in demo.simulator.cases() for one in case.photos)


def test_what_waits_is_not_sent_the_moment_the_worker_starts(demo: DemoStore) -> None:
    states = {one["id"]: one["state"] for one in demo.rows(report)}
    jobs = {states[one["report_id"]]: one for one in demo.rows(forward_job)}
    assert jobs["queued"]["next_try_at"] > to_text(NOW + timedelta(hours=23))
    assert jobs["failed"]["next_try_at"] > to_text(NOW + timedelta(minutes=29))
    assert jobs["failed"]["attempts"] == 3
    assert {one["claimed_by"] for one in jobs.values()} == {None}


def test_cases_that_are_not_final_are_asked_about_again_soon(demo: DemoStore) -> None:
    polls = {one["report_id"]: one["next_poll_at"] for one in demo.rows(forward_job)}
    for one in demo.rows(report):
        if one["state"] == "sent" and one["city_status"] in ("Åtgärdat", "Avslutat"):
            assert polls[one["id"]] is None
        elif one["state"] == "sent":
            assert to_text(NOW) <= polls[one["id"]] <= to_text(NOW + timedelta(hours=6))


def test_a_defect_can_lack_photo_text_place_or_a_good_fix(demo: DemoStore) -> None:
    rows = demo.rows(observation)
    with_photo = {one["observation_id"] for one in demo.rows(photo)}
    places = [json.loads(one["place"]) for one in rows if one["place"] is not None]
    assert 40 <= len(with_photo) < len(rows)
    assert sum(one["place"] is None for one in rows) == 1
    assert {one["source"] for one in places} == {"gps", "pin"}
    assert max(one["accuracy_m"] or 0.0 for one in places) > 100
    assert all((one["accuracy_m"] is None) == (one["source"] == "pin") for one in places)
    wordless = [one for one in rows if not one["text"]]
    assert wordless
    assert all(one["id"] in with_photo for one in wordless)


def test_every_place_lies_inside_kirseberg(demo: DemoStore) -> None:
    areas = json.loads((ASSETS / "areas.json").read_text())["areas"]
    box = GeoBox(**next(one["bbox"] for one in areas if one["code"] == KIRSEBERG))
    points = [
        GeoPoint(lat_deg=one["lat_deg"], lon_deg=one["lon_deg"])
        for one in demo.rows(observation)
        if one["lat_deg"] is not None
    ]
    assert all(box.holds(point) for point in points)
    assert len(set(points)) > 0.95 * len(points)


def test_every_photo_in_the_store_is_a_small_clean_jpeg_of_its_name(demo: DemoStore) -> None:
    stored = demo.rows(stored_photo)
    assert 8 <= len(stored) <= 12
    for one in stored:
        jpeg = demo.services.blobs.get(Sha256(one["sha256"]))
        assert hashlib.sha256(jpeg).hexdigest() == one["sha256"]
        assert len(jpeg) == one["size_bytes"] <= 60_000
        check_photo(jpeg)
        with Image.open(io.BytesIO(jpeg)) as image:
            image.load()
            assert dict(image.getexif()) == {}
    for row in demo.rows(photo):
        assert row["sha256"] in {one["sha256"] for one in stored}
    assert {one["area"] for one in demo.rows(photo_area)} == {KIRSEBERG}


def test_people_are_nicknames_and_the_city_is_told_only_the_organisation(demo: DemoStore) -> None:
    nicknames = {"Räven", "Ugglan"}
    assert {one["noted_by"] for one in demo.rows(observation)} == nicknames
    assert {one["started_by"] for one in walked(demo)} <= nicknames
    for case in demo.simulator.cases():
        assert case.sent["IssueRegistrator"] == "Kirseberg Samverkan"
        assert not any(name in case.sent["IssueDescription"] for name in nicknames)
    raw = (ASSETS / "demo" / "defects.json").read_text()
    assert not re.search(r"@|\b07\d{2}|\d{6}", raw)


def test_the_log_is_in_the_order_of_time_and_ends_before_now(demo: DemoStore) -> None:
    received = [one["received_at"] for one in demo.rows(change_log, "seq")]
    assert received == sorted(received)
    assert received[-1] <= to_text(NOW)


def test_the_log_alone_rebuilds_the_same_tables(demo: DemoStore, empty: DemoStore) -> None:
    with reading(demo.services.engine) as connection:
        ledger = demo.services.ledger
        changes = []
        cursor, more = 0, True
        while more:
            got = ledger.since(
                connection, areas=frozenset({KIRSEBERG}), cursor=cursor, without_device=None
            )
            changes += as_told(got)
            cursor, more = got.cursor, got.more
    Random(7).shuffle(changes)
    with empty.services.engine.begin() as connection:
        rows = CurrentRows(connection)
        for change in changes:
            rows.merge(change)
        rows.save()
    for table in CURRENT.values():
        assert empty.rows(table, "id") == demo.rows(table, "id")


# whole walks


def test_coming_rounds_are_tuesdays_and_fridays_at_ten_and_a_safety_walk(demo: DemoStore) -> None:
    rounds = planned(demo)
    starts = [from_text(one["planned_start_at"]).astimezone(LOCAL) for one in rounds]
    assert all(to_text(NOW) < one["planned_start_at"] < one["planned_end_at"] for one in rounds)
    weekly_ones = [
        at for at, one in zip(starts, rounds, strict=True) if one["kind"] == "inspection"
    ]
    assert {(at.weekday(), at.hour) for at in weekly_ones} == {(1, 10), (4, 10)}
    assert len({one["plan_id"] for one in rounds if one["kind"] == "inspection"}) == 1
    [walk] = [one for one in rounds if one["kind"] == "safety_walk"]
    stops = [one for one in demo.rows(stop, "position") if one["round_id"] == walk["id"]]
    assert len(stops) == len(json.loads(walk["planned_route"])) == 3
    assert all(one["arrived_at"] is None for one in stops)


def test_the_safety_walk_has_stops_people_scores_and_all_kinds(demo: DemoStore) -> None:
    walk = next(one for one in walked(demo) if one["led_by"] == "Kirseberg Samverkan")
    stops = [one for one in demo.rows(stop, "position") if one["round_id"] == walk["id"]]
    assert stops[0]["name"] == "Kirsebergs torg"
    assert all(1 <= one["score_feeling"] <= 5 and one["voices"] for one in stops)
    found = [one for one in demo.rows(observation) if one["round_id"] == walk["id"]]
    assert {one["kind"] for one in found} == {"defect", "positive", "proposal"}
    assert {one["stop_id"] for one in found} == {one["id"] for one in stops}
    assert (walk["count_residents"], walk["light"]) == (12, "dark")
    assert [one["length_m"] > 300 for one in demo.rows(route)] == [True]


def test_somebody_has_been_back_and_one_defect_is_still_there(demo: DemoStore) -> None:
    visits = demo.rows(recheck)
    assert Counter(one["verdict"] for one in visits) == {
        "fixed": 2, "remains": 1, "also_seen": 2,
    }  # fmt: skip
    after = [one for one in demo.rows(photo) if one["recheck_id"] is not None]
    remains = next(one for one in visits if one["verdict"] == "remains")
    assert [one["recheck_id"] for one in after] == [remains["id"]]
    said = {one["observation_id"]: one["city_status"] for one in demo.rows(report)}
    assert said[remains["observation_id"]] == "Åtgärdat"


def test_every_finding_has_a_number_of_its_own_on_its_round(demo: DemoStore) -> None:
    numbers = [(one["round_id"], one["number"]) for one in demo.rows(observation)]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"[AB]-[1-9]\d*", number) for _, number in numbers)
    assert {one["cover"] for one in demo.rows(photo)} == {"nothing_to_cover"}


def test_answers_are_those_that_the_category_asks_for(demo: DemoStore) -> None:
    asked = asked_by_category()
    answered = [one for one in demo.rows(observation) if one["answers"]]
    assert answered
    for one in answered:
        codes = {question.code for question in asked[one["category"]]}
        assert json.loads(one["answers"]).keys() <= codes
    assert any(one["is_urgent"] for one in demo.rows(observation))


# when it is done, and when it is not


def test_the_summary_counts_what_is_there(demo: DemoStore) -> None:
    assert demo.filled is not None
    assert demo.filled.before is DemoState.EMPTY
    assert (demo.filled.rounds, demo.filled.planned) == (27, 9)
    kinds = Counter(one["kind"] for one in demo.rows(observation))
    assert demo.filled.defects == kinds["defect"]
    assert (kinds["positive"], kinds["proposal"]) == (2, 2)
    assert demo.filled.reports == len(demo.rows(report))
    assert "27 rundor" in demo.filled.sentence


def test_a_second_call_adds_nothing(demo: DemoStore) -> None:
    before, cases = demo.everything(), len(demo.simulator.cases())
    again = demo.fill(NOW + timedelta(days=3))
    assert again.before is DemoState.FILLED
    assert "inget är tillagt" in again.sentence
    assert demo.everything() == before
    assert len(demo.simulator.cases()) == cases


def test_a_store_with_data_of_its_own_is_left_alone(empty: DemoStore) -> None:
    with empty.services.engine.begin() as connection:
        empty.services.ledger.record(
            connection,
            area=KIRSEBERG,
            entity=EntityKind.ROUND,
            entity_id=EntityId("019a0000-0000-7000-8000-00000000d0e5"),
            fields={"kind": "inspection", "started_at": to_text(NOW)},
            writer=Writer.OFFICE,
            received_from="store",
        )
    before = empty.everything()
    answer = empty.fill()
    assert answer.before is DemoState.OTHER_DATA
    assert "egna uppgifter" in answer.sentence
    assert empty.everything() == before


def test_a_demo_that_stopped_half_way_says_how_to_begin_anew(empty: DemoStore) -> None:
    with pytest.raises(KeyError):
        empty.fill(category_names={})  # the first report has no words
    answer = empty.fill()
    assert answer.before is DemoState.INTERRUPTED
    assert "ta bort datamappen" in answer.sentence


def test_nothing_made_up_is_put_where_a_real_city_would_get_it(empty: DemoStore) -> None:
    before = empty.everything()
    answer = empty.fill(simulator_folder=None)
    assert answer.before is DemoState.REAL_CITY
    assert "RUNDAN_MALMO_URL" in answer.sentence
    assert empty.everything() == before


def test_a_store_with_the_demo_can_be_told_from_others(demo: DemoStore, empty: DemoStore) -> None:
    with reading(demo.services.engine) as connection:
        assert is_demo(connection)
    with reading(empty.services.engine) as connection:
        assert not is_demo(connection)


def test_the_demos_phones_are_known_and_let_nobody_else_in(demo: DemoStore) -> None:
    with reading(demo.services.engine) as connection:
        codes = connection.exec_driver_sql("SELECT revoked_at FROM enrolment_code").scalars().all()
        phones = connection.exec_driver_sql("SELECT nickname FROM device ORDER BY 1").scalars()
        assert list(phones) == ["Räven", "Ugglan"]
    assert len(codes) == 1
    assert codes[0] is not None


# the plan


def test_the_same_moment_gives_the_same_walks() -> None:
    pool = read_pool()
    assert walks_until(NOW, pool, Random(1)) == walks_until(NOW, pool, Random(1))


def test_no_round_of_the_calendar_lies_in_the_future() -> None:
    now = datetime(2025, 7, 2, 12, 0, tzinfo=UTC)
    walks = walks_until(now, read_pool(), Random(1))
    assert [one for one in walks if one.ended_at is None] == walks[-1:]
    assert max(one.noted_at for walk in walks for one in walk.defects) < now


def test_ice_is_seen_in_winter_and_tall_grass_in_summer() -> None:
    for seed in range(5):
        for walk in walks_until(NOW, read_pool(), Random(seed)):
            for one in walk.defects:
                month = one.noted_at.astimezone(LOCAL).month
                assert one.category is not Category.SNOW_ICE or month in (12, 1, 2)
                assert not one.text.startswith("Gräset") or month in range(5, 10)


def test_the_texts_differ_and_fit_the_photos() -> None:
    pool = read_pool()
    texts = [one.text for one in pool.scraps]
    assert len(set(texts)) == len(texts)
    assert {one.category for one in pool.scraps} == set(Category)
    assert all(len(text) <= 80 for text in texts)


def test_the_phone_does_not_carry_the_demo() -> None:
    assert not [name for name in phone_code(BundleOptions(out=Path("out"))) if "demo" in name]


def test_an_answer_that_is_cut_short_looks_like_a_lost_connection() -> None:
    app = FastAPI()

    @app.get("/cut")
    async def cut() -> None:
        raise ConnectionAbortedError

    with asyncio.Runner() as runner, InProcess(app, runner).session() as session:
        with pytest.raises(requests.ConnectionError):
            session.get(f"{ADDRESS}/cut")
        assert session.get(f"{ADDRESS}/nothing").status_code == 404
