"""When a report that failed is tried again, and when the city is asked how it goes.

Tries follow FixMyStreet: once after five minutes, then every half hour without limit. Before
those comes one quick try, because most failures are a restart or a lost connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_RETRY = timedelta(seconds=30)
SECOND_RETRY = timedelta(minutes=5)
LATER_RETRIES = timedelta(minutes=30)

FRESH = timedelta(days=2)
"""A case this young is asked about at every turn; most are registered within a day or two."""
OLD = timedelta(days=30)
AGEING_EVERY = timedelta(hours=1)
OLD_EVERY = timedelta(hours=6)


def next_try(attempts: int, now: datetime) -> datetime:
    """attempts: how many times it has been claimed, the one that just failed included."""
    match attempts:
        case 0 | 1:
            return now + FIRST_RETRY
        case 2:
            return now + SECOND_RETRY
        case _:
            return now + LATER_RETRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSchedule:
    """every: between two questions about a fresh case; older ones are asked about less often."""

    every: timedelta = timedelta(minutes=15)

    def next_poll(self, sent_at: datetime, now: datetime) -> datetime:
        age = now - sent_at
        if age < FRESH:
            return now + self.every
        return now + max(self.every, AGEING_EVERY if age < OLD else OLD_EVERY)
