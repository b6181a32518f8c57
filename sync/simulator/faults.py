"""The faults that can be switched on, and how a form or JSON asks for one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MAX_DELAY_S = 120.0
DEFAULT_DELAY_S = 30.0
MAX_TIMES = 1000


class Call(StrEnum):
    UPLOAD = "upload"
    ARENDE = "arende"
    STATUS = "status"
    ALL = "all"


class FaultKind(StrEnum):
    LOSE_ANSWER = "lose_answer"
    """The request is carried out, then the connection is cut without an answer."""
    ERROR_500 = "error_500"
    """Nothing is carried out; the service's own error answer."""
    EMPTY_ID = "empty_id"
    """Nothing is carried out; 200 with an empty tempId, IssueId or IssueStatus."""
    SLOW = "slow"
    """The request is carried out, the answer comes after delay_s."""


class BadFault(ValueError):
    """What was asked for is not a fault; the text is for the person who asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """left: how many requests it still hits, None for always."""

    call: Call
    kind: FaultKind
    left: int | None = 1
    delay_s: float = DEFAULT_DELAY_S


def fault_from(fields: Mapping[str, str]) -> Fault:
    """From `kind`, `call`, `times` (a number, or "always") and `seconds` (for slow).

    Raises BadFault.
    """
    try:
        kind = FaultKind(fields.get("kind", ""))
    except ValueError:
        raise BadFault(f"kind måste vara något av: {', '.join(FaultKind)}.") from None
    try:
        call = Call(fields.get("call", "").strip() or Call.ALL)
    except ValueError:
        raise BadFault(f"call måste vara något av: {', '.join(Call)}.") from None
    return Fault(
        call=call,
        kind=kind,
        left=_times(fields.get("times", "").strip() or "1"),
        delay_s=_seconds(fields.get("seconds", "").strip() or str(DEFAULT_DELAY_S)),
    )


def _times(text: str) -> int | None:
    if text == "always":
        return None
    if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_TIMES:
        return int(text)
    raise BadFault(f'times måste vara ett tal 1-{MAX_TIMES} eller "always".')


def _seconds(text: str) -> float:
    try:
        seconds = float(text.replace(",", "."))
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= MAX_DELAY_S:
        raise BadFault(f"seconds måste vara ett tal 0-{MAX_DELAY_S:.0f}.")
    return seconds
