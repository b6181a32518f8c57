"""The time of day in Sweden, by rule.

The protocol of a walk in Malmö says the same on every phone, also on one that is set to another
zone; and a browser's Python has no table of zones.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sync.domain.instants import from_text

WINTER, SUMMER = timedelta(hours=1), timedelta(hours=2)


def swedish(moment: str) -> datetime:
    """A UTC text as clock and calendar in Sweden; without zone, to be shown and nothing else.

    Summer time is from the last Sunday of March to that of October, 01.00 UTC
    (directive 2000/84/EC).
    """
    utc = from_text(moment)
    begins, ends = (_last_sunday(utc.year, month) for month in (3, 10))
    return (utc + (SUMMER if begins <= utc < ends else WINTER)).replace(tzinfo=None)


def _last_sunday(year: int, month: int) -> datetime:
    """Of March or October, which have 31 days."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
