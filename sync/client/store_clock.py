"""What the phone knows of the store's clock, and what follows from it for its own.

The phone's clock may be wrong by minutes or a year, and be put right at any moment. Whatever needs
the time of day (which round is today's, what is a month old) asks `right_now`; what needs an order
asks `sync.client.order`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sync.client.local_store import LocalStore
from sync.domain.instants import MILLISECOND, from_text

TOLERANCE = timedelta(minutes=5)
SURELY_RIGHT = timedelta(minutes=4)
"""Put right: one that is five minutes wrong, a second more or less, is told of once."""
OFFSET = "clock_offset_ms"
"""Fact: what to add to the phone's clock, as of the last answer; absent when it is right enough."""
TOLD = "clock_told_ms"
"""Fact: the offset that the person was told of."""


def heard(local: LocalStore, store_now: str) -> Mapping[str, str | None]:
    """The facts that an answer's time leads to: to be asked for at once when it has come."""
    offset = from_text(store_now) - local.now()
    if abs(offset) <= SURELY_RIGHT:
        return {OFFSET: None, TOLD: None}
    if abs(offset) <= TOLERANCE:
        return {OFFSET: None}
    return {OFFSET: str(offset // MILLISECOND)}


def offset(local: LocalStore) -> timedelta:
    return int(local.fact(OFFSET) or "0") * MILLISECOND


def right_now(local: LocalStore) -> datetime:
    """The store's time, as near as this phone knows it."""
    try:
        return local.now() + offset(local)
    except OverflowError:  # put right since, from the end of time: the next answer says so
        return local.now()


def is_untold(local: LocalStore) -> bool:
    """The clock is wrong, and the person does not know it, or knows of quite another time."""
    told, now = local.fact(TOLD), offset(local)
    return bool(now) and (told is None or abs(int(told) * MILLISECOND - now) > TOLERANCE)


def note_told(local: LocalStore) -> None:
    local.set_facts({TOLD: local.fact(OFFSET)})
