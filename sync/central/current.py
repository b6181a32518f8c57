"""The current tables: what the change log adds up to, merged a batch at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, insert, select, update

from sync.central.ready import Ready, plain_of, values_of
from sync.central.tables import CURRENT
from sync.central.tables import round_ as rounds
from sync.domain.change import Change
from sync.domain.fields import FIELDS, place_numbers
from sync.domain.ids import AreaCode, EntityId
from sync.domain.merge import winning_fields
from sync.domain.status import Status
from sync.domain.words import EntityKind

Key = tuple[EntityKind, EntityId]


def _with_ids(table: Table, dialect: str) -> Select[Any]:
    return select(table).where(table.c.id.in_(values_of("ids", dialect)))


_COLUMNS = {EntityKind(name): tuple(table.c.keys()) for name, table in CURRENT.items()}
_ROWS = {EntityKind(name): Ready(partial(_with_ids, table)) for name, table in CURRENT.items()}
_INSERT = {
    kind: Ready(insert(CURRENT[kind.value]), CURRENT[kind.value].columns.keys()) for kind in _ROWS
}
_UPDATE = {
    kind: Ready(
        update(CURRENT[kind.value]).where(CURRENT[kind.value].c.id == bindparam("key")),
        CURRENT[kind.value].columns.keys(),
    )
    for kind in _ROWS
}
_APPROVED_ROUNDS = select(rounds.c.id).where(
    rounds.c.id.in_(bindparam("ids", expanding=True)), rounds.c.protocol_approved_at.is_not(None)
)
_NUMBERS = ("lat_deg", "lon_deg", "accuracy_m")
_IN_PROTOCOL = (EntityKind.STOP, EntityKind.ROUTE)
_EMPTY: Mapping[EntityKind, Mapping[str, Any]] = {
    EntityKind(name): {column.name: None for column in table.c if column.name != "clocks"}
    for name, table in CURRENT.items()
}


@dataclass(slots=True, kw_only=True)
class _Row:
    """columns: all of the table's but clocks."""

    columns: dict[str, Any]
    clocks: dict[str, str]
    is_new: bool
    is_changed: bool


class CurrentRows:
    """The rows that a batch of changes touches: read once, merged in memory, written once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[Key, _Row] = {}
        self._approved_rounds: frozenset[str] = frozenset()

    def load(self, keys: Iterable[Key]) -> None:
        ids_by_kind: dict[EntityKind, set[EntityId]] = {}
        for kind, entity_id in keys:
            ids_by_kind.setdefault(kind, set()).add(entity_id)
        plain = plain_of(self._connection)
        for kind, ids in ids_by_kind.items():
            for row in plain.all(_ROWS[kind], {"ids": json.dumps(list(ids))}):
                columns = dict(zip(_COLUMNS[kind], row, strict=True))
                clocks = json.loads(columns.pop("clocks"))
                self._rows[kind, EntityId(columns["id"])] = _Row(
                    columns=columns, clocks=clocks, is_new=False, is_changed=False
                )
        owners = {r.columns["round_id"] for (k, _), r in self._rows.items() if k in _IN_PROTOCOL}
        if owners:
            found = self._connection.scalars(_APPROVED_ROUNDS, {"ids": list(owners)})
            self._approved_rounds = frozenset(found)

    def area_of(self, kind: EntityKind, entity_id: EntityId) -> AreaCode | None:
        """The area a known thing belongs to; None for a thing not seen before."""
        row = self._rows.get((kind, entity_id))
        return None if row is None else AreaCode(row.columns["area"])

    def clocks_of(self, kind: EntityKind, entity_id: EntityId) -> dict[str, str]:
        """The stamp of the latest write per field; empty for a thing not seen before."""
        row = self._rows.get((kind, entity_id))
        return {} if row is None else row.clocks

    def known_ids(self) -> list[EntityId]:
        """Of the loaded things that were in the tables already."""
        return [entity_id for (_, entity_id), row in self._rows.items() if not row.is_new]

    def is_approved(self, kind: EntityKind, entity_id: EntityId) -> bool:
        """The coordinator has approved this observation, or the protocol of this round, or the one
        that this stop or route stood in already."""
        row = self._rows.get((kind, entity_id))
        if row is None:
            return False
        if kind in _IN_PROTOCOL:
            return not row.is_new and row.columns["round_id"] in self._approved_rounds
        is_approved = row.columns.get("status") == Status.APPROVED.value
        return is_approved or row.columns.get("protocol_approved_at") is not None

    def merge(self, change: Change) -> None:
        """Fields that this release does not know stay in the log and have no clock here."""
        known = FIELDS[change.entity]
        shown = change
        if not change.fields.keys() <= known.keys():
            shown = replace(change, fields={k: v for k, v in change.fields.items() if k in known})
        row = self._row_of(change)
        winners = winning_fields(row.clocks, shown)
        if not winners:
            return
        row.clocks.update(dict.fromkeys(winners, shown.stamp))
        row.is_changed = True
        for name, value in winners.items():
            row.columns[name] = _json_text(value) if isinstance(value, dict | list) else value
        if "place" in winners:
            # beside the place itself, for looking up what is near
            row.columns.update(zip(_NUMBERS, place_numbers(winners["place"]), strict=True))

    def save(self) -> None:
        plain = plain_of(self._connection)
        for kind in _ROWS:
            rows = [row for (of_kind, _), row in self._rows.items() if of_kind is kind]
            plain.many(_INSERT[kind], [_values(row) for row in rows if row.is_new])
            changed = [_values(row) for row in rows if row.is_changed and not row.is_new]
            plain.many(_UPDATE[kind], [{**values, "key": values["id"]} for values in changed])

    def _row_of(self, change: Change) -> _Row:
        key = (change.entity, change.entity_id)
        if key not in self._rows:
            columns = {**_EMPTY[change.entity], "id": change.entity_id, "area": change.area}
            self._rows[key] = _Row(columns=columns, clocks={}, is_new=True, is_changed=True)
        return self._rows[key]


def _values(row: _Row) -> dict[str, Any]:
    return {**row.columns, "clocks": _json_text(row.clocks)}


_json_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
