"""Changes into the phone's tables: each row is read once and written once for all that came of it.

Fields and words that this release does not know are skipped, and have no clock here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from sync.domain.change import Change, Json
from sync.domain.fields import is_understood, place_from_json
from sync.domain.ids import EntityId
from sync.domain.words import EntityKind


def merge_all(db: Database, changes: Sequence[Change]) -> None:
    """In the caller's transaction."""
    by_row: dict[tuple[EntityKind, EntityId], list[Change]] = {}
    for change in changes:
        by_row.setdefault((change.entity, change.entity_id), []).append(change)
    for (kind, entity_id), of_one in by_row.items():
        _merge_row(db, kind, entity_id, of_one)


def _merge_row(db: Database, kind: EntityKind, key: EntityId, changes: Sequence[Change]) -> None:
    table = str(kind)
    row = db.execute(f"SELECT clocks FROM {table} WHERE id = ?", [key]).fetchone()
    clocks: dict[str, str] = {} if row is None else json.loads(row[0])
    won: dict[str, Json] = {}
    for change in changes:
        stamp = change.stamp
        for name, value in change.fields.items():
            if clocks.get(name, "") < stamp and is_understood(kind, name, value):
                clocks[name], won[name] = stamp, value
    if not won and row is not None:
        return
    values: dict[str, Any] = {name: _to_column(value) for name, value in won.items()}
    if kind is EntityKind.OBSERVATION and "place" in won:
        values.update(_where(won["place"]))
    values["clocks"] = json.dumps(clocks, sort_keys=True)
    values["id"] = key
    if row is None:
        values["area"] = changes[0].area
        marks = ", ".join(f":{name}" for name in values)
        db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", values)
    else:
        sets = ", ".join(f"{name} = :{name}" for name in values if name != "id")
        db.execute(f"UPDATE {table} SET {sets} WHERE id = :id", values)


def _to_column(value: Json) -> Json:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def _where(place: Json) -> dict[str, float | None]:
    if place is None:
        return {"lat_deg": None, "lon_deg": None}
    point = place_from_json(place).point
    return {"lat_deg": point.lat_deg, "lon_deg": point.lon_deg}
