"""Whatever order changes come in, and however often, the tables and the conflicts are the same."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, Engine, select

from sync.central.engine import open_engine
from sync.central.ledger import Ledger
from sync.central.tables import CURRENT, change_log, field_conflict, metadata
from sync.client.local_store import LocalStore
from sync.domain.change import Change
from sync.domain.conflicts import contradictions, write_of
from sync.domain.words import EntityKind, Writer
from tests.central.merge_stories import AREAS, STORE, VALUES, chances, deliveries_of, stories
from tests.figures import Say

EXAMPLES = 2000
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
FOREVER = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
PHONE_TABLES = [kind.value for kind in EntityKind if kind is not EntityKind.REPORT]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = open_engine("sqlite://")
    metadata.create_all(opened)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def phone() -> Iterator[LocalStore]:
    opened = LocalStore(":memory:", now=lambda: NOW)
    opened.set_facts({"device_id": "phone9"})
    yield opened
    opened.close()


def rows_after(connection: Connection, batches: Sequence[Sequence[Change]]) -> dict[str, Any]:
    """All that follows from the log once all batches are in."""
    ledger = Ledger(store_device=STORE, now=lambda: NOW, random=os.urandom)
    for batch in batches:
        result = ledger.ingest(
            connection, batch, writer=Writer.STORE, areas=AREAS, received_from="phone0"
        )
        assert result.refused == ()
        assert set(result.accepted) == {change.change_id for change in batch}
    after: dict[str, Any] = {
        name: [dict(row) for row in connection.execute(select(table).order_by("id")).mappings()]
        for name, table in CURRENT.items()
    }
    after["log"] = sorted(connection.execute(select(change_log.c.change_id)).scalars())
    query = select(
        field_conflict.c.entity, field_conflict.c.entity_id, field_conflict.c.field,
        field_conflict.c.stamp,
    )  # fmt: skip
    after["conflicts"] = sorted(tuple(row) for row in connection.execute(query))
    return after


def store_after(engine: Engine, batches: Sequence[Sequence[Change]]) -> dict[str, Any]:
    """The database forgets it all afterwards."""
    with engine.connect() as connection:
        after = rows_after(connection, batches)
        connection.rollback()
    return after


def phone_after(phone: LocalStore, batches: Sequence[Sequence[Change]]) -> dict[str, Any]:
    for table in PHONE_TABLES:
        phone.db.execute(f"DELETE FROM {table}")
    for batch in batches:
        phone.apply_answer(accepted=(), refused=(), changes=batch, facts={})
    return {
        table: list(phone.db.query(f"SELECT * FROM {table} ORDER BY id")) for table in PHONE_TABLES
    }


def conflicts_of(made: Sequence[Change]) -> list[tuple[str, str, str, str]]:
    """As the set of changes says, without any order of arrival."""
    found = []
    for kind, thing in {(one.entity, one.entity_id) for one in made}:
        about = [
            write_of(one, STORE) for one in made if (one.entity, one.entity_id) == (kind, thing)
        ]
        for name, among in contradictions(kind, about).items():
            found += [(kind.value, thing, name, write.stamp) for write in among]
    return sorted(found)


def test_any_order_any_repeats_and_any_part_now_and_the_rest_later_end_in_the_same(
    engine: Engine, phone: LocalStore, figure: Say
) -> None:
    told: Counter[str] = Counter()

    @FOREVER
    @given(stories, chances)
    def holds(made: list[Change], chance: Random) -> None:
        told.update(what_is_told_in(made))
        at_once = store_after(engine, [made])
        batches = deliveries_of(made, chance)
        assert store_after(engine, batches) == at_once
        assert at_once["log"] == sorted(change.change_id for change in made)
        assert at_once["conflicts"] == conflicts_of(made)
        assert_latest_writers_win(made, at_once)
        held = phone_after(phone, batches)
        for table, rows in held.items():
            for here, there in zip(rows, at_once[table], strict=True):
                assert {name: _plain(here[name]) for name in here} == {
                    name: _plain(there[name]) for name in here
                }

    holds()
    assert told["stories"] >= EXAMPLES
    for what, count in told.items():
        figure(f"merge_order_{what}", count)
        assert count >= EXAMPLES // 10, f"{what} is told of too rarely"
    assert {*map(str, VALUES), "deletions", "restorations", "conflicts"} < set(told)


def what_is_told_in(made: Sequence[Change]) -> set[str]:
    deleted = [one.fields["deleted_at"] for one in made if "deleted_at" in one.fields]
    there = {
        "deletions": any(at is not None for at in deleted),
        "restorations": None in deleted,
        "conflicts": bool(conflicts_of(made)),
    }
    kinds = {one.entity.value for one in made}
    return {"stories", *kinds, *(what for what, is_there in there.items() if is_there)}


def assert_latest_writers_win(made: Sequence[Change], after: dict[str, Any]) -> None:
    for kind, fields in VALUES.items():
        rows = {row["id"]: row for row in after[kind.value]}
        assert set(rows) == {one.entity_id for one in made if one.entity is kind}
        for name in {*fields, "deleted_at"} - {"of_a_newer_release"}:
            for thing, row in rows.items():
                wrote = [c for c in made if c.entity_id == thing and name in c.fields]
                last = max(wrote, key=lambda change: change.stamp, default=None)
                assert _plain(row[name]) == (None if last is None else last.fields[name])


def _plain(value: Any) -> Any:
    """The two sides write the same JSON with and without blanks."""
    return json.loads(value) if isinstance(value, str) and value[:1] in ("{", "[") else value
