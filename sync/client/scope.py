"""What of its areas a phone has: it was filled without what was done, and asks for what it lacks.

Something done may become open again, or get a later visit: the log then says only what is new of
it. A row of which the beginning is not here is asked for by name, once for each time something of
it came; the store gives all that belongs to it (docs/adr/0017).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlite_utils import Database

from sync.domain.change import Change
from sync.domain.ids import EntityId
from sync.domain.words import EntityKind
from sync.wire import MAX_MISSING

if TYPE_CHECKING:
    from sync.client.local_store import LocalStore

FILL = "fill"
"""Fact: where the first fill goes on, empty at its beginning; absent when it is over."""
MISSING = "missing"
"""Fact: ids of things that only a part has come of, as JSON."""
MOST = 1000
"""More holes than this at once come from something done to very much at once: no fill of a phone
is made of them."""

_PARENTS = {
    EntityKind.OBSERVATION: ("round_id", EntityKind.ROUND),
    EntityKind.STOP: ("round_id", EntityKind.ROUND),
    EntityKind.ROUTE: ("round_id", EntityKind.ROUND),
    EntityKind.PHOTO: ("observation_id", EntityKind.OBSERVATION),
    EntityKind.RECHECK: ("observation_id", EntityKind.OBSERVATION),
    EntityKind.REPORT: ("observation_id", EntityKind.OBSERVATION),
}
"""What a thing belongs to. It says so when it is made, and never anything else."""


def missing(local: LocalStore) -> tuple[EntityId, ...]:
    """What to ask the store for, as many as one request may name."""
    return tuple(EntityId(one) for one in json.loads(local.fact(MISSING) or "[]")[:MAX_MISSING])


def still_missing(
    db: Database, came: Sequence[Change], asked_for: Sequence[EntityId]
) -> str | None:
    """The fact after these changes have been merged; None when nothing is missing."""
    row = db.execute("SELECT value FROM fact WHERE name = ?", [MISSING]).fetchone()
    before = [] if row is None else json.loads(row[0])
    lacking = dict.fromkeys([*before, *_holes(db, came)])
    left = [one for one in lacking if one not in set(asked_for)][:MOST]
    return json.dumps(left) if left else None


def _holes(db: Database, came: Sequence[Change]) -> list[EntityId]:
    """Of what came: the things without a beginning, and what they belong to that is not here."""
    found: list[EntityId] = []
    for kind in EntityKind:
        ids = list(dict.fromkeys(change.entity_id for change in came if change.entity is kind))
        if not ids:
            continue
        found += [EntityId(row[0]) for row in db.execute(_holes_of(kind), [json.dumps(ids)])]
    return found


def _holes_of(kind: EntityKind) -> str:
    """A visit that is taken back counts too: what it had called fixed is open again."""
    table = kind.value
    there = "t.id IN (SELECT value FROM json_each(?))"
    if kind is not EntityKind.RECHECK:
        there += " AND t.deleted_at IS NULL"
    if kind not in _PARENTS:
        return f"SELECT t.id FROM {table} t WHERE {there} AND t.kind IS NULL"
    key, parent = _PARENTS[kind]
    return f"""
    SELECT COALESCE(t.{key}, t.id) FROM {table} t WHERE {there}
        AND NOT EXISTS (SELECT 1 FROM {parent.value} p WHERE p.id = t.{key})
    """
