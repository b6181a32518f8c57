"""Days as people say them: today, tomorrow, Tuesday 24/11."""

from __future__ import annotations

from app.i18n import Words, local

WEEKDAYS = (
    "home.weekday.mon",
    "home.weekday.tue",
    "home.weekday.wed",
    "home.weekday.thu",
    "home.weekday.fri",
    "home.weekday.sat",
    "home.weekday.sun",
)
LONG_HOUR_S = 3600
MINUTES_TO_SAY_HOURS = 90
HOURS_TO_SAY_DAYS = 48


def day_words(moment: str, days_until: int, words: Words) -> str:
    """The local day of a UTC text and its time: "I dag 18.00", "Tisdag 24/11 10.00"."""
    time = words.time(moment)
    if days_until == 0:
        return words("home.today_at", time=time)
    if days_until == 1:
        return words("home.tomorrow_at", time=time)
    when = local(moment)
    weekday = words(WEEKDAYS[when.weekday()])
    return words("home.day_at", weekday=weekday, day=when.day, month=when.month, time=time)


def off_words(minutes: int, words: Words) -> str:
    """How wrong a clock is, as exactly as it matters: "42 minuter", "3 timmar", "1626 dagar"."""
    if minutes <= MINUTES_TO_SAY_HOURS:
        return words("clock.off.minutes", count=minutes)
    hours = round(minutes / 60)
    if hours < HOURS_TO_SAY_DAYS:
        return words("clock.off.hours", count=hours)
    return words("clock.off.days", count=round(hours / 24))


def length_words(metres: int, words: Words) -> str:
    """ "850 m", "1,2 km"; the decimal sign is the language's."""
    if metres < 1000:
        return words("round.metres", metres=metres)
    return words("round.kilometres", km=words.number(metres / 1000))


def duration_words(seconds: int, words: Words) -> str:
    """ "45 min", "1 h 20 min"."""
    hours, rest = divmod(seconds, LONG_HOUR_S)
    if hours:
        return words("round.hours_minutes", hours=hours, minutes=rest // 60)
    return words("round.minutes", minutes=rest // 60)
