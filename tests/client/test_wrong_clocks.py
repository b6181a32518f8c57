"""A phone whose clock is wrong: nothing is lost or doubled, and the order is the same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from sync.central.engine import reading
from sync.central.tables import change_log
from sync.client import local_store, store_clock
from sync.client.finding_list import FindingList
from sync.client.protocol_store import ProtocolStore
from sync.client.records import RoundRecord
from sync.domain.clock import LATEST_STAMP_MS, Hlc
from sync.domain.ids import EntityId
from sync.domain.words import Verdict
from tests.central.a_store import START, AStore, Clock
from tests.client.a_phone import WalkingPhone, an_enrolled_phone

Jump = Callable[[Clock, int], None]
"""What the phone's own clock does before its n-th defect."""
YEAR_3100 = datetime(3100, 1, 1, tzinfo=UTC)


def steady(**by: float) -> Jump:
    def jump(clock: Clock, number: int) -> None:
        clock.forward(minutes=1)
        if number == 0:
            clock.forward(**by)

    return jump


def set_back_on_the_way(clock: Clock, number: int) -> None:
    clock.forward(minutes=1)
    if number == 3:
        clock.forward(days=-2)


def a_dst_night(clock: Clock, number: int) -> None:
    """02.30 in Stockholm twice; a phone that keeps local time as if it were UTC goes back."""
    if number == 0:
        clock.at = datetime(2026, 10, 25, 0, 20, tzinfo=UTC)
    clock.forward(minutes=10)
    if number == 3:
        clock.forward(hours=-1)


JUMPS = {
    "seven minutes slow": steady(minutes=-7),
    "two days fast": steady(days=2),
    "a year slow": steady(days=-365),
    "a year fast": steady(days=365),
    "set back on the way": set_back_on_the_way,
    "a DST night": a_dst_night,
}


async def with_a_clock_of_its_own(store: AStore, path: Path, name: str) -> WalkingPhone:
    phone = await an_enrolled_phone(store, path, name)
    phone.local.now = Clock(store.clock.at)
    return phone


def clock_of(phone: WalkingPhone) -> Clock:
    assert isinstance(phone.local.now, Clock)
    return phone.local.now


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS.keys())
def test_a_whole_walk_arrives_in_the_same_order_everywhere(
    store: AStore, tmp_path: Path, jump: Jump
) -> None:
    async def walk() -> None:
        wrong = await with_a_clock_of_its_own(store, tmp_path / "wrong.db", "Sam")
        right = await an_enrolled_phone(store, tmp_path / "right.db", "Alex")
        round_ = await wrong.start_round()
        await wrong.sync()
        await right.sync()
        for number in range(6):
            jump(clock_of(wrong), number)
            store.clock.forward(minutes=1)
            await wrong.save_defect(round_, text=f"Sams {number}")
            if number % 2:
                await both(wrong, right, WalkingPhone.sync)
                await right.save_defect(the_round(right), text=f"Alex {number}")
        await wrong.recorder.end_round(the_round(wrong))
        for _ in range(2):
            await both(wrong, right, WalkingPhone.sync)
        assert order_on(wrong, round_.round_id) == order_on(right, round_.round_id)
        assert texts(wrong, round_, "Sams") == [f"Sams {number}" for number in range(6)]
        assert texts(right, round_, "Alex") == ["Alex 1", "Alex 3", "Alex 5"]
        assert numbers(right, round_, "Sams") == [f"A-{number}" for number in range(1, 7)]
        assert wrong.walk.waiting().is_all_sent and right.walk.waiting().is_all_sent
        assert_nothing_is_doubled(store)

    asyncio.run(walk())


