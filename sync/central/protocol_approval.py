"""The coordinator approves the protocol of a round that has ended, and can take that back.

Either is a change like any other of the office, which the phones get at their next sync. While it
is approved, what stands in it is closed (sync.central.frozen).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from sync.central.accounts import Account
from sync.central.ledger import Ledger
from sync.central.review import ReviewRefused, decidable
from sync.central.tables import round_ as rounds
from sync.domain.ids import AreaCode, EntityId
from sync.domain.instants import to_text
from sync.domain.words import EntityKind, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolApproval:
    """Raises ReviewRefused for what cannot be decided."""

    ledger: Ledger

    def approve(
        self, connection: Connection, round_id: str, account: Account, now: datetime
    ) -> None:
        """Of two approvals the first stands."""
        row = _round(connection, round_id, account)
        if row.ended_at is None:
            raise ReviewRefused("round_not_ended")
        if row.protocol_approved_at is None:
            self._record(connection, row, account, to_text(now))

    def take_back(self, connection: Connection, round_id: str, account: Account) -> None:
        row = _round(connection, round_id, account)
        if row.protocol_approved_at is not None:
            self._record(connection, row, account, None)

    def _record(
        self, connection: Connection, row: Row[Any], account: Account, approved_at: str | None
    ) -> None:
        self.ledger.record(
            connection,
            area=AreaCode(row.area),
            entity=EntityKind.ROUND,
            entity_id=EntityId(row.id),
            fields={"protocol_approved_at": approved_at},
            writer=Writer.OFFICE,
            received_from=account.id,
        )


def _round(connection: Connection, round_id: str, account: Account) -> Row[Any]:
    row = connection.execute(
        select(rounds)
        .where(rounds.c.id == round_id, rounds.c.deleted_at.is_(None))
        .with_for_update()
    ).one_or_none()
    return decidable(connection, account, row)
