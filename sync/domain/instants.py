"""Moments in time: aware, UTC, one text form with milliseconds and Z."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
EARLIEST_MS = 0
LATEST_MS = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z, the last that datetime holds
_FIRST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
"""Between them every moment has a local time in every zone."""


class BadInstant(ValueError):
    """A moment without zone, or outside the years 1970-9999."""


def to_text(moment: datetime) -> str:
    """Like 2026-11-20T09:00:00.000Z. Raises BadInstant for a naive datetime."""
    if moment.tzinfo is None:
        raise BadInstant("a moment without time zone")
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def from_text(text: str) -> datetime:
    """The moment in UTC. Raises BadInstant when the text has no zone or is no moment."""
    try:
        moment = datetime.fromisoformat(text)
        utc = None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInstant(f"{text[:40]!r} is not a moment like 2026-11-20T09:00:00.000Z") from error
    if utc is None:
        raise BadInstant(f"{text[:40]!r} has no time zone")
    if not _FIRST <= utc <= _LAST:
        raise BadInstant(f"{text[:40]!r} has no local time everywhere")
    return utc


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    if moment.tzinfo is None:
        raise BadInstant("a moment without time zone")
    return (moment - EPOCH) // MILLISECOND


def from_ms(ms: int) -> datetime:
    if not EARLIEST_MS <= ms <= LATEST_MS:
        raise BadInstant(f"{ms} ms is outside the years 1970-9999")
    return EPOCH + ms * MILLISECOND
