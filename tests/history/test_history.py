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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from sync.central import current, review
from sync.central.accounts import Account
from sync.central.desk import Desk
from sync.central.ledger import Ingested, Ledger
from sync.central.review import Review
from sync.domain.change import Change
from sync.domain.conflicts import DELETED
from sync.domain.ids import ChangeId
from sync.wire import change_to_json
from tests.central.a_store import DATABASE, KIRSEBERG, ROSENGARD, an_id
from tests.figures import Say
from tests.history.course import run_history
from tests.history.expected import Logged, read_log, rows_of
from tests.history.phone import Phone
from tests.history.phone_operations import PHONE_OPERATIONS
from tests.history.verdict import all_that_is_wrong
from tests.history.witness import OFFICE
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
    done = world.witness.operations
    assert {one.__name__ for one in PHONE_OPERATIONS} <= set(done), "nothing was left out"
    assert _settled(world) > 0
    assert all_that_is_wrong(world, log, migrated) == []
    world.stop_store()


def _a_world(folder: Path, migrated: Path, seed: int) -> World:
    shutil.copy(migrated, folder / DATABASE)
    world = World(folder=folder, chance=random.Random(seed))
    for number, areas in enumerate(AREAS):
        Phone(world=world, name=f"phone{number}", areas=areas)
    return world


def _settled(world: World) -> int:
    """What the office has written over that two people had written without knowing it."""
    return sum(
        len((change.bases or {}).get(name, ())) > 1
        for change in world.witness.saved[OFFICE].values()
        for name in change.fields
        if name != DELETED
    )


def _say_figures(world: World, log: Sequence[Logged], figure: Say) -> None:
    witness = world.witness
    done = witness.operations
    figure("history_operations", done.total(), f"of {len(done)} kinds and outcomes")
    figure("history_changes", len(log))
    figure("history_saved", sum(map(len, witness.saved.values())))
    figure("history_acknowledged", len(witness.accepted))
    figure("history_decided", len(witness.decided()), "by coordinators and the worker")
    figure("history_refused", len(witness.refused), str(dict(Counter(witness.refused.values()))))
    figure("history_kills", sum(phone.lives for phone in world.phones))
    figure("history_requests", world.network.fates.total(), str(dict(world.network.fates)))
    conflicts = rows_of(world.folder / DATABASE, ["field_conflict"])["field_conflict"]
    figure("history_conflicts", len({(one["entity_id"], one["field"]) for one in conflicts}))
    figure("history_conflicts_settled", _settled(world))
    figure("history_lost", len(witness.lost))


# The checker sees a product that is broken


def test_merging_in_the_order_of_arrival_is_found_out(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "winning_fields", lambda clocks, change: change.fields)
    found = _short_history(tmp_path, migrated)
    assert any("store: " in one for one in found), found
    assert any("another order" in one for one in found), found


def test_statuses_that_move_as_they_like_and_records_that_come_twice_are_found_out(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest = Ledger.ingest

    def doubling(
        ledger: Ledger, connection: Connection, changes: Sequence[Any], **who: Any
    ) -> Ingested:
        """Whatever comes is taken for something new as well."""
        done = ingest(ledger, connection, changes, **who)
        ingest(
            ledger,
            connection,
            [
                {
                    **(change_to_json(one) if isinstance(one, Change) else one),
                    "change_id": an_id(),
                    "entity_id": an_id(),
                }
                for one in changes
            ],
            **who,
        )
        return done

    monkeypatch.setattr(Ledger, "ingest", doubling)

    def rejects(self: Review, connection: Connection, one: str, account: Account, _: Any) -> None:
        self.reject(connection, one, "Hör inte hit", account)

    monkeypatch.setattr(Review, "take_back", rejects)
    monkeypatch.setattr(review, "may_move", lambda before, after: True)
    found = _short_history(tmp_path, migrated)
    assert any("nobody wrote" in one for one in found), found
    assert any(one.endswith("approved -> rejected") for one in found), found


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

    writing = Desk._writing

    @contextmanager
    def hollow(desk: Desk, account: Account) -> Iterator[Connection]:
        with writing(desk, account) as connection, connection.begin_nested() as inside:
            yield connection
            inside.rollback()

    monkeypatch.setattr(Ledger, "ingest", forgetful)
    monkeypatch.setattr(Desk, "_writing", hollow)
    found = _short_history(tmp_path, migrated, replays=False)
    assert any("acknowledged" in one for one in found), found
    assert any("decided" in one for one in found), found


def _short_history(folder: Path, migrated: Path, *, replays: bool = True) -> list[str]:
    world = _a_world(folder, migrated, seed=20261120)
    asyncio.run(run_history(world, SHORT))
    world.stop_store()
    if not replays:
        return world.witness.lost
    return all_that_is_wrong(world, read_log(folder / DATABASE), migrated)
