"""Eight phones and two coordinators at random, and whatever was said is held against the log.

RUNDAN_SEED repeats a run, RUNDAN_HISTORY_OPERATIONS makes it longer.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import random
import secrets
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from sync.central import current
from sync.central.ledger import Ingested, Ledger
from sync.domain.change import Change
from sync.domain.ids import ChangeId, EntityId
from sync.domain.words import EntityKind, Writer
from tests.central.a_store import DATABASE, KIRSEBERG, ROSENGARD
from tests.figures import Say
from tests.history.course import run_history
from tests.history.expected import Logged, read_log, rows_of, wrong_moves
from tests.history.phone import Phone
from tests.history.verdict import all_that_is_wrong
from tests.history.world import World

OPERATIONS = int(os.environ.get("RUNDAN_HISTORY_OPERATIONS", "3000"))
AREAS = [(KIRSEBERG,)] * 5 + [(KIRSEBERG, ROSENGARD)] * 2 + [(ROSENGARD,)]
SHORT = 300


def test_whatever_was_said_stays_true(tmp_path: Path, migrated: Path, figure: Say) -> None:
    seed = int(os.environ.get("RUNDAN_SEED", secrets.randbelow(10**9)))
    figure("history_seed", seed)
    world = _a_world(tmp_path, migrated, seed)
    asyncio.run(run_history(world, OPERATIONS))
    log = read_log(tmp_path / DATABASE)
    _say_figures(world, log, figure)
    assert all_that_is_wrong(world, log, migrated) == []
    world.stop_store()


def _a_world(folder: Path, migrated: Path, seed: int) -> World:
    shutil.copy(migrated, folder / DATABASE)
    world = World(folder=folder, chance=random.Random(seed))
    for number, areas in enumerate(AREAS):
        Phone(world=world, name=f"phone{number}", areas=areas)
    return world


def _say_figures(world: World, log: Sequence[Logged], figure: Say) -> None:
    witness = world.witness
    done = witness.operations
    figure("history_operations", done.total(), f"of {len(done)} kinds and outcomes")
    figure("history_changes", len(log))
    figure("history_saved", sum(map(len, witness.saved.values())))
    figure("history_acknowledged", len(witness.accepted))
    figure("history_refused", len(witness.refused), str(dict(Counter(witness.refused.values()))))
    figure("history_kills", sum(phone.lives for phone in world.phones))
    figure("history_requests", world.network.fates.total(), str(dict(world.network.fates)))
    conflicts = rows_of(world.folder / DATABASE, ["field_conflict"])["field_conflict"]
    figure("history_conflicts", len({(one["entity_id"], one["field"]) for one in conflicts}))
    figure("history_lost", len(witness.lost))


# The checker sees a product that is broken


def test_merging_in_the_order_of_arrival_is_found_out(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "winning_fields", lambda clocks, change: change.fields)
    found = _short_history(tmp_path, migrated)
    assert any("store: " in one for one in found), found
    assert any("another order" in one for one in found), found


def test_a_status_that_moves_as_it_likes_is_found_out(tmp_path: Path, migrated: Path) -> None:
    world = _a_world(tmp_path, migrated, seed=1)
    with world.services.engine.begin() as connection:
        for status in ("approved", "rejected"):
            world.services.ledger.record(
                connection,
                area=KIRSEBERG,
                entity=EntityKind.OBSERVATION,
                entity_id=EntityId("01a1f866-85f2-74ce-a340-a0ae37688d2b"),
                fields={"status": status},
                writer=Writer.OFFICE,
                received_from="amira",
            )
    world.stop_store()
    (move,) = wrong_moves(read_log(tmp_path / DATABASE))
    assert move.endswith("approved -> rejected")


def test_a_store_that_forgets_what_it_acknowledged_is_found_out(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest = Ledger.ingest

    def forgetful(
        ledger: Ledger, connection: Connection, changes: Sequence[Any], **who: Any
    ) -> Ingested:
        done = ingest(ledger, connection, changes[:-1], **who)
        ids = (one.change_id if isinstance(one, Change) else one["change_id"] for one in changes)
        return dataclasses.replace(done, accepted=tuple(map(ChangeId, ids)))

    monkeypatch.setattr(Ledger, "ingest", forgetful)
    found = _short_history(tmp_path, migrated, replays=False)
    assert any("acknowledged" in one for one in found), found


def _short_history(folder: Path, migrated: Path, *, replays: bool = True) -> list[str]:
    world = _a_world(folder, migrated, seed=20261120)
    asyncio.run(run_history(world, SHORT))
    world.stop_store()
    if not replays:
        return world.witness.lost
    return all_that_is_wrong(world, read_log(folder / DATABASE), migrated)
