"""Keeping `field_conflict` true: what the log of a thing says, written beside each change.

Most changes only replace what their writer saw, and cost one look. Any other has the conflicts of
its thing worked out anew from the whole log of that thing, so they are the same whatever came
first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select

from sync.central.current import CurrentRows, Key
from sync.central.tables import change_log, field_conflict
from sync.domain.change import Change
from sync.domain.clock import Hlc
from sync.domain.conflicts import Write, contradictions, only_replaces, write_of
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId
from sync.domain.words import EntityKind
from sync.wire import bases_from_json


class ConflictKeeper:
    """For one batch: `notice` every change before it is merged, `settle` when all are written."""

    def __init__(self, connection: Connection, rows: CurrentRows, store_device: DeviceId) -> None:
        self._connection, self._rows, self._store_device = connection, rows, store_device
        self._in_conflict = self._already(rows.known_ids())
        self._unsettled: dict[Key, AreaCode] = {}

    def notice(self, change: Change) -> None:
        key = (change.entity, change.entity_id)
        if change.entity is EntityKind.REPORT or key in self._unsettled:
            return
        clocks = self._rows.clocks_of(*key)
        write = write_of(change, self._store_device)
        if change.entity_id in self._in_conflict or not only_replaces(clocks, write):
            self.reconsider(change)

    def reconsider(self, change: Change) -> None:
        """More has become known of a change that is in the log."""
        self._unsettled[change.entity, change.entity_id] = change.area

    def settle(self) -> None:
        for (kind, entity_id), area in self._unsettled.items():
            self._settle(kind, entity_id, area)
        self._unsettled.clear()

    def _settle(self, kind: EntityKind, entity_id: EntityId, area: AreaCode) -> None:
        writes = writes_of(self._connection, kind, entity_id, self._store_device)
        now = [
            {
                "entity": kind.value,
                "entity_id": entity_id,
                "field": name,
                "stamp": write.stamp,
                "area": area,
                "change_id": change_id_of(write.stamp),
            }
            for name, among in contradictions(kind, writes).items()
            for write in among
        ]
        if entity_id in self._in_conflict:
            ours = (field_conflict.c.entity == kind.value) & (
                field_conflict.c.entity_id == entity_id
            )
            self._connection.execute(delete(field_conflict).where(ours))
        if now:
            self._connection.execute(insert(field_conflict), now)
            self._in_conflict.add(entity_id)

    def _already(self, ids: Sequence[EntityId]) -> set[EntityId]:
        if not ids:
            return set()
        query = select(field_conflict.c.entity_id).where(field_conflict.c.entity_id.in_(ids))
        return {EntityId(one) for one in self._connection.scalars(query.distinct())}


def writes_of(
    connection: Connection, kind: EntityKind, entity_id: str, store_device: DeviceId
) -> list[Write]:
    """All that was ever written of a thing, in the order in which the store got it."""
    query = (
        select(change_log)
        .where(change_log.c.entity_id == entity_id, change_log.c.entity == kind.value)
        .order_by(change_log.c.seq)
    )
    return [_write(row, store_device) for row in connection.execute(query).mappings()]


def change_id_of(stamp: str) -> ChangeId:
    return ChangeId(stamp.partition("/")[2])


def read_bases(text: str | None) -> Any:
    """As in the log."""
    return None if text is None else bases_from_json(json.loads(text))


def _write(row: RowMapping, store_device: DeviceId) -> Write:
    device = Hlc.from_text(row["made_at"]).device
    return Write(
        stamp=f"{row['made_at']}/{row['change_id']}",
        phone=None if device == store_device else device,
        fields=json.loads(row["fields"]),
        bases=read_bases(row["bases"]),
    )
