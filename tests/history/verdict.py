"""Holding what was said against the log, the tables and the photos: all that is not so."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sync.central.conflicts import read_bases
from sync.central.engine import open_engine
from sync.central.ledger import Ledger
from sync.central.tables import CURRENT
from sync.domain.change import Change
from sync.domain.clock import Hlc
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId
from sync.domain.words import EntityKind, Writer
from tests.central.a_store import DATABASE, KIRSEBERG, ROSENGARD
from tests.history.expected import (
    Logged,
    differences,
    done_with,
    rows_of,
    things_of,
    wrong_moves,
)
from tests.history.phone import Phone
from tests.history.world import World

FROM_LOG = (*CURRENT, "field_conflict")
SHUFFLES = 2


def all_that_is_wrong(world: World, log: Sequence[Logged], migrated: Path) -> list[str]:
    """Everything that was said and is not so."""
    found = world.witness.lost + _not_kept(world, log) + _too_much(world, log) + wrong_moves(log)
    found += _differing(world, log) + _photos_not_there(world)
    store = rows_of(world.folder / DATABASE, FROM_LOG)
    for _ in range(SHUFFLES):
        again = _replayed(world, migrated, log)
        found += [f"another order: {table}" for table in FROM_LOG if again[table] != store[table]]
    return found


def _not_kept(world: World, log: Sequence[Logged]) -> list[str]:
    """Changes that were saved on a phone and not refused, or acknowledged, and are not there."""
    there = {one.change_id: one for one in log}
    witness = world.witness
    lost = [f"accepted {one}" for one in witness.accepted if one not in there]
    for saved in witness.saved.values():
        for change in saved.values():
            if change.change_id in witness.refused:
                continue
            kept = there.get(change.change_id)
            if kept is None or dict(kept.fields) != dict(change.fields):
                lost.append(f"saved {change}")
    return lost


def _too_much(world: World, log: Sequence[Logged]) -> list[str]:
    """Lines of the log that nobody has written, or that stand there twice."""
    written = {one for saved in world.witness.saved.values() for one in saved}
    found = [f"nobody wrote {one}" for one in log if one.change_id not in written]
    times = Counter(one.change_id for one in log)
    return found + [f"twice in the log: {one}" for one, count in times.items() if count > 1]


def _differing(world: World, log: Sequence[Logged]) -> list[str]:
    """Where a table of the store or of a phone is not what the log adds up to.

    A phone may lack what was done with before it heard of anything, and still is.
    """
    areas, things, still_done = (KIRSEBERG, ROSENGARD), things_of(log), done_with(log)

    def never_heard_of(phone: Phone) -> set[tuple[str, str]]:
        return still_done & done_with([one for one in log if one.raw["seq"] <= phone.heard_from])

    may_lack = {phone.name: never_heard_of(phone) for phone in world.phones}
    found: list[str] = []
    for entity, rows in rows_of(world.folder / DATABASE, CURRENT).items():
        found += [f"store: {one}" for one in differences(rows, entity, things, areas)]
        for phone in world.phones:
            wrong = differences(
                phone.rows(entity), entity, things, phone.areas, may_lack[phone.name]
            )
            found += [f"{phone.name}: {one}" for one in wrong]
    return found


def _photos_not_there(world: World) -> list[str]:
    """Photos that a phone says the store has."""
    lost = []
    for phone in world.phones:
        stored = phone.local.db.execute("SELECT sha256 FROM photo_file WHERE stored_at IS NOT NULL")
        for (sha256,) in stored.fetchall():
            if world.services.blobs.get(sha256) != phone.photos[sha256]:
                lost.append(f"{phone.name}: {sha256}")
    return lost


def _replayed(
    world: World, migrated: Path, log: Sequence[Logged]
) -> dict[str, list[dict[str, Any]]]:
    """The tables of a store that gets the same changes in another order, some of them twice."""
    chance, fresh = world.chance, world.folder / "fresh.sqlite"
    shutil.copy(migrated, fresh)
    engine = open_engine(f"sqlite:///{fresh}")
    ledger = Ledger(
        store_device=DeviceId(world.services.store_id),
        now=world.store_now,
        random=chance.randbytes,
    )
    changes = [_change(one) for one in log]
    changes += chance.sample(changes, len(changes) // 10)
    chance.shuffle(changes)
    while changes:
        size = chance.randint(1, 400)
        batch, changes = changes[:size], changes[size:]
        with engine.begin() as connection:
            done = ledger.ingest(
                connection,
                batch,
                writer=Writer.STORE,
                areas=frozenset((KIRSEBERG, ROSENGARD)),
                received_from="replay",
            )
        assert done.refused == ()
    engine.dispose()
    rows = rows_of(fresh, FROM_LOG)
    fresh.unlink()
    return rows


def _change(one: Logged) -> Change:
    return Change(
        change_id=ChangeId(one.change_id),
        area=AreaCode(one.area),
        entity=EntityKind(one.entity),
        entity_id=EntityId(one.entity_id),
        fields=one.fields,
        made_at=Hlc.from_text(one.raw["made_at"]),
        device_id=DeviceId(one.raw["device_id"]),
        bases=read_bases(one.raw["bases"]),
    )
