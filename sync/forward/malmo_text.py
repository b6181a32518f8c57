"""The words of a report to Malmö: the service sends no category, title or address of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sync.domain.geo import GeoPoint

MAX_CHARS = 4000  # Open311's limit; Malmö's own is not known
MAX_LINE_CHARS = 300
ELLIPSIS = "…"
URGENT = "brådskande"
_LOCAL = ZoneInfo("Europe/Stockholm")
_MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BREAKS = re.compile(r"\r\n?|\u2028|\u2029")


def report_text(
    *,
    category: str,
    reference: str,
    noted_at: datetime | None = None,
    place_words: str | None = None,
    free_text: str | None = None,
    place: GeoPoint | None = None,
    answers: Sequence[str] = (),
    is_urgent: bool = False,
) -> str:
    """Plain Swedish, at most MAX_CHARS characters; only the free text is ever cut for length.

    category: the Swedish word. reference: the bare code, "7KQ2-M4". place_words: what a person
    would call the place. answers: a line for each of the category's own questions. is_urgent: said
    in the first line. Raises ValueError without category or reference, or for a naive time.
    """
    what, code = _line(category), _line(reference)
    if not what or not code:
        raise ValueError("a report needs a category and a reference")
    if noted_at is not None and noted_at.tzinfo is None:
        raise ValueError("noted_at has no time zone")
    facts = []
    if where := _line(place_words or ""):
        facts.append(f"Plats: {where}")
    if place is not None:
        facts.append(f"Läge på kartan: {_position(place)}")
    if noted_at is not None:
        facts.append(f"Noterat: {_local_time(noted_at)}")
    facts.append(f"Ref. Rundan {code}")
    head, tail = f"{what} ({URGENT})" if is_urgent else what, "\n".join(facts)
    known = "\n".join(line for one in answers if (line := _line(one)))
    room = MAX_CHARS - len(head) - len(known) - len(tail) - len("\n\n\n\n\n\n")
    told = _shortened(_clean(free_text or ""), room)
    return "\n\n".join(part for part in (head, told, known, tail) if part)


def _local_time(moment: datetime) -> str:
    local = moment.astimezone(_LOCAL)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year} kl. {local:%H.%M}"


def _position(place: GeoPoint) -> str:
    found = f"{place.lat_deg:.5f} N, {place.lon_deg:.5f} O (WGS 84)"
    if place.accuracy_m is None:
        return found
    return f"{found}, osäkerhet cirka {max(1, round(place.accuracy_m))} m"


def _clean(text: str) -> str:
    """Line breaks as \\n, no control characters, at most one empty line in a row."""
    printable = _UNPRINTABLE.sub("", _BREAKS.sub("\n", text))
    return re.sub(r"\s*\n\s*\n\s*", "\n\n", printable).strip()


def _line(text: str) -> str:
    return _shortened(" ".join(_clean(text).split()), MAX_LINE_CHARS)


def _shortened(text: str, room: int) -> str:
    """Cut at a space where one is near the end, else anywhere; with an ellipsis."""
    if len(text) <= room:
        return text
    kept = text[: room - len(ELLIPSIS)]
    at_space = kept.rsplit(None, 1)[0]
    if len(at_space) > len(kept) - 40:
        kept = at_space
    return kept.rstrip() + ELLIPSIS
