"""Times as the office shows them: Swedish local time, whatever zone the server stands in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sync.domain.instants import from_text

ZONE = ZoneInfo("Europe/Stockholm")


def day_and_time(moment: str | None) -> str:
    """2026-11-20 10.05, or a dash when it is not known."""
    if moment is None:
        return "–"
    return f"{from_text(moment).astimezone(ZONE):%Y-%m-%d %H.%M}"


def day(moment: str | None) -> str:
    if moment is None:
        return "–"
    return f"{from_text(moment).astimezone(ZONE):%Y-%m-%d}"
