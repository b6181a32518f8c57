"""The changes that a row of this phone came from, made again out of the values that stand in it.

Each under the name and stamp it had, so that it is the same one if it should come twice. What has
been written over since is not in the row, and so not in its change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sync.domain.change import Change, Json
from sync.domain.clock import Hlc
from sync.domain.fields import is_understood
from sync.domain.ids import AreaCode, ChangeId, EntityId
from sync.domain.words import EntityKind

WENT_BACK = "store_went_back"
"""Fact: the store knows less than it has given already; what it lost has not been looked for."""


def changes_of_row(kind: EntityKind, row: Mapping[str, Json], device: str | None) -> list[Change]:
    """Those that `device` has written and nobody has written over, oldest first."""
    of_stamp: dict[str, dict[str, Json]] = {}
    for name, stamp in json.loads(str(row["clocks"])).items():
        of_stamp.setdefault(stamp, {})[name] = _value(kind, name, row[name])
    own = []
    for stamp, fields in sorted(of_stamp.items()):
        made_at, _, change_id = stamp.partition("/")
        hlc = Hlc.from_text(made_at)
        if hlc.device == device:
            change = Change(
                change_id=ChangeId(change_id),
                area=AreaCode(str(row["area"])),
                entity=kind,
                entity_id=EntityId(str(row["id"])),
                fields=fields,
                made_at=hlc,
                device_id=hlc.device,
            )
            own.append(change)
    return own


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
