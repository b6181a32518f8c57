"""Changes into the phone's tables: each row is read once and written once for all that came of it.

Fields and words that this release does not know are skipped, and have no clock here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from sync.domain.change import Change, Json
from sync.domain.fields import is_understood, place_numbers
from sync.domain.ids import AreaCode, EntityId
from sync.domain.words import EntityKind


@dataclass(slots=True)
class _Row:
    """clocks: of what is in the table, and then of what has won. won: what is to be written."""

    area: AreaCode
    clocks: dict[str, str] = field(default_factory=dict)
    won: dict[str, Json] = field(default_factory=dict)
    is_new: bool = True

    def merge(self, change: Change) -> None:
        for name, value in change.fields.items():
            if self.clocks.get(name, "") < change.stamp and is_understood(
                change.entity, name, value
            ):
                self.clocks[name], self.won[name] = change.stamp, value

    def columns(self, kind: EntityKind, entity_id: EntityId) -> dict[str, Any]:
        values: dict[str, Any] = {name: _to_column(value) for name, value in self.won.items()}
        if kind is EntityKind.OBSERVATION and "place" in self.won:
            values["lat_deg"], values["lon_deg"], _ = place_numbers(self.won["place"])
        if self.is_new:
            values["area"] = self.area
        return {**values, "clocks": json.dumps(self.clocks, sort_keys=True), "id": entity_id}


def merge_all(db: Database, changes: Sequence[Change]) -> None:
    """In the caller's transaction."""
    by_kind: dict[EntityKind, dict[EntityId, _Row]] = {}
    for change in changes:
        rows = by_kind.setdefault(change.entity, {})
        rows.setdefault(change.entity_id, _Row(change.area))
    for kind, rows in by_kind.items():
        _read_clocks(db, kind, rows)
    for change in changes:
        by_kind[change.entity][change.entity_id].merge(change)
    for kind, rows in by_kind.items():
        _write(db, kind, rows)


def _read_clocks(db: Database, kind: EntityKind, rows: dict[EntityId, _Row]) -> None:
    query = f"SELECT id, clocks FROM {kind} WHERE id IN (SELECT value FROM json_each(?))"
    for entity_id, clocks in db.execute(query, [json.dumps(list(rows))]).fetchall():
        row = rows[entity_id]
        row.clocks, row.is_new = json.loads(clocks), False


def _write(db: Database, kind: EntityKind, rows: Mapping[EntityId, _Row]) -> None:
    """Rows with the same columns in one go."""
    alike: dict[tuple[bool, tuple[str, ...]], list[dict[str, Any]]] = {}
    for entity_id, row in rows.items():
        if row.won or row.is_new:
            columns = row.columns(kind, entity_id)
            alike.setdefault((row.is_new, tuple(columns)), []).append(columns)
    for (is_new, names), values in alike.items():
        if is_new:
            marks = ", ".join(f":{name}" for name in names)
            statement = f"INSERT INTO {kind} ({', '.join(names)}) VALUES ({marks})"
        else:
            sets = ", ".join(f"{name} = :{name}" for name in names if name != "id")
            statement = f"UPDATE {kind} SET {sets} WHERE id = :id"
        db.conn.executemany(statement, values)


def _to_column(value: Json) -> Json:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value
