"""What the store refused: back for the person to see, and said again with what puts it right.

In the caller's transaction.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

from sqlite_utils import Database

from sync.client.outbox_body import change_of
from sync.client.records import Edit
from sync.domain.change import Json
from sync.domain.fields import is_understood
from sync.domain.ids import ChangeId, EntityId
from sync.domain.words import EntityKind


def bring_back(db: Database, change_id: ChangeId) -> None:
    """What the store refused to delete is still there: for the person too."""
    row = db.execute(
        "SELECT entity, entity_id, body FROM outbox WHERE change_id = ?", [change_id]
    ).fetchone()
    if row is not None and _is_deletion(row[2]):
        db.execute(
            f"UPDATE {EntityKind(row[0]).value} SET deleted_at = NULL WHERE id = ?", [row[1]]
        )


def with_refused(db: Database, edit: Edit) -> Edit:
    """An edit of what the store refused says again what was refused, and takes its place.

    Else the store would get only the field that was put right of a thing it does not know.
    """
    rows = db.execute(_REFUSED, [edit.entity_id]).fetchall()
    if not rows:
        return edit
    clocks = _clocks(db, edit.entity, edit.entity_id)
    again: dict[str, Json] = {}
    for (body,) in rows:
        change = change_of(body)
        still = {n: v for n, v in change.fields.items() if clocks.get(n) == change.stamp}
        again |= {n: v for n, v in still.items() if is_understood(edit.entity, n, v)}
        db.execute("DELETE FROM outbox WHERE change_id = ?", [change.change_id])
    return replace(edit, fields={**again, **edit.fields})


def _clocks(db: Database, entity: EntityKind, entity_id: EntityId) -> dict[str, str]:
    row = db.execute(f"SELECT clocks FROM {entity.value} WHERE id = ?", [entity_id]).fetchone()
    return {} if row is None else cast("dict[str, str]", json.loads(row[0]))


def _is_deletion(body: str) -> bool:
    try:
        return json.loads(body)["fields"].get("deleted_at") is not None
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


_REFUSED = """
SELECT body FROM outbox
WHERE entity_id = ? AND seen_at IS NULL
    AND refused_code NOT IN ('already_approved', 'not_allowed', 'different_content', 'unreadable')
ORDER BY position
"""
"""Of one thing, what may be taken once it has been put right."""
