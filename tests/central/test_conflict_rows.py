"""The rows of what a person must choose between, and the revision that brought them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, insert, inspect, select, text

from sync.central.engine import MIGRATIONS, migrate, open_engine, reading
from sync.central.tables import change_log, device, enrolment_code, field_conflict
from sync.domain.change import Change
from sync.domain.words import EntityKind, Writer
from tests.central.a_store import KIRSEBERG, AStore, a_change, an_id

KIM, NOVA = "kimsphone00000000000", "novasphone0000000000"


def ingest(store: AStore, *changes: Change) -> None:
    with store.services.engine.begin() as connection:
        done = store.services.ledger.ingest(
            connection,
            changes,
            writer=Writer.PHONE,
            areas=frozenset({KIRSEBERG}),
            received_from=KIM,
        )
    assert done.refused == ()


def rows(engine: Engine) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        query = select(field_conflict).order_by(field_conflict.c.field, field_conflict.c.stamp)
        return [dict(row) for row in connection.execute(query).mappings()]


def two_texts() -> tuple[Change, Change, Change]:
    first = replace(a_change(device=KIM, text="Lampan"), bases={})
    bases = {"text": (first.stamp,)}
    one, other = (
        replace(a_change(entity_id=first.entity_id, device=who, text=said), bases=bases)
        for who, said in ((KIM, "Två lampor"), (NOVA, "Tre lampor"))
    )
    return first, one, other


def test_a_conflict_is_there_until_a_change_of_the_office_has_seen_all_of_it(store: AStore) -> None:
    first, one, other = two_texts()
    ingest(store, first, one)
    assert rows(store.services.engine) == []
    ingest(store, other)
    found = rows(store.services.engine)
    assert [(row["field"], row["stamp"], row["change_id"]) for row in found] == [
        ("text", change.stamp, change.change_id) for change in (one, other)
    ]
    assert {(row["entity"], row["area"]) for row in found} == {("observation", KIRSEBERG)}
    settle(store, first.entity_id, seen=(one.stamp,))
    assert len(rows(store.services.engine)) == 2
    settle(store, first.entity_id, seen=tuple(row["stamp"] for row in rows(store.services.engine)))
    assert rows(store.services.engine) == []


def settle(store: AStore, entity_id: str, seen: tuple[str, ...]) -> None:
    with store.services.engine.begin() as connection:
        store.services.ledger.record(
            connection,
            area=KIRSEBERG,
            entity=EntityKind.OBSERVATION,
            entity_id=a_change(entity_id=entity_id).entity_id,
            fields={"text": "Två lampor"},
            writer=Writer.OFFICE,
            received_from="amira",
            seen={"text": seen},
        )


def test_what_the_worker_and_the_plans_write_is_in_no_conflict_with_itself(store: AStore) -> None:
    entity_id = a_change().entity_id
    with store.services.engine.begin() as connection:
        for name in ("Torget", "Bron", None):
            fields = {"deleted_at": "2026-11-20T09:00:00.000Z"} if name is None else {"name": name}
            store.services.ledger.record(
                connection,
                area=KIRSEBERG,
                entity=EntityKind.STOP,
                entity_id=entity_id,
                fields=fields,
                writer=Writer.OFFICE,
                received_from="rundan plan",
            )
    assert rows(store.services.engine) == []


def test_a_change_that_came_first_by_way_of_an_older_phone_is_known_better_later(
    store: AStore,
) -> None:
    first, one, other = two_texts()
    ingest(store, first, one, replace(other, bases=None))
    assert rows(store.services.engine) == []
    ingest(store, other)
    assert [row["stamp"] for row in rows(store.services.engine)] == [one.stamp, other.stamp]
    ingest(store, replace(other, bases=None))
    assert len(rows(store.services.engine)) == 2
    with reading(store.services.engine) as connection:
        known = connection.execute(
            select(change_log.c.bases).where(change_log.c.change_id == other.change_id)
        ).scalar_one()
    assert json.loads(known) == {"text": [first.stamp]}


def test_revision_0004_keeps_every_change_and_finds_no_conflicts_in_what_told_nothing(
    tmp_path: Path,
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'rundan.sqlite'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
    assert not inspect(engine).has_table("field_conflict")
    before = [_row_of_0003(change, seq) for seq, change in enumerate(two_texts(), start=1)]
    with engine.begin() as connection:
        for row in before:
            connection.execute(text(_INSERT), row)
        connection.execute(insert(enrolment_code).values(_CODE))
        connection.execute(insert(device).values(_DEVICE))
    migrate(engine)
    with reading(engine) as connection:
        kept = connection.execute(select(change_log).order_by(change_log.c.seq)).mappings().all()
        assert connection.execute(select(device.c.id)).scalars().all() == [KIM]
    assert [dict(row) for row in kept] == [{**row, "bases": None} for row in before]
    assert rows(engine) == []
    engine.dispose()


def _row_of_0003(change: Change, seq: int) -> dict[str, Any]:
    return {
        "seq": seq,
        "change_id": change.change_id,
        "area": change.area,
        "entity": change.entity.value,
        "entity_id": change.entity_id,
        "fields": json.dumps(change.fields),
        "made_at": change.made_at.to_text(),
        "device_id": change.device_id,
        "received_at": "2026-11-20T09:00:00.000Z",
        "received_from": KIM,
    }


_INSERT = """
INSERT INTO change_log (seq, change_id, area, entity, entity_id, fields, made_at, device_id,
    received_at, received_from)
VALUES (:seq, :change_id, :area, :entity, :entity_id, :fields, :made_at, :device_id,
    :received_at, :received_from)
"""

_CODE = {
    "id": an_id(), "code_hash": "c", "areas": "[]", "made_at": "2026-11-20T09:00:00.000Z",
    "expires_at": "2026-11-21T09:00:00.000Z",
}  # fmt: skip

_DEVICE = {
    "id": KIM, "token_hash": "t", "nickname": "Kim", "areas": "[]",
    "enrolled_at": "2026-11-20T09:00:00.000Z", "enrolment_code_id": _CODE["id"],
}  # fmt: skip
