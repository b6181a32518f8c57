"""Dates and times of day as people here write them, and what they are in UTC.

A planned round is at ten by the clock on the wall, in summer and in winter: everything is reckoned
in local time and made a moment last of all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Stockholm")
WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
    "oktober", "november", "december",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 2000, 2100

_TIME = re.compile(
    r"(?:^|[\sT])(?:(?:kl\.?|klockan)\s*(?P<at>\d{1,2})|(?P<hour>\d{1,2})[.:](?P<minute>\d{2})"
    r"|(?:kl\.?|klockan)\s*(?P<hour2>\d{1,2})[.:](?P<minute2>\d{2}))(?P<second>:00)?$",
    re.IGNORECASE,
)
_ISO = re.compile(  # fromisoformat reads 10.30 as ten: only these go to it
    r"\d{4}-?\d{2}-?\d{2}[T ]\d{2}:?\d{2}(:?\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:?\d{2})?"
)
_NUMBERS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})[-/ ](?P<y>\d{4})"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
)
_WORDS = re.compile(
    r"(?:den\s+)?(?P<d>\d{1,2})(?::?[ea])?\s+(?P<month>[a-zåäö]{3,})\.?,?\s+(?P<y>\d{4})"
)
_WEEKDAY = re.compile(r"(?P<name>[a-zåäö]{2,})\.?(?:en)?,?\s+(?P<rest>.*)")


class BadTime(ValueError):
    """What somebody typed is no date or time; the text says what is wrong, in Swedish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A date, and the time of day when one was given."""

    day: date
    at: time | None


def read_time(typed: str) -> datetime:
    """Local wall time without zone. Raises BadTime."""
    read = read_day(typed)
    if read.at is None:
        raise BadTime("klockslaget saknas; skriv som 2026-11-24 10.00")
    return datetime.combine(read.day, read.at)


def read_day(typed: str) -> Typed:
    """Like 2026-11-24, 2026-11-24 10.00, 24/11 2026 kl 10 or tisdag 24 november 2026 10.00.

    A moment with a zone (2026-11-24T09:00Z) is the same moment here. Raises BadTime.
    """
    text = " ".join(typed.split())
    zoned = _with_zone(text)
    if zoned is not None:
        return Typed(day=zoned.date(), at=zoned.time())
    found = _TIME.search(text)
    if found is None:
        return Typed(day=_day(text, typed), at=None)
    hour = next(found[name] for name in ("at", "hour", "hour2") if found[name] is not None)
    minute = found["minute"] or found["minute2"] or "0"
    if int(hour) > 23 or int(minute) > 59:
        raise BadTime(f"{typed!r}: det finns inget klockslag {hour}.{minute}")
    day = _day(text[: found.start()].strip(" ,"), typed)
    return Typed(day=day, at=time(int(hour), int(minute)))


def moment_of(local: datetime) -> datetime:
    """The moment in UTC when the clocks here show `local`; the first one when there are two.

    Raises BadTime for the hour that is left out when summer time begins.
    """
    moment = local.replace(tzinfo=ZONE, fold=0).astimezone(UTC)
    if moment.astimezone(ZONE).replace(tzinfo=None) != local:
        raise BadTime(
            f"{local:%Y-%m-%d}: klockan {local:%H.%M} finns inte den dagen, då börjar sommartiden"
        )
    return moment


def local_of(moment: datetime) -> datetime:
    """What the clocks here show at that moment, without zone."""
    return moment.astimezone(ZONE).replace(tzinfo=None)


def day_in_words(day: date) -> str:
    """Like: tisdag 24 november 2026."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def _with_zone(text: str) -> datetime | None:
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadTime(f"{text!r}: årtalet ska vara {FIRST_YEAR}-{LAST_YEAR}")
    moment = moment.replace(second=0, microsecond=0)
    return moment if moment.tzinfo is None else local_of(moment)


def _day(text: str, typed: str) -> date:
    plain = text.strip().lower()
    weekday: int | None = None
    named = _WEEKDAY.fullmatch(plain)
    if named is not None and named["name"] != "den":
        weekday, plain = _weekday(named["name"], typed), named["rest"]
    numbers = _numbers(plain)
    if numbers is None:
        raise BadTime(f"{typed!r} är ingen dag; skriv som 2026-11-24 eller 24 november 2026")
    year, month, number = numbers
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadTime(f"{typed!r}: årtalet ska vara {FIRST_YEAR}-{LAST_YEAR}")
    try:
        day = date(year, month, number)
    except ValueError as error:
        raise BadTime(f"{typed!r}: den dagen finns inte i kalendern") from error
    if weekday is not None and day.weekday() != weekday:
        raise BadTime(f"{typed!r}: {day.isoformat()} är en {WEEKDAYS[day.weekday()]}")
    return day


def _numbers(plain: str) -> tuple[int, int, int] | None:
    for pattern in _NUMBERS:
        found = pattern.fullmatch(plain)
        if found is not None:
            return int(found["y"]), int(found["m"]), int(found["d"])
    words = _WORDS.fullmatch(plain)
    if words is None:
        return None
    months = [n for n, name in enumerate(MONTHS, 1) if name.startswith(words["month"])]
    return (int(words["y"]), months[0], int(words["d"])) if len(months) == 1 else None


def _weekday(name: str, typed: str) -> int:
    for number, full in enumerate(WEEKDAYS):
        if full.startswith(name) or name == full + "en":
            return number
    raise BadTime(f"{typed!r}: {name!r} är ingen veckodag; skriv som 2026-11-24")
