"""A row of the current tables as the changes that made it, and that nobody has written over.

The clocks of a row say which change wrote each field last: its stamp holds the time, the device and
the change's id, so the change is told without the log. What it said of fields that were written
over later is left out.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, RowMapping, cast, func

from sync.domain.change import Change, Json
from sync.domain.ids import AreaCode, EntityId
from sync.domain.merge import changes_behind
from sync.domain.words import EntityKind

_AS_JSON = frozenset({"place", "planned_route", "points", "answers"})
"""Fields whose column holds JSON text."""


def changes_of(kind: EntityKind, row: RowMapping) -> list[Change]:
    """In the order in which they were made. row: of the kind's current table."""
    clocks: dict[str, str] = json.loads(row["clocks"])
    values = {name: _value(name, row[name]) for name in clocks}
    return changes_behind(kind, EntityId(row["id"]), AreaCode(row["area"]), clocks, values)


def said_at(connection: Connection, table: Any, field: str) -> ColumnElement[str]:
    """The stamp of a field, in SQL; the order of stamps is that of being said."""
    if connection.dialect.name == "postgresql":
        return func.json_extract_path_text(cast(table.c.clocks, JSON), field)
    return func.json_extract(table.c.clocks, f"$.{field}")


def _value(name: str, column: Any) -> Json:
    value: Json = json.loads(column) if name in _AS_JSON and column is not None else column
    return value
