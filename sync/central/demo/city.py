"""The city of the demo: the simulator, asked by the real connector, its words set by hand.

A word that is set stays until somebody steps the case on, so the demo's cases stand still while
new ones advance.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import select

from sync.central.demo.in_process import ADDRESS, InProcess
from sync.central.engine import reading
from sync.central.report_store import ReportStore
from sync.central.tables import report
from sync.domain.ids import ReportId
from sync.domain.instants import from_text
from sync.domain.words import Party
from sync.forward.connector import CaseRef
from sync.forward.malmo import MalmoConnector, MalmoSettings
from sync.forward.report_queue import SentCase
from sync.forward.schedule import PollSchedule
from sync.simulator.contract import contract_router
from sync.simulator.desk import Desk
from sync.simulator.faults import Call, Fault, FaultKind
from sync.simulator.settings import SimulatorSettings
from sync.simulator.store import SimulatorStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCity:
    """until: when the demo's time ends; no case is to be asked about by itself before that."""

    connector: MalmoConnector
    desk: Desk
    queue: ReportStore
    polls: PollSchedule
    until: datetime

    def will_fail(self, kind: FaultKind) -> None:
        """What happens to the next case that is sent."""
        self.desk.store.set_fault(Fault(call=Call.ARENDE, kind=kind))

    def says(self, report_id: ReportId, word: str) -> None:
        """The simulator is given the word, then asked for it."""
        case = self._sent_case(report_id)
        received = self.desk.store.case(int(case.case_ref))
        if received is None:
            raise LookupError(f"the simulator has lost case {case.case_ref}")
        self.desk.set_word(received, word)
        self._ask(case)

    def asks(self, report_id: ReportId) -> None:
        self._ask(self._sent_case(report_id))

    def _ask(self, case: SentCase) -> None:
        """As the worker asks."""
        now = self.desk.now()
        status = self.connector.status(case.case_ref)
        later = max(self.until, self.polls.next_poll(case.sent_at, now))
        self.queue.heard(case, status, now, None if status.final else later)

    def _sent_case(self, report_id: ReportId) -> SentCase:
        with reading(self.queue.engine) as connection:
            row = connection.execute(select(report).where(report.c.id == report_id)).one()
        return SentCase(
            report_id=report_id,
            party=Party(row.party),
            case_ref=CaseRef(row.case_ref),
            sent_at=from_text(row.sent_at),
        )


class HastyStore(SimulatorStore):
    """Does not wait for the disk: a demo that a power cut stops half-way is begun anew anyway."""

    def _connect(self) -> sqlite3.Connection:
        db = super()._connect()
        db.execute("PRAGMA synchronous = OFF")
        return db


def open_city(
    folder: Path,
    queue: ReportStore,
    runner: asyncio.Runner,
    now: Callable[[], datetime],
    until: datetime,
) -> DemoCity:
    """folder: where the simulator that will run later keeps its cases."""
    settings = SimulatorSettings(advance_s=0.0)
    desk = Desk(store=HastyStore(folder), settings=settings, clock=now)
    application = FastAPI(openapi_url=None)
    application.include_router(contract_router(desk))
    return DemoCity(
        connector=MalmoConnector(
            MalmoSettings(base_url=ADDRESS), InProcess(application, runner).session
        ),
        desk=desk,
        queue=queue,
        polls=PollSchedule(),
        until=until,
    )
