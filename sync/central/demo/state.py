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
from sync.domain.words import ObservationKind


class DemoState(StrEnum):
    EMPTY = "empty"
    FILLED = "filled"
    INTERRUPTED = "interrupted"
    OTHER_DATA = "other_data"
    REAL_CITY = "real_city"
    """Not the store but what it forwards to: no simulator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSummary:
    """before: what the store was; only an EMPTY one has been filled. Counts are of now.

    sentence: for the person in front of the terminal.
    """

    before: DemoState
    rounds: int
    planned: int
    defects: int
    photos: int
    reports: int
    sent: int

    @property
    def sentence(self) -> str:
        match self.before:
            case DemoState.EMPTY:
                return (
                    f"Exempel är inlagda: {self.rounds} rundor, {self.defects} brister och "
                    f"{self.reports} felanmälningar, varav {self.sent} har ett ärendenummer, och "
                    f"{self.planned} planerade rundor."
                )
            case DemoState.FILLED:
                return "Exemplen finns redan här; inget är tillagt."
            case DemoState.INTERRUPTED:
                return (
                    "Exemplen blev bara delvis inlagda förra gången: ta bort datamappen, "
                    "eller välj en annan med RUNDAN_DATA, och starta igen."
                )
            case DemoState.OTHER_DATA:
                return (
                    "Här finns redan egna uppgifter, så exemplen lades inte in: "
                    "välj en annan mapp med RUNDAN_DATA för att se dem."
                )
            case DemoState.REAL_CITY:
                return (
                    "Exemplen läggs bara in när simulatorn tar emot, så att inget påhittat når "
                    "staden: ta bort RUNDAN_MALMO_URL för att se dem."
                )


def is_demo(connection: Connection) -> bool:
    """True for a store with demo data, whole or in part: what it holds must reach no city."""
    return demo_state(connection) in (DemoState.FILLED, DemoState.INTERRUPTED)


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
        rounds=count(round_, round_.c.started_at.is_not(None)),
        planned=count(round_, round_.c.started_at.is_(None)),
        defects=count(observation, observation.c.kind == ObservationKind.DEFECT.value),
        photos=count(stored_photo),
        reports=count(report),
        sent=count(report, report.c.state == ReportState.SENT.value),
    )
