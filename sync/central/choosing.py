"""The coordinator's choice between what people wrote without knowing of each other.

A choice is a change like any other, which has seen all that was shown. It goes to the phones with
the next sync, and a second choice can undo it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from sync.central.accounts import Account
from sync.central.conflicts import change_id_of
from sync.central.frozen import frozen_fields
from sync.central.ledger import Ledger
from sync.central.review import ReviewRefused, decidable
from sync.central.tables import CURRENT, change_log, field_conflict
from sync.domain.change import Json
from sync.domain.conflicts import DELETED, PICTURE
from sync.domain.ids import AreaCode, EntityId
from sync.domain.words import EntityKind, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    ledger: Ledger

    def choose(
        self,
        connection: Connection,
        account: Account,
        *,
        entity: EntityKind,
        entity_id: str,
        field: str,
        stamp: str,
        seen: Collection[str],
    ) -> None:
        """Writes the value of the change with `stamp`, one of those `seen` on the screen.

        Raises ReviewRefused; `changed_meanwhile` when that is no longer all there is.
        """
        table = CURRENT[entity.value]
        found = connection.execute(
            select(table).where(table.c.id == entity_id).with_for_update()
        ).one_or_none()
        row = decidable(connection, account, found)
        if field in frozen_fields(connection, entity, entity_id):
            raise ReviewRefused("already_approved")
        clocks: dict[str, str] = json.loads(row.clocks)
        self._check_unchanged(connection, entity, entity_id, field, clocks, seen)
        chosen = _fields(connection, entity, entity_id, stamp) if stamp in seen else None
        if chosen is None:
            raise ReviewRefused("not_found")
        fields: dict[str, Json] = {field: chosen.get(field)}
        if field in PICTURE:
            fields = {name: chosen[name] for name in PICTURE if name in chosen}
        everything = {*seen, *clocks.values()} if field == DELETED else {*seen}
        bases = {name: tuple(sorted(everything)) for name in fields}
        self.ledger.record(
            connection,
            area=AreaCode(row.area),
            entity=entity,
            entity_id=EntityId(entity_id),
            fields=fields,
            writer=Writer.STORE,
            received_from=account.id,
            seen=bases,
        )

    def _check_unchanged(
        self,
        connection: Connection,
        entity: EntityKind,
        entity_id: str,
        field: str,
        clocks: dict[str, str],
        seen: Collection[str],
    ) -> None:
        waiting = set(
            connection.scalars(
                select(field_conflict.c.stamp).where(
                    field_conflict.c.entity == entity.value,
                    field_conflict.c.entity_id == entity_id,
                    field_conflict.c.field == field,
                )
            )
        )
        is_the_same = waiting == set(seen) if waiting else clocks.get(field) in seen
        if not is_the_same:
            raise ReviewRefused("changed_meanwhile")


def _fields(
    connection: Connection, entity: EntityKind, entity_id: str, stamp: str
) -> dict[str, Json] | None:
    found = connection.scalar(
        select(change_log.c.fields).where(
            change_log.c.change_id == change_id_of(stamp),
            change_log.c.entity == entity.value,
            change_log.c.entity_id == entity_id,
        )
    )
    return None if found is None else json.loads(found)
