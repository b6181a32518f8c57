"""Lengths, times and days as the protocol writes them, in the words of its language."""

from __future__ import annotations

from app.field.protocol.markup import Markup, tag
from app.field.protocol.swedish_time import swedish
from app.i18n import Words
from sync.domain.fields import Place


def length(metres: int, words: Words) -> str:
    if metres < 1000:
        return words("protocol.metres", number=metres)
    return words("protocol.kilometres", number=words.number(metres / 1000))


def duration(seconds: int, words: Words) -> str:
    minutes = round(seconds / 60)
    if minutes < 60:
        return words("protocol.minutes", minutes=minutes)
    return words("protocol.hours", hours=minutes // 60, minutes=minutes % 60)


def day(moment: str, words: Words) -> str:
    """12 maj 2026."""
    when = swedish(moment)
    return words(
        "protocol.day", day=when.day, month=words(f"protocol.month.{when.month}"), year=when.year
    )


def clock(moment: str, words: Words) -> str:
    when = swedish(moment)
    return words("protocol.clock", hour=f"{when.hour:02}", minute=f"{when.minute:02}")


def day_element(moment: str, words: Words) -> Markup:
    return tag("time", day(moment, words), datetime=moment)


def coordinates(place: Place) -> str:
    """Latitude and longitude; five decimals are about a metre."""
    return f"{place.point.lat_deg:.5f}, {place.point.lon_deg:.5f}"
