"""Whatever order changes come in, and however often, the current tables are the same."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from sync.central.engine import open_engine
from sync.central.ledger import Ledger
from sync.central.tables import CURRENT, change_log, metadata
from sync.domain.change import Change, Json
from sync.domain.clock import Hlc
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, uuid7
from sync.domain.words import Category, EntityKind, Writer

DEVICES = [DeviceId(f"phone{n}") for n in range(3)]
AREAS = frozenset({AreaCode("kirseberg"), AreaCode("rosengard")})
MOMENT = "2026-11-20T09:00:00.000Z"

places = st.builds(
    lambda lat, lon, accuracy: {
        "lat_deg": lat,
        "lon_deg": lon,
        "accuracy_m": accuracy,
        "source": "gps",
        "fixed_at": MOMENT,
    },
    st.floats(55.5, 55.7),
    st.floats(12.8, 13.2),
    st.none() | st.floats(0, 500),
)
texts = st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)
deleted = st.none() | st.just(MOMENT)
FIELDS: dict[EntityKind, dict[str, st.SearchStrategy[Any]]] = {
    EntityKind.ROUND: {
        "kind": st.sampled_from(["inspection", "safety_walk"]),
        "started_by": texts.filter(lambda text: text is None or len(text) <= 40),
        "deleted_at": deleted,
    },
    EntityKind.OBSERVATION: {
        "text": texts,
        "category": st.sampled_from([one.value for one in Category]),
        "place": st.none() | places,
        "deleted_at": deleted,
        "of_a_newer_release": st.integers(0, 3),
    },
    EntityKind.PHOTO: {
        "sha256": st.sampled_from(["a" * 64, "b" * 64]),
        "position": st.integers(0, 3),
        "width_px": st.integers(1, 1600),
        "deleted_at": deleted,
    },
}


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Few things, devices and moments, so that the same fields meet, also at the same moment."""
    entity = draw(st.sampled_from(list(FIELDS)))
    thing = draw(st.integers(0, 2))
    device = draw(st.sampled_from(DEVICES))
    known = FIELDS[entity]
    names = draw(st.sets(st.sampled_from(sorted(known)), min_size=1))
    fields: dict[str, Json] = {name: draw(known[name]) for name in sorted(names)}
    number = draw(st.integers(0, 2**40 - 1))
    return Change(
        change_id=ChangeId(uuid7(number, number.to_bytes(10, "big"))),
        area=AreaCode("kirseberg" if thing else "rosengard"),
        entity=entity,
        entity_id=EntityId(uuid7(thing + 1, entity.value.encode().ljust(10)[:10])),
        fields=fields,
        made_at=Hlc(
            wall_ms=draw(st.integers(0, 5)), counter=draw(st.integers(0, 1)), device=device
        ),
        device_id=device,
    )


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Change], list[list[Change]]]:
    """A set of changes; and the same in another order, with repeats, split into batches."""
    made = draw(st.lists(changes(), min_size=1, max_size=12, unique_by=lambda c: c.change_id))
    repeats = draw(st.lists(st.sampled_from(made), max_size=8))
    shuffled = draw(st.permutations(made + repeats))
    batches: list[list[Change]] = [[]]
    for change in shuffled:
        if draw(st.booleans()):
            batches.append([])
        batches[-1].append(change)
    return made, batches


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = open_engine("sqlite://")
    metadata.create_all(opened)
    yield opened
    opened.dispose()


def tables_after(engine: Engine, batches: Sequence[Sequence[Change]]) -> dict[str, Any]:
    """The current tables once all batches are in; the database forgets them afterwards."""
    ledger = Ledger(
        store_device=DeviceId("store"), now=lambda: datetime.now(UTC), random=os.urandom
    )
    with engine.connect() as connection:
        for batch in batches:
            result = ledger.ingest(
                connection, batch, writer=Writer.PHONE, areas=AREAS, received_from="phone0"
            )
            assert result.refused == ()
            assert set(result.accepted) == {change.change_id for change in batch}
        after: dict[str, Any] = {
            name: [dict(row) for row in connection.execute(select(table).order_by("id")).mappings()]
            for name, table in CURRENT.items()
        }
        after["log"] = sorted(connection.execute(select(change_log.c.change_id)).scalars())
        connection.rollback()
    return after


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries())
def test_any_order_with_repeats_in_any_batches_gives_the_same_tables(
    engine: Engine, delivery: tuple[list[Change], list[list[Change]]]
) -> None:
    made, batches = delivery
    at_once = tables_after(engine, [made])
    assert tables_after(engine, batches) == at_once
    assert at_once["log"] == sorted(change.change_id for change in made)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries())
def test_every_field_holds_what_its_latest_writer_wrote(
    engine: Engine, delivery: tuple[list[Change], list[list[Change]]]
) -> None:
    made, batches = delivery
    after = tables_after(engine, batches)
    for entity in FIELDS:
        rows = {row["id"]: row for row in after[entity.value]}
        ours = [change for change in made if change.entity is entity]
        assert set(rows) == {change.entity_id for change in ours}
        for name in set(FIELDS[entity]) - {"of_a_newer_release", "place"}:
            for thing, row in rows.items():
                writers = [c for c in ours if c.entity_id == thing and name in c.fields]
                last = max(writers, key=lambda change: change.stamp, default=None)
                assert row[name] == (None if last is None else last.fields[name])
