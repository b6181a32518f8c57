"""The life of a defect and of a report, as tables."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What the coordinator has said of an observation."""

    RECEIVED = "received"
    APPROVED = "approved"
    REJECTED = "rejected"


MOVES: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.APPROVED, Status.REJECTED}),
    Status.REJECTED: frozenset({Status.RECEIVED, Status.APPROVED}),
    Status.APPROVED: frozenset({Status.RECEIVED}),
}
"""An approval can be taken back only while its report still waits (see central.review)."""


class ReportState(StrEnum):
    """Where a report is on its way to the responsible party."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    NEEDS_PERSON = "needs_person"
    WITHDRAWN = "withdrawn"


REPORT_MOVES: dict[ReportState, frozenset[ReportState]] = {
    ReportState.QUEUED: frozenset({ReportState.SENDING, ReportState.WITHDRAWN}),
    ReportState.SENDING: frozenset(
        {
            ReportState.SENT,
            ReportState.FAILED,
            ReportState.UNCERTAIN,
            ReportState.NEEDS_PERSON,
        }
    ),
    ReportState.FAILED: frozenset({ReportState.SENDING, ReportState.WITHDRAWN}),
    ReportState.UNCERTAIN: frozenset({ReportState.QUEUED, ReportState.SENT}),
    ReportState.NEEDS_PERSON: frozenset(
        {ReportState.QUEUED, ReportState.SENT, ReportState.WITHDRAWN}
    ),
    ReportState.WITHDRAWN: frozenset({ReportState.QUEUED}),
    ReportState.SENT: frozenset(),
}

CITY_WORDS = (
    "Ej Registrerat",
    "Registrerat",
    "Pågående",
    "Vidarebefordrat",
    "Åtgärdat",
    "Avslutat",
)
"""Malmö's own status words, exactly."""

FINAL_CITY_WORDS = frozenset({"Åtgärdat", "Avslutat"})


def may_move(before: Status, after: Status) -> bool:
    """True when the coordinator may turn `before` into `after`; staying is always allowed."""
    return before == after or after in MOVES[before]
