"""What the worker needs of the store: claims, intents and results, each durable when it returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sync.domain.ids import ReportId
from sync.domain.words import Party
from sync.forward.connector import CaseRef, CityStatus, OutgoingReport


class Reason(StrEnum):
    """Why a report is not sent; a code with a word per language, details are in the events."""

    UNREACHABLE = "unreachable"
    UNAUTHORIZED = "unauthorized"
    LOST_ANSWER = "lost_answer"
    INTERRUPTED = "interrupted"
    UNEXPECTED = "unexpected"
    NOT_ACCEPTED = "not_accepted"
    INCOMPLETE = "incomplete"
    NO_CONNECTOR = "no_connector"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A report that this worker has claimed. attempts counts this one too."""

    report_id: ReportId
    party: Party
    attempts: int
    claimed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCase:
    """A sent report whose status is to be asked for."""

    report_id: ReportId
    party: Party
    case_ref: CaseRef
    sent_at: datetime


class Incomplete(Exception):
    """What was approved cannot be put together (a photo's bytes are gone)."""


class ReportQueue(Protocol):
    def release_claims(self, now: datetime) -> None:
        """Ends every claim: for a store with one worker, when it starts."""

    def doubt_abandoned(self, now: datetime) -> int:
        """Reports found `sending` without a living claim become uncertain; how many."""

    def claim(self, worker: str, now: datetime, until: datetime) -> Job | None:
        """The oldest report that is due, urgent ones before others, for nobody else until then.

        The attempt is counted.
        """

    def intend(self, job: Job, now: datetime) -> bool:
        """Writes `sending`. False when the claim is no longer this worker's: do not send."""

    def outgoing(self, job: Job) -> OutgoingReport:
        """Raises Incomplete."""

    def sent(self, job: Job, case_ref: CaseRef, now: datetime, next_poll_at: datetime) -> None: ...

    def failed(
        self, job: Job, reason: Reason, detail: str, now: datetime, next_try_at: datetime
    ) -> None: ...

    def uncertain(self, job: Job, reason: Reason, detail: str, now: datetime) -> None: ...

    def needs_person(self, job: Job, reason: Reason, detail: str, now: datetime) -> None: ...

    def due_polls(self, now: datetime, limit: int) -> list[SentCase]:
        """Newest first."""

    def heard(
        self, case: SentCase, status: CityStatus, now: datetime, next_poll_at: datetime | None
    ) -> None:
        """None: the word is final, nothing more is asked."""

    def not_heard(
        self, case: SentCase, detail: str, now: datetime, next_poll_at: datetime
    ) -> None: ...