def test_the_latest_visit_is_the_one_that_was_last_whatever_the_clocks_say(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await with_a_clock_of_its_own(store, tmp_path / "phone.db", "Sam")
        round_ = await phone.start_round()
        lamp = await phone.save_defect(round_)
        for verdict in (Verdict.REMAINS, Verdict.FIXED):
            await phone.recorder.recheck(
                lamp, recheck_id=phone.local.new_id(), round_=round_, verdict=verdict, place=None
            )
            clock_of(phone).forward(days=-365)
        (found,) = ProtocolStore(phone.local).findings(round_.round_id)
        assert found.visit is not None and found.visit.verdict is Verdict.FIXED
        (listed,) = FindingList(phone.local, phone.walk).rows([lamp.observation_id])
        assert listed.visit is not None and listed.visit.verdict is Verdict.FIXED
        assert [one.verdict for one in phone.walk.rechecks(lamp.observation_id)] == [
            Verdict.FIXED, Verdict.REMAINS
        ]  # fmt: skip

    asyncio.run(walk())


def test_the_store_keeps_both_times(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await with_a_clock_of_its_own(store, tmp_path / "phone.db", "Sam")
        clock_of(phone).forward(days=2)
        await phone.save_defect(await phone.start_round())
        await phone.sync()

    asyncio.run(walk())
    with reading(store.services.engine) as connection:
        rows = connection.execute(select(change_log)).mappings().all()
    two_days_ms = timedelta(days=2) // timedelta(milliseconds=1)
    start_ms = START.timestamp() * 1000
    assert {row["received_at"] for row in rows} == {"2026-11-20T09:00:00.000Z"}
    assert {Hlc.from_text(row["made_at"]).wall_ms for row in rows} == {start_ms + two_days_ms}


def test_a_clock_in_the_year_3100_costs_nothing(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await with_a_clock_of_its_own(store, tmp_path / "phone.db", "Sam")
        await phone.sync()
        clock_of(phone).at = YEAR_3100
        saved = await phone.save_defect(await phone.start_round(), photos=1)
        await phone.sync()
        assert phone.walk.waiting().is_all_sent and not phone.walk.waiting().refused
        clock_of(phone).at = store.clock.at
        await phone.recorder.change_observation(
            phone.finding(saved.observation_id), saved.content, taken_off=[]
        )
        await phone.save_defect(the_round(phone), text="När klockan gick rätt igen")
        await phone.sync()
        assert phone.walk.waiting().is_all_sent and not phone.walk.waiting().refused

    asyncio.run(walk())


@pytest.mark.parametrize("is_refused", [True, False])
def test_what_an_older_release_stamped_with_the_year_3100_is_sent_after_all(
    store: AStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_refused: bool
) -> None:
    """Its changes were refused, and so was everything after the clock had been put right."""

    async def walk() -> None:
        phone = await with_a_clock_of_its_own(store, tmp_path / "phone.db", "Sam")
        other = await an_enrolled_phone(store, tmp_path / "other.db", "Alex")
        round_ = await phone.start_round()
        bench = await phone.save_defect(round_, text="Bänken")
        await phone.sync()
        as_older_releases_did(monkeypatch)
        clock_of(phone).at = YEAR_3100
        lamp = await phone.save_defect(round_, text="Lampan", photos=1)
        await phone.recorder.delete_observation(bench)
        if is_refused:
            refuse_for_the_clock(phone, lamp.observation_id)
            refuse_for_the_clock(phone, bench.observation_id)
            phone.local.write("UPDATE observation SET deleted_at = NULL", {})
        clock_of(phone).at = store.clock.at
        await phone.save_defect(round_, text="Gungan")
        monkeypatch.undo()
        await phone.sync()
        assert phone.walk.waiting().is_all_sent and not phone.walk.waiting().refused
        store.clock.forward(minutes=1)
        office_says(store, lamp.observation_id, "Lampan vid torget")
        for _ in range(2):
            await both(phone, other, WalkingPhone.sync)
        for one in (phone, other):
            assert order_on(one, round_.round_id) == ["Lampan vid torget", "Gungan"]
        assert_nothing_is_doubled(store)
        assert "3250" not in json.dumps(list(phone.local.db.query("SELECT clocks FROM round")))

    asyncio.run(walk())


def test_a_change_that_cannot_be_read_does_not_keep_the_others_stamps_from_being_put_right(
    store: AStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def walk() -> None:
        phone = await with_a_clock_of_its_own(store, tmp_path / "phone.db", "Sam")
        round_ = await phone.start_round()
        await phone.sync()
        as_older_releases_did(monkeypatch)
        clock_of(phone).at = YEAR_3100
        lost = await phone.save_defect(round_, text="Bänken")
        await phone.save_defect(round_, text="Lampan")
        phone.local.db.execute(
            "UPDATE outbox SET body = ? WHERE entity_id = ?",
            [f'{{"half": "{lost.clocks}', lost.observation_id],
        )
        phone.local.db.conn.commit()
        clock_of(phone).at = store.clock.at
        monkeypatch.undo()
        await phone.sync()
        assert (phone.walk.waiting().records, phone.walk.waiting().refused) == (0, 1)

    asyncio.run(walk())


def test_a_phone_that_stands_in_1970_can_still_record(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await with_a_clock_of_its_own(store, tmp_path / "phone.db", "Sam")
        clock_of(phone).at = datetime(1969, 12, 31, 23, 0, tzinfo=UTC)
        phone.local.now = clock_of(phone)
        assert len({phone.local.new_id() for _ in range(100)}) == 100

    asyncio.run(walk())


def test_the_phone_knows_the_right_time_from_the_stores_answer(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await with_a_clock_of_its_own(store, tmp_path / "phone.db", "Sam")
        for off, known in ((-3, 0), (-42, -42), (2 * 24 * 60, 2 * 24 * 60), (0, 0)):
            clock_of(phone).at = store.clock.at + timedelta(minutes=off)
            await phone.sync()
            assert store_clock.offset(phone.local) == timedelta(minutes=-known)
            right_by = abs(store_clock.right_now(phone.local) - store.clock.at)
            assert right_by <= store_clock.TOLERANCE

    asyncio.run(walk())


def test_a_wrong_clock_is_told_once_and_anew_when_it_is_wrong_again(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await with_a_clock_of_its_own(store, tmp_path / "phone.db", "Sam")

        async def untold(minutes: float) -> bool:
            clock_of(phone).at = store.clock.at + timedelta(minutes=minutes)
            await phone.sync()
            is_untold = store_clock.is_untold(phone.local)
            if is_untold:
                store_clock.note_told(phone.local)
            return is_untold

        said = [await untold(off) for off in (0, -3, -42, -42, -41, 120, 121, 0, -42, -42)]
        assert said == [False, False, True, False, False, True, False, False, True, False]

        at_the_edge = [await untold(off) for off in (5.02, 4.98, 5.02, 4.9, -5.02, 0, -5.02)]
        assert at_the_edge == [True, False, False, False, True, False, True]

    asyncio.run(walk())


@pytest.mark.parametrize("direction", [-1, 1])
def test_a_clock_is_wrong_from_five_minutes_on(
    store: AStore, tmp_path: Path, direction: int
) -> None:
    async def walk() -> None:
        phone = await with_a_clock_of_its_own(store, tmp_path / "phone.db", "Sam")
        told = {}
        for seconds in (290, 310):
            clock_of(phone).at = store.clock.at + direction * timedelta(seconds=seconds)
            await phone.sync()
            told[seconds] = store_clock.is_untold(phone.local)
        assert told == {290: False, 310: True}

    asyncio.run(walk())


async def both(
    one: WalkingPhone, other: WalkingPhone, do: Callable[[WalkingPhone], Awaitable[object]]
) -> None:
    await do(one)
    await do(other)


def the_round(phone: WalkingPhone) -> RoundRecord:
    (found,) = [*phone.walk.rounds_under_way(), *phone.walk.ended_rounds(1)]
    return found


def order_on(phone: WalkingPhone, round_id: EntityId) -> list[str]:
    """As the protocol has it; the list has it the other way round."""
    in_protocol = [one.text for one in ProtocolStore(phone.local).findings(round_id)]
    assert [one.text for one in phone.walk.observations(round_id)] == in_protocol[::-1]
    ids = FindingList(phone.local, phone.walk).ids(round_id)
    assert [phone.finding(one).text for one in ids] == in_protocol[::-1]
    return in_protocol


def texts(phone: WalkingPhone, round_: RoundRecord, whose: str) -> list[str]:
    return [text for text in order_on(phone, round_.round_id) if text.startswith(whose)]


def numbers(phone: WalkingPhone, round_: RoundRecord, whose: str) -> Iterable[str | None]:
    found = ProtocolStore(phone.local).findings(round_.round_id)
    return [one.number for one in found if one.text.startswith(whose)]


def assert_nothing_is_doubled(store: AStore) -> None:
    with reading(store.services.engine) as connection:
        rows = connection.execute(select(change_log)).mappings().all()
    fields = [json.loads(row["fields"]) for row in rows if row["entity"] == "observation"]
    given = [one["number"] for one in fields if "number" in one]
    assert len(set(given)) == len(given)
    stamps = [row["made_at"] for row in rows]
    assert len(set(stamps)) == len(stamps)


def as_older_releases_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_store, "latest_ms", lambda _: LATEST_STAMP_MS * 2)


def refuse_for_the_clock(phone: WalkingPhone, entity_id: EntityId) -> None:
    phone.local.db.execute(
        "UPDATE outbox SET refused_code = 'bad_clock', refused_reason = '' WHERE entity_id = ?",
        [entity_id],
    )
    phone.local.db.conn.commit()


def office_says(store: AStore, observation_id: EntityId, text: str) -> None:
    store.office_says(observation_id, text=text)
