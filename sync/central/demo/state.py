"""Whether a store may be filled with the demo, and what it then holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Table, func, select

from sync.central.demo.phones import DEVICE_IDS
from sync.central.tables import (
    change_log,
    device,
    enrolment_code,
    observation,
    report,
    round_,
    stored_photo,
)
from sync.domain.status import ReportState


class DemoState(StrEnum):
    EMPTY = "empty"
    FILLED = "filled"
    INTERRUPTED = "interrupted"
    OTHER_DATA = "other_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSummary:
    """before: what the store was; only an EMPTY one has been filled. Counts are of now."""

    before: DemoState
    rounds: int
    defects: int
    photos: int
    reports: int
    sent: int

    @property
    def sentence(self) -> str:
        match self.before:
            case DemoState.EMPTY:
                return (
                    f"Filled the store with the demo: {self.rounds} rounds, {self.defects} "
                    f"defects, {self.reports} reports of which {self.sent} have a case number."
                )
            case DemoState.FILLED:
                return "The demo is in this store already; nothing was added."
            case DemoState.INTERRUPTED:
                return (
                    "Filling this store with the demo was interrupted; remove the data folder, "
                    "or choose another with RUNDAN_DATA, and start again."
                )
            case DemoState.OTHER_DATA:
                return (
                    "This store has data of its own, so the demo was left out; "
                    "choose another data folder with RUNDAN_DATA to see it."
                )


def demo_state(connection: Connection) -> DemoState:
    """The code that lets the demo's phones in is revoked when everything is there."""
    codes = connection.execute(
        select(enrolment_code.c.revoked_at)
        .join(device, device.c.enrolment_code_id == enrolment_code.c.id)
        .where(device.c.id.in_(DEVICE_IDS))
    ).scalars()
    revoked = list(codes)
    if revoked:
        return DemoState.FILLED if all(revoked) else DemoState.INTERRUPTED
    if connection.scalar(select(func.count()).select_from(change_log)):
        return DemoState.OTHER_DATA
    return DemoState.EMPTY


def summary_of(connection: Connection, before: DemoState) -> DemoSummary:
    def count(table: Table, *conditions: ColumnElement[bool]) -> int:
        statement = select(func.count()).select_from(table).where(*conditions)
        return connection.scalar(statement) or 0

    return DemoSummary(
        before=before,
        rounds=count(round_),
        defects=count(observation),
        photos=count(stored_photo),
        reports=count(report),
        sent=count(report, report.c.state == ReportState.SENT.value),
    )
