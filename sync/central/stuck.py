"""Reports that do not go by themselves: a person looks at the evidence and decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from sync.central.accounts import Account
from sync.central.ledger import Ledger
from sync.central.review import ReviewRefused, decidable
from sync.central.tables import forward_event, forward_job, report
from sync.domain.change import Json
from sync.domain.ids import AreaCode, EntityId
from sync.domain.instants import to_text
from sync.domain.status import REPORT_MOVES, ReportState
from sync.domain.words import EntityKind, Writer

MAX_CASE_REF = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckReports:
    """Raises ReviewRefused like sync.central.review, in the caller's transaction."""

    ledger: Ledger

    def arrived(
        self, connection: Connection, report_id: str, case_ref: str, account: Account, now: datetime
    ) -> None:
        """The case is there: its number was found. From now on its status is asked for."""
        number = case_ref.strip()
        if not number or len(number) > MAX_CASE_REF:
            raise ReviewRefused("case_ref_needed")
        row = self._allowed(connection, report_id, account, ReportState.SENT)
        at = to_text(now)
        fields: dict[str, Json] = {"case_ref": number, "sent_at": at, "reason": None}
        self._decide(connection, row, account, ReportState.SENT, fields, now)
        _renew_job(connection, report_id, next_try_at=at, next_poll_at=at)

    def send_again(
        self, connection: Connection, report_id: str, account: Account, now: datetime
    ) -> None:
        """Nothing arrived: back in the queue, at once."""
        row = self._allowed(connection, report_id, account, ReportState.QUEUED)
        self._decide(connection, row, account, ReportState.QUEUED, {"reason": None}, now)
        _renew_job(connection, report_id, next_try_at=to_text(now), next_poll_at=None)

    def _allowed(
        self, connection: Connection, report_id: str, account: Account, after: ReportState
    ) -> Row[Any]:
        found = connection.execute(
            select(report).where(report.c.id == report_id).with_for_update()
        ).one_or_none()
        row = decidable(connection, account, found)
        before = ReportState(row.state)
        doubtful = before in (ReportState.UNCERTAIN, ReportState.NEEDS_PERSON)
        if not doubtful or after not in REPORT_MOVES[before]:
            raise ReviewRefused("not_now")
        return row

    def _decide(
        self,
        connection: Connection,
        row: Row[Any],
        account: Account,
        state: ReportState,
        fields: Mapping[str, Json],
        now: datetime,
    ) -> None:
        connection.execute(
            insert(forward_event).values(
                report_id=row.id, at=to_text(now), what="person", detail=state.value
            )
        )
        self.ledger.record(
            connection,
            area=AreaCode(row.area),
            entity=EntityKind.REPORT,
            entity_id=EntityId(row.id),
            fields={"state": state.value, **fields},
            writer=Writer.STORE,
            received_from=account.id,
        )


def _renew_job(
    connection: Connection, report_id: str, *, next_try_at: str, next_poll_at: str | None
) -> None:
    connection.execute(delete(forward_job).where(forward_job.c.report_id == report_id))
    connection.execute(
        insert(forward_job).values(
            report_id=report_id, next_try_at=next_try_at, attempts=0, next_poll_at=next_poll_at
        )
    )
