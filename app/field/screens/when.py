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


def length_words(metres: int, words: Words) -> str:
    """ "850 m", "1,2 km"; the decimal sign is the language's."""
    if metres < 1000:
        return words("round.metres", metres=metres)
    km = f"{metres / 1000:.1f}".replace(".", words("round.decimal_sign"))
    return words("round.kilometres", km=km)


def duration_words(seconds: int, words: Words) -> str:
    """ "45 min", "1 h 20 min"."""
    hours, rest = divmod(seconds, LONG_HOUR_S)
    if hours:
        return words("round.hours_minutes", hours=hours, minutes=rest // 60)
    return words("round.minutes", minutes=rest // 60)
