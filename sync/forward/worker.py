"""Sends what is approved and asks how it goes: write the intent, act, record.

A report is never sent twice blindly. Once `sending` is written, only a clear answer leads back to
the queue; a lost answer, a crash or an error nobody expected makes the report uncertain, and a
person decides. Before `sending` is written nothing has gone out, and a claim that ends is simply
taken again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sync.domain.words import Party
from sync.forward.connector import (
    CannotSend,
    CaseRef,
    Connector,
    ForwardError,
    NotSent,
    OutgoingReport,
    Unauthorized,
    Uncertain,
    UnknownCase,
)
from sync.forward.report_queue import Incomplete, Job, Reason, ReportQueue, SentCase
from sync.forward.schedule import PollSchedule, next_try

log = logging.getLogger(__name__)

POLL_BATCH = 20
CLAIM = timedelta(minutes=15)
"""Longer than a report with its photos may take (each call has its own time-out)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """One step at a time, without clock, thread or sleep. name: of this worker, in its claims."""

    queue: ReportQueue
    connectors: Mapping[Party, Connector]
    name: str
    polls: PollSchedule = field(default_factory=PollSchedule)
    claim_for: timedelta = CLAIM

    def step(self, now: Callable[[], datetime]) -> bool:
        """Sends one report, or asks about some; False when there was nothing to do."""
        self.queue.doubt_abandoned(now())
        job = self.queue.claim(self.name, now(), now() + self.claim_for)
        if job is not None:
            self._forward(job, now)
            return True
        cases = self.queue.due_polls(now(), POLL_BATCH)
        for case in cases:
            if not self._ask(case, now):
                break  # a report that waits goes before more questions to a silent service
        return bool(cases)

    def _forward(self, job: Job, now: Callable[[], datetime]) -> None:
        """Everything is fetched before `sending` is written: what fails until then is harmless."""
        connector = self.connectors.get(job.party)
        problem: tuple[Reason, str] | None = None
        report: OutgoingReport | None = None
        try:
            report = self.queue.outgoing(job)
        except Incomplete as error:
            problem = (Reason.INCOMPLETE, str(error))
        if connector is None:
            problem = (Reason.NO_CONNECTOR, job.party.value)
        if not self.queue.intend(job, now()):
            return
        if problem is not None:
            self.queue.needs_person(job, *problem, now())
        elif connector is not None and report is not None:
            self._send(job, connector, report, now)

    def _send(
        self, job: Job, connector: Connector, report: OutgoingReport, now: Callable[[], datetime]
    ) -> None:
        try:
            case_ref = connector.send(report)
        except NotSent as error:
            self._failed(job, Reason.UNREACHABLE, error, now())
        except Unauthorized as error:
            self._failed(job, Reason.UNAUTHORIZED, error, now())
        except CannotSend as error:
            self.queue.needs_person(job, Reason.NOT_ACCEPTED, str(error), now())
        except Uncertain as error:
            self.queue.uncertain(job, Reason.LOST_ANSWER, str(error), now())
        except Exception as error:
            log.exception("report %s: the connector broke", job.report_id)
            self.queue.uncertain(job, Reason.UNEXPECTED, type(error).__name__, now())
        else:
            self._sent(job, case_ref, now())

    def _sent(self, job: Job, case_ref: CaseRef, at: datetime) -> None:
        self.queue.sent(job, case_ref, at, self.polls.next_poll(at, at))
        log.info("report %s is case %s", job.report_id, case_ref)

    def _failed(self, job: Job, reason: Reason, error: ForwardError, at: datetime) -> None:
        self.queue.failed(job, reason, str(error), at, next_try(job.attempts, at))
        log.warning("report %s was not sent: %s", job.report_id, error)

    def _ask(self, case: SentCase, now: Callable[[], datetime]) -> bool:
        """True when the party answered."""
        at = now()
        later = self.polls.next_poll(case.sent_at, at)
        connector = self.connectors.get(case.party)
        if connector is None:
            self.queue.not_heard(case, Reason.NO_CONNECTOR.value, at, later)
            return True
        try:
            status = connector.status(case.case_ref)
        except UnknownCase as error:
            self.queue.not_heard(case, str(error), at, later)
        except ForwardError as error:
            self.queue.not_heard(case, str(error), at, later)
            return False
        except Exception as error:
            log.exception("case %s: the connector broke", case.case_ref)
            self.queue.not_heard(case, type(error).__name__, at, later)
            return False
        else:
            self.queue.heard(case, status, at, None if status.final else later)
        return True


class Worker:
    """Runs Forwarding in a thread until it is stopped.

    sole: no other worker serves this store, so claims of an earlier process are dead.
    """

    def __init__(
        self,
        forwarding: Forwarding,
        *,
        now: Callable[[], datetime],
        idle_s: float = 1.0,
        sole: bool = True,
    ) -> None:
        self._forwarding = forwarding
        self._now = now
        self._idle_s = idle_s
        self._sole = sole
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._thread is not None:
            raise RuntimeError("the worker is running already")
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="forwarding")
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    def stop(self, timeout_s: float | None = 30.0) -> None:
        """Returns when the report that is being sent has its answer recorded."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
            self._thread = None

    def _run(self) -> None:
        released = not self._sole
        while not self._stopping.is_set():
            did_something = False
            try:
                if not released:
                    self._forwarding.queue.release_claims(self._now())
                    released = True
                did_something = self._forwarding.step(self._now)
            except Exception:
                log.exception("a step of forwarding failed; trying again")
            if not did_something:
                self._woken.wait(self._idle_s)
                self._woken.clear()
