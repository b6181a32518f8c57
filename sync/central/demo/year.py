"""The rounds of a calendar like assets/demo/kirseberg-2025.json, as moments in UTC.

Two kinds of entries are left out: those marked as planned, of which the calendar does not say
that they took place, and rounds of a weekly rule that would fall on Midsummer's Eve, when nobody
works. A date written by hand is kept whatever day it is: somebody was there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sync.domain.words import RoundKind

LOCAL = ZoneInfo("Europe/Stockholm")
USUAL_START = {
    RoundKind.INSPECTION: time(13, 0),
    RoundKind.FAULT_REPORT: time(13, 0),
    RoundKind.SAFETY_WALK: time(18, 0),
}
"""When a round begins of which the calendar has only the date."""

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRound:
    kind: RoundKind
    starts_at: datetime


def rounds_of(entries: Sequence[Mapping[str, Any]]) -> list[CalendarRound]:
    """What took place, oldest first. Raises ValueError for a rule it does not understand."""
    found = [
        CalendarRound(kind=RoundKind(entry["kind"]), starts_at=moment.astimezone(UTC))
        for entry in entries
        if not entry.get("planned", False)
        for moment in _moments(entry)
    ]
    return sorted(found, key=lambda one: one.starts_at)


def weekly(rule: str, first: datetime, last: datetime) -> Iterator[datetime]:
    """FREQ=WEEKLY;BYDAY=… of RFC 5545, from first to last, at the same time on the wall.

    first and last are in the same zone: a day is added to what the clock on the wall shows.
    """
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    days = parts.get("BYDAY", "").split(",")
    if set(parts) != {"FREQ", "BYDAY"} or parts["FREQ"] != "WEEKLY":
        raise ValueError(f"only FREQ=WEEKLY;BYDAY=… is understood, not {rule!r}")
    if unknown := [day for day in days if day not in _WEEKDAYS]:
        raise ValueError(f"{unknown[0]!r} in {rule!r} is no day of the week")
    wanted = {_WEEKDAYS.index(day) for day in days}
    moment = first
    while moment <= last:
        if moment.weekday() in wanted:
            yield moment
        moment += timedelta(days=1)


def midsummer_eve(year: int) -> date:
    """The Friday between 19 and 25 June."""
    nineteenth = date(year, 6, 19)
    return nineteenth + timedelta(days=(4 - nineteenth.weekday()) % 7)


def _moments(entry: Mapping[str, Any]) -> Iterator[datetime]:
    if "rrule" not in entry:
        starts = USUAL_START[RoundKind(entry["kind"])]
        yield datetime.combine(date.fromisoformat(entry["date"]), starts, tzinfo=LOCAL)
        return
    first, last = (
        datetime.fromisoformat(entry[end]).replace(tzinfo=LOCAL) for end in ("first", "last")
    )
    for moment in weekly(entry["rrule"], first, last):
        if moment.date() != midsummer_eve(moment.year):
            yield moment
