"""A new phone gets what is worth having; what was done and comes up again, it gets whole."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from sync.central import fill
from sync.client.errors import NotReached
from sync.client.local_store import LocalStore
from sync.client.protocol_store import ProtocolStore
from sync.client.records import ObservationRecord, RoundRecord
from sync.client.scope import FILL, MISSING
from sync.client.transport import Request, Response, Unreachable
from sync.domain.ids import EntityId
from sync.domain.words import EntityKind, Verdict, Writer
from tests.central.a_store import KIRSEBERG, AStore
from tests.client.a_phone import Link, WalkingPhone, an_enrolled_phone
from tests.released.v1_far_end import ReleasedStore, body_of


async def a_walk_long_ago(
    store: AStore, folder: Path
) -> tuple[WalkingPhone, RoundRecord, ObservationRecord, ObservationRecord]:
    """The phone, the round, a lamp that was seen fixed and one that was not."""
    phone = await an_enrolled_phone(store, folder / "sam.db")
    round_ = await phone.start_round()
    fixed = await phone.save_defect(round_, photos=1, text="Lagad")
    is_open = await phone.save_defect(round_, photos=1, text="Trasig")
    await visited(phone, fixed, round_, Verdict.FIXED)
    await phone.recorder.end_round(round_)
    await phone.sync()
    store.clock.forward(days=200)
    return phone, round_, fixed, is_open


async def visited(
    phone: WalkingPhone, one: ObservationRecord, round_: RoundRecord | None, verdict: Verdict
) -> None:
    await phone.recorder.recheck(
        one, recheck_id=phone.local.new_id(), round_=round_, verdict=verdict, place=None
    )


def office_says(store: AStore, one: ObservationRecord, **fields: str) -> None:
    office_writes(store, EntityKind.OBSERVATION, one.observation_id, **fields)


def office_writes(store: AStore, kind: EntityKind, entity_id: EntityId, **fields: str) -> None:
    with store.services.engine.begin() as connection:
        store.services.ledger.record(
            connection,
            area=KIRSEBERG,
            entity=kind,
            entity_id=entity_id,
            fields=dict(fields),
            writer=Writer.OFFICE,
            received_from="anna",
        )


def ids_on(local: LocalStore, table: str) -> set[str]:
    return {row[0] for row in local.db.execute(f"SELECT id FROM {table}")}


def all_rows(local: LocalStore) -> dict[str, list[tuple[object, ...]]]:
    return {
        kind.value: local.db.execute(f"SELECT * FROM {kind.value} ORDER BY id").fetchall()
        for kind in EntityKind
    }


def sync_requests(phone: WalkingPhone) -> list[dict[str, object]]:
    asked = [one for one in phone.link.requests if one.url.endswith("/api/v1/sync")]
    return [json.loads(body_of(one)) for one in asked]


def test_a_new_phone_gets_what_is_open_with_its_round(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        _, round_, _, is_open = await a_walk_long_ago(store, tmp_path)
        new = await an_enrolled_phone(store, tmp_path / "new.db", "Alex")
        await new.sync()
        assert ids_on(new.local, "observation") == {is_open.observation_id}
        assert ids_on(new.local, "photo") == {one.photo_id for one in is_open.photos}
        assert new.walk.round(round_.round_id) is not None
        assert new.local.fact(FILL) is None and new.local.fact(MISSING) is None
        assert int(new.local.fact("cursor") or 0) > 0

    asyncio.run(walk())


def test_what_was_done_and_comes_up_again_comes_whole(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone, _, fixed, _ = await a_walk_long_ago(store, tmp_path)
        new = await an_enrolled_phone(store, tmp_path / "new.db", "Alex")
        await new.sync()
        later = await phone.start_round()
        await visited(phone, fixed, later, Verdict.REMAINS)
        await phone.sync()
        await new.sync()
        assert new.finding(fixed.observation_id).text == "Lagad"
        assert len(new.finding(fixed.observation_id).photos) == 1
        verdicts = [one.verdict for one in new.walk.rechecks(fixed.observation_id)]
        assert verdicts == [Verdict.REMAINS, Verdict.FIXED]
        ((visit, seen),) = ProtocolStore(new.local).visits(later.round_id)
        assert (visit.verdict, seen.text) == (Verdict.REMAINS, "Lagad")
        new.link.requests.clear()
        await new.sync()
        assert all("missing" not in one for one in sync_requests(new))
        await phone.sync()
        assert all_rows(new.local) == all_rows(phone.local)

    asyncio.run(walk())


def test_a_phone_that_has_it_hears_only_what_is_new(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone, _, fixed, _ = await a_walk_long_ago(store, tmp_path)
        phone.link.requests.clear()
        office_says(store, fixed, text="Lagad, men blinkar")
        result = await phone.sync()
        assert result.fetched == 1
        assert all("missing" not in one and "fill" not in one for one in sync_requests(phone))

    asyncio.run(walk())


def test_what_is_deleted_after_the_fill_is_not_asked_for(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        _, _, fixed, _ = await a_walk_long_ago(store, tmp_path)
        new = await an_enrolled_phone(store, tmp_path / "new.db", "Alex")
        await new.sync()
        office_says(store, fixed, deleted_at="2027-06-01T10:00:00.000Z")
        new.link.requests.clear()
        await new.sync()
        assert all("missing" not in one for one in sync_requests(new))

    asyncio.run(walk())


def test_what_the_store_does_not_give_is_not_asked_for_for_ever(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        new = await an_enrolled_phone(store, tmp_path / "new.db", "Alex")
        new.local.set_facts({MISSING: json.dumps([new.local.new_id() for _ in range(250)])})
        await new.sync()
        asked = [len(one.get("missing", [])) for one in sync_requests(new)]  # type: ignore[arg-type]
        assert asked == [100, 100, 50]
        assert new.local.fact(MISSING) is None

    asyncio.run(walk())


def test_a_fill_that_is_cut_off_goes_on_where_it_was(
    store: AStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "PART", 2)

    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "sam.db")
        round_ = await phone.start_round()
        saved = [await phone.save_defect(round_, text=str(number)) for number in range(7)]
        await phone.sync()
        new = await an_enrolled_phone(store, tmp_path / "new.db", "Alex")
        for _ in range(20):
            new.link = LinkThatFailsAfter(store, 1)
            try:
                await new.sync()
            except NotReached:
                continue
            break
        found = new.walk.observations(round_.round_id)
        assert {one.observation_id for one in found} == {one.observation_id for one in saved}

    asyncio.run(walk())


def test_a_phone_that_comes_back_hears_what_became_done_meanwhile(
    store: AStore, tmp_path: Path
) -> None:
    """It has what is open from before: a fill would never tell it that it is not."""

    async def walk() -> None:
        _, round_, _, is_open = await a_walk_long_ago(store, tmp_path)
        other = await an_enrolled_phone(store, tmp_path / "other.db", "Alex")
        await other.sync()
        office_says(store, is_open, status="rejected")
        await other.enrol(store.code())
        await other.sync()
        assert other.local.fact(FILL) is None
        assert str(other.finding(is_open.observation_id).status) == "rejected"
        assert len(other.walk.observations(round_.round_id)) == 2

    asyncio.run(walk())


def test_a_store_of_the_release_before_gives_all_of_it(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        _, round_, _, _ = await a_walk_long_ago(store, tmp_path)
        new = await an_enrolled_phone(store, tmp_path / "new.db", "Alex")
        new.link = ReleasedStore(store)
        await new.sync()
        assert len(new.walk.observations(round_.round_id)) == 2
        assert new.local.fact(FILL) is None

    asyncio.run(walk())


class LinkThatFailsAfter(Link):
    def __init__(self, store: AStore, count: int) -> None:
        super().__init__(store)
        self._left = count

    async def request(self, request: Request) -> Response:
        self._left -= 1
        if self._left < 0:
            raise Unreachable("nothing goes through after that")
        return await super().request(request)
