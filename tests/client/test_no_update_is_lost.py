"""Phones that really record and sync: what was written is there, was replaced by one who knew it,
or is before the coordinator."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from sync.central.engine import open_engine
from sync.central.ledger import Ledger
from sync.central.tables import CURRENT, field_conflict, metadata
from sync.client.local_store import LocalStore
from sync.client.outbox import Outbox
from sync.client.records import Edit
from sync.domain.change import Change, Json
from sync.domain.conflicts import DELETED, alike
from sync.domain.ids import AreaCode, DeviceId, EntityId, uuid7
from sync.domain.words import EntityKind, Writer
from tests.central.a_store import as_told

KIRSEBERG = AreaCode("kirseberg")
STORE = DeviceId("store")
START = datetime(2026, 11, 20, 9, tzinfo=UTC)
KINDS: dict[EntityKind, dict[str, list[Json]]] = {
    EntityKind.OBSERVATION: {"text": ["En", "Två", "", None], "category": ["klotter", "annat"]},
    EntityKind.ROUND: {"led_by": ["Kim", "Nova"], "count_residents": [3, 7, None]},
}
TABLES = [kind.value for kind in KINDS]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = open_engine("sqlite://")
    metadata.create_all(opened)
    yield opened
    opened.dispose()


@dataclass
class Clock:
    at: datetime = START

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Walk:
    """known: of every change, the ids of those that its writer's phone had."""

    connection: Connection
    phones: list[LocalStore]
    clock: Clock
    made: list[Change] = field(default_factory=list)
    known: dict[str, set[str]] = field(default_factory=dict)
    has: list[set[str]] = field(default_factory=lambda: [set(), set(), set()])

    def __post_init__(self) -> None:
        self.ledger = Ledger(store_device=STORE, now=self.clock, random=os.urandom)

    def step(self, who: int, what: int, value: int) -> None:
        number, phone = who % 3, self.phones[who % 3]
        self.clock.at += timedelta(seconds=value % 3)
        if what % 3 == 0:
            self.sync(number)
            return
        kind = list(KINDS)[what // 3 % 2]
        names = [*KINDS[kind], DELETED]
        name = names[value % len(names)]
        pool: list[Json] = ["2026-11-20T09:00:00.000Z", None]
        pool = pool if name == DELETED else KINDS[kind][name]
        thing = EntityId(uuid7(what // 6 % 2 + 1, kind.value.encode().ljust(10)[:10]))
        fields = {name: pool[value // len(names) % len(pool)]}
        (change,) = phone.record(
            [Edit(area=KIRSEBERG, entity=kind, entity_id=thing, fields=fields)]
        )
        self.known[change.change_id] = set(self.has[number])
        self.has[number].add(change.change_id)
        self.made.append(change)

    def sync(self, number: int) -> None:
        phone = self.phones[number]
        waiting = Outbox(phone).next_message()
        done = self.ledger.ingest(
            self.connection,
            waiting,
            writer=Writer.PHONE,
            areas=frozenset({KIRSEBERG}),
            received_from=f"phone{number}",
        )
        assert not done.refused, done.refused
        news = self.ledger.since(
            self.connection,
            areas=frozenset({KIRSEBERG}),
            cursor=int(phone.fact("cursor") or "0"),
            without_device=DeviceId(f"phone{number}"),
        )
        phone.apply_answer(
            accepted=done.accepted,
            refused=(),
            changes=as_told(news),
            facts={"cursor": str(news.cursor)},
        )
        self.has[number] |= {change.change_id for change in as_told(news)}

    def conflicts(self) -> set[tuple[str, str, str]]:
        rows = self.connection.execute(select(field_conflict))
        return {(row.entity_id, row.field, row.change_id) for row in rows}

    def current(self, kind: EntityKind, thing: str) -> dict[str, Any]:
        table = CURRENT[kind.value]
        row = self.connection.execute(select(table).where(table.c.id == thing)).mappings().one()
        return dict(row)


@pytest.fixture(scope="module")
def phones() -> Iterator[list[LocalStore]]:
    clock = Clock()
    opened = [LocalStore(":memory:", now=clock) for _ in range(3)]
    yield opened
    for one in opened:
        one.close()


def begun(connection: Connection, phones: list[LocalStore]) -> Walk:
    """All phones forget what they had."""
    clock = Clock()
    for number, phone in enumerate(phones):
        for table in (*TABLES, "outbox", "fact"):
            phone.db.execute(f"DELETE FROM {table}")
        phone.set_facts({"device_id": f"phone{number}"})
        phone.now = clock
    return Walk(connection, phones, clock)


def _of_one_length(count: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=3 * count, max_size=3 * count)


walks = st.integers(3, 24).flatmap(_of_one_length)
MANY = settings(
    max_examples=200,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@MANY
@given(walks)
def test_what_is_no_longer_shown_was_known_to_who_replaced_it_or_waits_for_a_choice(
    engine: Engine, phones: list[LocalStore], told: bytes
) -> None:
    with engine.connect() as connection:
        walk = begun(connection, phones)
        for at in range(0, len(told), 3):
            walk.step(*told[at : at + 3])
        for number in (0, 1, 2, 0, 1):
            walk.sync(number)
        waiting = walk.conflicts()
        for change in walk.made:
            now = walk.current(change.entity, change.entity_id)
            for name, value in change.fields.items():
                if alike(name, value, now[name]):
                    continue
                waits = (change.entity_id, name, change.change_id) in waiting
                assert waits or was_known(walk, change, name), (change, now)
        for kind in KINDS:
            assert_the_same_everywhere(walk, kind)
        connection.rollback()


@MANY
@given(walks)
def test_who_syncs_before_and_after_every_edit_is_never_asked_anything(
    engine: Engine, phones: list[LocalStore], told: bytes
) -> None:
    with engine.connect() as connection:
        walk = begun(connection, phones)
        for at in range(0, len(told), 3):
            walk.sync(told[at] % 3)
            walk.step(*told[at : at + 3])
            walk.sync(told[at] % 3)
        assert walk.conflicts() == set()
        connection.rollback()


def was_known(walk: Walk, change: Change, name: str) -> bool:
    """Somebody who wrote later had this value before them, from this change or from another."""
    of_field = [c for c in walk.made if c.entity_id == change.entity_id and name in c.fields]
    same = {c.change_id for c in of_field if alike(name, c.fields[name], change.fields[name])}
    return any(c.stamp > change.stamp and walk.known[c.change_id] & same for c in of_field)


def assert_the_same_everywhere(walk: Walk, kind: EntityKind) -> None:
    table = CURRENT[kind.value]
    there = {row["id"]: row for row in walk.connection.execute(select(table)).mappings()}
    for phone in walk.phones:
        rows = {row["id"]: row for row in phone.db.query(f"SELECT * FROM {kind.value}")}
        assert set(rows) == set(there)
        for thing, row in rows.items():
            for name in (*KINDS[kind], DELETED):
                assert row[name] == there[thing][name]
