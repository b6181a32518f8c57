"""Days in the past as people say them: today, yesterday, 12 May, 12 May 2025."""

from __future__ import annotations

from datetime import datetime

from app.i18n import Words, local

MONTHS = tuple(f"list.month.{number}" for number in range(1, 13))


def past_day(moment: str, now: datetime, words: Words) -> str:
    """The local day of a UTC text, within a sentence."""
    when, today = local(moment), now.astimezone()
    days = (today.date() - when.date()).days
    if days == 0:
        return words("list.today")
    if days == 1:
        return words("list.yesterday")
    month = words(MONTHS[when.month - 1])
    if when.year == today.year:
        return words("list.day", day=when.day, month=month)
    return words("list.day_of_year", day=when.day, month=month, year=when.year)
