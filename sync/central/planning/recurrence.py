"""Rounds that come again: an RRULE (RFC 5545) on the clock on the wall, and days without."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from sync.central.planning.times import BadTime, Typed, local_of, read_day

MAX_ROUNDS = 400
MAX_AHEAD = timedelta(days=5 * 366)
EVERY = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_PART = re.compile(r"[A-Z-]+=[A-Za-z0-9,+\-:]+")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{4})\d{2}(Z?))?")


class BadRule(ValueError):
    """The rule cannot be used; the text says why and what to do, in Swedish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrences:
    """times: local wall times in order. unused: exceptions that met no occurrence."""

    times: tuple[datetime, ...]
    unused: tuple[Typed, ...] = ()


def occurrences(
    start: datetime, rule: str, until: Typed | None, exceptions: Sequence[Typed]
) -> Occurrences:
    """When the rounds are, from `start` on, the day `until` included.

    Raises BadRule: no end, more than MAX_ROUNDS, none at all, or not an RRULE.
    """
    parts = _parts(rule)
    end = _end(parts, until)
    if end is None and "COUNT" not in parts:
        raise BadRule(
            "--rrule: regeln har inget slut; ge --until DAG, eller COUNT eller UNTIL i regeln"
        )
    last = start + MAX_AHEAD if end is None else end
    if last < start:
        raise BadRule("--until: slutet ligger före --start; ge en senare dag")
    if last - start > MAX_AHEAD:
        raise BadRule("--until: längre fram än fem år; ge en tidigare dag")
    kept = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    found = _expanded(kept, start, last, parts)
    skipped = {typed for typed in exceptions if any(_meets(typed, at) for at in found)}
    times = tuple(at for at in found if not any(_meets(typed, at) for typed in skipped))
    if not times:
        raise BadRule("--rrule: regeln ger inga rundor; se över regeln, --until och --except")
    unused = tuple(typed for typed in exceptions if typed not in skipped)
    return Occurrences(times=times, unused=unused)


def _expanded(kept: str, start: datetime, last: datetime, parts: dict[str, str]) -> list[datetime]:
    try:
        # UNTIL ends a rule that never fits; together with COUNT the format forbids it
        bounded = kept if "COUNT" in parts else f"{kept};UNTIL={last:%Y%m%dT%H%M%S}"
        rule = rrulestr(f"RRULE:{bounded}", dtstart=start)
        within = (at for at in _until(rule, last))
        found = list(islice(within, MAX_ROUNDS + 1))
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError) as error:
        raise BadRule(
            "--rrule: regeln går inte att läsa; skriv som FREQ=WEEKLY;BYDAY=TU,FR "
            f"(det som inte förstods: {_short(error)})"
        ) from error
    if len(found) > MAX_ROUNDS:
        raise BadRule(
            f"--rrule: fler än {MAX_ROUNDS} rundor; ge ett tidigare --until eller en glesare regel"
        )
    if "COUNT" in parts and len(found) < int(parts["COUNT"]) and not _ended_by(found, last, start):
        raise BadRule(
            f"--rrule: regeln ger bara {len(found)} av {parts['COUNT']} rundor inom fem år; "
            "se över regeln"
        )
    return found


def _ended_by(found: Sequence[datetime], last: datetime, start: datetime) -> bool:
    """An end that was asked for, not the five years, cut the rule."""
    return last < start + MAX_AHEAD and bool(found)


def _until(rule: Iterable[datetime], last: datetime) -> list[datetime]:
    """Stops at the first occurrence after `last`, and at one too many."""
    taken: list[datetime] = []
    for at in rule:
        if at > last or len(taken) > MAX_ROUNDS:
            break
        taken.append(at)
    return taken


def _parts(rule: str) -> dict[str, str]:
    text = rule.strip().upper().removeprefix("RRULE:").strip("; ")
    parts: dict[str, str] = {}
    for piece in (one.strip() for one in text.split(";")):
        if not _PART.fullmatch(piece):
            raise BadRule(
                f"--rrule: {piece[:40]!r} går inte att läsa; skriv som FREQ=WEEKLY;BYDAY=TU,FR"
            )
        name, _, value = piece.partition("=")
        if name in parts:
            raise BadRule(f"--rrule: {name} står två gånger; behåll den ena")
        parts[name] = value
    if parts.get("FREQ") not in EVERY:
        raise BadRule(f"--rrule: FREQ ska vara {', '.join(EVERY[:-1])} eller {EVERY[-1]}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRule("--rrule: COUNT och UNTIL kan inte stå i samma regel; ta bort det ena")
    if "INTERVAL" in parts and not _is_positive(parts["INTERVAL"]):
        raise BadRule("--rrule: INTERVAL ska vara ett heltal från 1")
    if "COUNT" in parts and not _is_positive(parts["COUNT"]):
        raise BadRule("--rrule: COUNT ska vara ett heltal från 1")
    if "COUNT" in parts and int(parts["COUNT"]) > MAX_ROUNDS:
        raise BadRule(f"--rrule: fler än {MAX_ROUNDS} rundor; ge ett lägre COUNT")
    return parts


def _end(parts: dict[str, str], until: Typed | None) -> datetime | None:
    ends = [] if until is None else [datetime.combine(until.day, until.at or time.max)]
    if "UNTIL" in parts:
        ends.append(_rule_end(parts["UNTIL"]))
    return min(ends, default=None)


def _rule_end(value: str) -> datetime:
    found = _UNTIL.fullmatch(value)
    try:
        if found is None:
            day = read_day(value)
            return datetime.combine(day.day, day.at or time.max)
        day_part = date.fromisoformat(found[1])
        if found[2] is None:
            return datetime.combine(day_part, time.max)
        at = datetime.combine(day_part, time(int(found[2][:2]), int(found[2][2:])))
        return local_of(datetime.fromisoformat(f"{at.isoformat()}+00:00")) if found[3] else at
    except (BadTime, ValueError) as error:
        raise BadRule(f"--rrule: UNTIL={value} är ingen dag; skriv som UNTIL=20250808") from error


def _meets(typed: Typed, at: datetime) -> bool:
    return typed.day == at.date() and typed.at in (None, at.time())


def _is_positive(value: str) -> bool:
    return value.isdecimal() and 1 <= int(value) <= 1_000_000


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__
