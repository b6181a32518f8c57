"""The changes that a row of this phone came from, made again out of the values that stand in it.

Each under the name and stamp it had, so that it is the same one if it should come twice. What has
been written over since is not in the row, and so not in its change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sync.domain.change import Change, Json
from sync.domain.fields import is_understood
from sync.domain.ids import AreaCode, EntityId
from sync.domain.merge import changes_behind
from sync.domain.words import EntityKind

WENT_BACK = "store_went_back"
"""Fact: the store knows less than it has given already; what it lost has not been looked for."""


def changes_of_row(kind: EntityKind, row: Mapping[str, Json], device: str | None) -> list[Change]:
    """Those that `device` has written and nobody has written over, oldest first."""
    clocks: dict[str, str] = json.loads(str(row["clocks"]))
    changes = changes_behind(
        kind,
        EntityId(str(row["id"])),
        AreaCode(str(row["area"])),
        clocks,
        {name: _value(kind, name, row[name]) for name in clocks},
    )
    return [change for change in changes if change.device_id == device]


def _value(kind: EntityKind, name: str, column: Json) -> Json:
    """What was written, out of what SQLite has of it: it has no yes and no, and lists as text."""
    if is_understood(kind, name, column):
        return column
    if isinstance(column, str):
        return _json_or_text(column)
    return bool(column)


def _json_or_text(column: str) -> Json:
    try:
        value: Json = json.loads(column)
    except ValueError:
        return column
    return value
