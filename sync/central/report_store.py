"""The forwarding queue in the store's tables (implements sync.forward.report_queue.ReportQueue).

Every method is one transaction. What a report becomes is written through the ledger, so that it
reaches phones like any other change; claims and events are the worker's own notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Row, func, insert, or_, select, update

from sync.central.answers import Words, answer_lines
from sync.central.approved import read_approved
from sync.central.engine import reading
from sync.central.ledger import Ledger
from sync.central.swedish import swedish
from sync.central.tables import forward_event, forward_job, observation, report
from sync.domain.change import Json
from sync.domain.fields import MAX_REASON
from sync.domain.ids import AreaCode, EntityId, ReportId, Sha256
from sync.domain.instants import from_text, to_text
from sync.domain.status import REPORT_MOVES, ReportState
from sync.domain.words import Category, EntityKind, Party, Writer
from sync.forward.connector import CaseRef, CityStatus, OutgoingPhoto, OutgoingReport
from sync.forward.malmo_text import report_text
from sync.forward.report_queue import Incomplete, Job, Reason, SentCase

WAITING = (ReportState.QUEUED.value, ReportState.FAILED.value)


class PhotoBytes(Protocol):
    def get(self, sha256: Sha256) -> bytes:
        """Raises FileNotFoundError when the store does not have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStore:
    """category_names and words: in the language of the party.

    sender_name and sender_email: of the organisation, no person.
    """

    engine: Engine
    ledger: Ledger
    photos: PhotoBytes
    category_names: Mapping[Category, str]
    sender_name: str
    sender_email: str | None = None
    words: Words = swedish

    def release_claims(self, now: datetime) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                update(forward_job)
                .where(forward_job.c.claimed_by.is_not(None))
                .values(claim_expires_at=to_text(now))
            )

    def doubt_abandoned(self, now: datetime) -> int:
        statement = (
            select(report.c.id)
            .join(forward_job, forward_job.c.report_id == report.c.id)
            .where(
                report.c.state == ReportState.SENDING.value,
                or_(
                    forward_job.c.claim_expires_at.is_(None),
                    forward_job.c.claim_expires_at <= to_text(now),
                ),
            )
        )
        with reading(self.engine) as connection:
            if connection.execute(statement.limit(1)).first() is None:
                return 0
        with self.engine.begin() as connection:
            locked = statement.with_for_update(of=forward_job, skip_locked=True)
            found = list(connection.scalars(locked))
            for report_id in found:
                self._finish(
                    connection,
                    report_id,
                    ReportState.UNCERTAIN,
                    {"reason": Reason.INTERRUPTED.value},
                    detail=Reason.INTERRUPTED.value,
                    now=now,
                )
        return len(found)

    def claim(self, worker: str, now: datetime, until: datetime) -> Job | None:
        at = to_text(now)
        due = (
            select(report.c.id, report.c.party, forward_job.c.attempts)
            .join(forward_job, forward_job.c.report_id == report.c.id)
            .outerjoin(observation, observation.c.id == report.c.observation_id)
            .where(
                report.c.state.in_(WAITING),
                forward_job.c.next_try_at <= at,
                or_(forward_job.c.claimed_by.is_(None), forward_job.c.claim_expires_at <= at),
            )
            .order_by(
                func.coalesce(observation.c.is_urgent, 0).desc(),
                forward_job.c.next_try_at,
                report.c.id,
            )
            .limit(1)
        )
        with reading(self.engine) as connection:
            if connection.execute(due).first() is None:
                return None
        with self.engine.begin() as connection:
            row = connection.execute(due.with_for_update(of=forward_job, skip_locked=True)).first()
            if row is None:
                return None
            connection.execute(
                update(forward_job)
                .where(forward_job.c.report_id == row.id)
                .values(
                    attempts=row.attempts + 1,
                    claimed_by=worker,
                    claim_expires_at=to_text(until),
                )
            )
            return Job(
                report_id=ReportId(EntityId(row.id)),
                party=Party(row.party),
                attempts=row.attempts + 1,
                claimed_by=worker,
            )

    def intend(self, job: Job, now: datetime) -> bool:
        with self.engine.begin() as connection:
            row = connection.execute(
                select(forward_job)
                .where(forward_job.c.report_id == job.report_id)
                .with_for_update()
            ).one_or_none()
            if not _holds(connection, job) or row is None or row.claim_expires_at <= to_text(now):
                return False
            if _report(connection, job.report_id).state not in WAITING:
                return False
            self._event(connection, job.report_id, "intent", f"{job.attempts}", now)
            self._record(connection, job.report_id, {"state": ReportState.SENDING.value})
            return True

    def outgoing(self, job: Job) -> OutgoingReport:
        with reading(self.engine) as connection:
            row = _report(connection, job.report_id)
            approved = read_approved(connection, job.report_id)
        if approved is None or approved.noted_at is None or row.reference is None:
            raise Incomplete("nothing is written down about what was approved")
        try:
            photos = tuple(
                OutgoingPhoto(name=f"{row.reference}-{number}.jpg", jpeg=self.photos.get(sha256))
                for number, sha256 in enumerate(approved.photos, start=1)
            )
        except FileNotFoundError as error:
            raise Incomplete("a photo is not in the store") from error
        return OutgoingReport(
            report_id=job.report_id,
            reference=row.reference,
            text=report_text(
                category=self.category_names[approved.category],
                reference=row.reference,
                noted_at=from_text(approved.noted_at),
                free_text=approved.text,
                place=approved.point,
                place_words=approved.address,
                answers=answer_lines(
                    approved.category,
                    approved.answers,
                    self.words,
                    yes=self.words("office.answer.yes"),
                    no=self.words("office.answer.no"),
                ),
                is_urgent=approved.is_urgent,
            ),
            place=approved.point,
            photos=photos,
            sender_name=self.sender_name,
            contact_email=self.sender_email,
        )

    def sent(self, job: Job, case_ref: CaseRef, now: datetime, next_poll_at: datetime) -> None:
        fields: dict[str, Json] = {
            "case_ref": case_ref,
            "sent_at": to_text(now),
            "reason": None,
        }
        with self.engine.begin() as connection:
            self._finish(
                connection, job.report_id, ReportState.SENT, fields, detail=case_ref, now=now
            )
            _set_poll(connection, job.report_id, next_poll_at)

    def failed(
        self, job: Job, reason: Reason, detail: str, now: datetime, next_try_at: datetime
    ) -> None:
        with self.engine.begin() as connection:
            if self._stop(connection, job, ReportState.FAILED, reason, detail, now):
                connection.execute(
                    update(forward_job)
                    .where(forward_job.c.report_id == job.report_id)
                    .values(next_try_at=to_text(next_try_at))
                )

    def uncertain(self, job: Job, reason: Reason, detail: str, now: datetime) -> None:
        with self.engine.begin() as connection:
            self._stop(connection, job, ReportState.UNCERTAIN, reason, detail, now)

    def needs_person(self, job: Job, reason: Reason, detail: str, now: datetime) -> None:
        with self.engine.begin() as connection:
            self._stop(connection, job, ReportState.NEEDS_PERSON, reason, detail, now)

    def due_polls(self, now: datetime, limit: int) -> list[SentCase]:
        with reading(self.engine) as connection:
            rows = connection.execute(
                select(report.c.id, report.c.party, report.c.case_ref, report.c.sent_at)
                .join(forward_job, forward_job.c.report_id == report.c.id)
                .where(
                    report.c.state == ReportState.SENT.value,
                    report.c.case_ref.is_not(None),
                    report.c.sent_at.is_not(None),
                    forward_job.c.next_poll_at <= to_text(now),
                )
                .order_by(report.c.sent_at.desc(), report.c.id.desc())
                .limit(limit)
            ).all()
        return [
            SentCase(
                report_id=ReportId(EntityId(row.id)),
                party=Party(row.party),
                case_ref=CaseRef(row.case_ref),
                sent_at=from_text(row.sent_at),
            )
            for row in rows
        ]

    def heard(
        self, case: SentCase, status: CityStatus, now: datetime, next_poll_at: datetime | None
    ) -> None:
        """An unknown word is logged and flagged; the last known one stays on show."""
        with self.engine.begin() as connection:
            row = _report(connection, case.report_id)
            if status.known:
                fields: dict[str, Json] = {"city_status": status.word, "city_status_known": 1}
            else:
                fields = {"city_status_known": 0}
            if _last_event(connection, case.report_id, "status") != status.word:
                self._event(connection, case.report_id, "status", status.word, now)
            news = {name: value for name, value in fields.items() if getattr(row, name) != value}
            if news:
                self._record(connection, case.report_id, {**news, "city_status_at": to_text(now)})
            _set_poll(connection, case.report_id, next_poll_at)

    def not_heard(self, case: SentCase, detail: str, now: datetime, next_poll_at: datetime) -> None:
        """Written once per kind of silence, not at every turn."""
        with self.engine.begin() as connection:
            if _last_event(connection, case.report_id, "no_status") != detail[:MAX_REASON]:
                self._event(connection, case.report_id, "no_status", detail, now)
            _set_poll(connection, case.report_id, next_poll_at)

    def _stop(
        self,
        connection: Connection,
        job: Job,
        state: ReportState,
        reason: Reason,
        detail: str,
        now: datetime,
    ) -> bool:
        """False, and only a note, when the claim has ended: someone else has decided since."""
        told = f"{reason.value}: {detail}"
        if not _holds(connection, job):
            self._event(connection, job.report_id, f"late_{state.value}", told, now)
            return False
        self._finish(
            connection, job.report_id, state, {"reason": reason.value}, detail=told, now=now
        )
        return True

    def _finish(
        self,
        connection: Connection,
        report_id: str,
        state: ReportState,
        fields: Mapping[str, Json],
        *,
        detail: str,
        now: datetime,
    ) -> None:
        """Records the end of an attempt, and lets the claim go.

        A case number may come after the claim ended and the report was put in doubt. It is a fact
        and is kept whatever has been decided since, unless there is one already.
        """
        self._event(connection, report_id, state.value, detail, now)
        before = ReportState(_report(connection, report_id).state)
        if state is ReportState.SENT and before in (ReportState.QUEUED, ReportState.FAILED):
            self._record(connection, report_id, {"state": ReportState.SENDING.value})
            before = ReportState.SENDING
        if state in REPORT_MOVES[before]:
            self._record(connection, report_id, {"state": state.value, **fields})
            connection.execute(
                update(forward_job)
                .where(forward_job.c.report_id == report_id)
                .values(claimed_by=None, claim_expires_at=None)
            )

    def _event(
        self, connection: Connection, report_id: str, what: str, detail: str, now: datetime
    ) -> None:
        connection.execute(
            insert(forward_event).values(
                report_id=report_id, at=to_text(now), what=what, detail=detail[:MAX_REASON]
            )
        )

    def _record(self, connection: Connection, report_id: str, fields: Mapping[str, Json]) -> None:
        self.ledger.record(
            connection,
            area=AreaCode(_report(connection, report_id).area),
            entity=EntityKind.REPORT,
            entity_id=EntityId(report_id),
            fields=fields,
            writer=Writer.STORE,
            received_from="store",
        )


def _report(connection: Connection, report_id: str) -> Row[Any]:
    return connection.execute(select(report).where(report.c.id == report_id)).one()


def _holds(connection: Connection, job: Job) -> bool:
    row = connection.execute(
        select(forward_job.c.claimed_by, forward_job.c.attempts).where(
            forward_job.c.report_id == job.report_id
        )
    ).one_or_none()
    return row is not None and (row.claimed_by, row.attempts) == (job.claimed_by, job.attempts)


def _last_event(connection: Connection, report_id: str, what: str) -> str | None:
    return connection.scalar(
        select(forward_event.c.detail)
        .where(forward_event.c.report_id == report_id, forward_event.c.what == what)
        .order_by(forward_event.c.seq.desc())
        .limit(1)
    )


def _set_poll(connection: Connection, report_id: str, at: datetime | None) -> None:
    connection.execute(
        update(forward_job)
        .where(forward_job.c.report_id == report_id)
        .values(next_poll_at=None if at is None else to_text(at))
    )
