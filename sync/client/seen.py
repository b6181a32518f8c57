"""What the person who edits a thing had seen of it: the bases of the change."""

from __future__ import annotations

import json

from sqlite_utils import Database

from sync.client.outbox_body import readable
from sync.client.records import Edit
from sync.domain.change import Bases, Change
from sync.domain.ids import EntityId
from sync.domain.merge import bases_of
from sync.wire import MAX_BASES


def bases_of_edit(db: Database, edit: Edit) -> Bases:
    """As of what the screen showed, or else of what is there now."""
    clocks = edit.clocks
    if clocks is None:
        row = db.execute(
            f"SELECT clocks FROM {edit.entity.value} WHERE id = ?", [edit.entity_id]
        ).fetchone()
        clocks = "{}" if row is None else row[0]
    bases = bases_of(json.loads(clocks), edit.fields)
    return _through_refused(bases, _refused(db, edit.entity_id)) if bases else bases


def _through_refused(bases: Bases, refused: dict[str, Change]) -> Bases:
    """A change that the store refused is known to nobody else: what it replaced was seen too."""
    if not refused:
        return bases
    found: dict[str, tuple[str, ...]] = {}
    for name, stamps in bases.items():
        seen = dict.fromkeys(stamps)
        waiting = list(stamps)
        while waiting:
            change = refused.get(waiting.pop())
            if change is not None and change.bases is not None:
                waiting += [one for one in change.bases.get(name, ()) if one not in seen]
                seen.update(dict.fromkeys(change.bases.get(name, ())))
        found[name] = tuple(sorted(seen)[-MAX_BASES:])
    return found


def _refused(db: Database, entity_id: EntityId) -> dict[str, Change]:
    rows = db.execute(
        "SELECT body FROM outbox WHERE entity_id = ? AND refused_code IS NOT NULL", [entity_id]
    ).fetchall()
    return {change.stamp: change for change in readable(row[0] for row in rows)}
