"""What was given to `rundan plan`, read into a plan; every fault is named at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from sync.central.areas import Area
from sync.central.planning.places import (
    MAX_STOPS,
    BadPlan,
    PlannedStop,
    outside,
    read_route,
    read_stop,
)
from sync.central.planning.recurrence import BadRule, occurrences
from sync.central.planning.rounds import Plan
from sync.central.planning.times import BadTime, Typed, moment_of, read_day, read_time
from sync.domain.fields import MAX_PLACE_NAME
from sync.domain.geo import GeoPoint
from sync.domain.words import RoundKind

T = TypeVar("T")

MAX_MINUTES = 24 * 60
KINDS = {
    "inspection": RoundKind.INSPECTION,
    "inspektionsrunda": RoundKind.INSPECTION,
    "fault_report": RoundKind.FAULT_REPORT,
    "felanmälningsrunda": RoundKind.FAULT_REPORT,
    "safety_walk": RoundKind.SAFETY_WALK,
    "trygghetsvandring": RoundKind.SAFETY_WALK,
}


class Faults(Exception):
    """sentences: one for everything that is wrong, with its remedy."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """unused: exceptions that are no day of the plan."""

    plan: Plan
    area: Area
    unused: tuple[Typed, ...]


def read_plan(args: argparse.Namespace, areas: Sequence[Area]) -> Wanted:
    """Raises Faults."""
    reader = _Reader()
    area = reader.take(lambda: _required_area(args.area, areas))
    kind = reader.take(lambda: _kind(args.kind))
    start = reader.take(lambda: _start(args.start))
    minutes = reader.take(lambda: _minutes(args.minutes))
    meeting = reader.take(lambda: _text("--meeting-place", args.meeting_place))
    until = reader.take(lambda: None if args.until is None else _day("--until", args.until))
    exceptions = [reader.take(partial(_day, "--except", [one])) for one in args.exceptions]
    route = reader.take(lambda: read_route(args.route) if args.route is not None else [])
    stops = [reader.take(partial(read_stop, one, area)) for one in args.stops if area is not None]
    if len(stops) > MAX_STOPS:
        reader.faults.append(f"--stop: högst {MAX_STOPS} stopp; ge färre")
    if args.rrule is None:
        for name, given in (("--until", args.until), ("--except", args.exceptions)):
            if given:
                reader.faults.append(f"{name} hör ihop med --rrule; ge en regel, eller ta bort den")
    if area is not None and not args.anyway:
        reader.faults += _outside(area, [s for s in stops if s is not None], route or [])
    if reader.faults or start is None or area is None or kind is None or minutes is None:
        raise Faults(reader.faults)
    days = [one for one in exceptions if one is not None]
    times, unused = _times(start, args.rrule, until, days)
    plan = Plan(
        area=area.code,
        kind=kind,
        times=times,
        length=timedelta(minutes=minutes),
        recurs=args.rrule is not None,
        meeting_place=meeting,
        stops=tuple(stop for stop in stops if stop is not None),
        route=tuple(route or ()),
    )
    return Wanted(plan=plan, area=area, unused=unused)


def read_area(typed: str, areas: Sequence[Area]) -> Area:
    """By code or by name. Raises Faults that lists the areas."""
    wanted = typed.strip().casefold()
    for area in areas:
        if wanted in (area.code.casefold(), area.name.casefold()):
            return area
    known = ", ".join(area.code for area in areas) or "inga"
    raise Faults([f"--area: det finns inget område {typed!r}; välj bland {known}"])


def read_days(field: str, typed: Sequence[str]) -> list[date]:
    """Raises Faults."""
    reader = _Reader()
    read = [reader.take(partial(_day, field, [one])) for one in typed]
    if reader.faults:
        raise Faults(reader.faults)
    return [one.day for one in read if one is not None]


class _Reader:
    """Takes what can be read and keeps what is wrong with the rest."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def take(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Faults as error:
            self.faults += error.sentences
        except BadPlan as error:
            self.faults.append(str(error))
        return None


def _times(
    start: datetime, rule: str | None, until: Typed | None, exceptions: Sequence[Typed]
) -> tuple[tuple[datetime, ...], tuple[Typed, ...]]:
    try:
        if rule is None:
            moment_of(start)
            return (start,), ()
        found = occurrences(start, rule, until, exceptions)
        for at in found.times:
            moment_of(at)
    except BadRule as error:
        raise Faults([str(error)]) from error
    except BadTime as error:
        raise Faults([f"--start: {error}; välj ett annat klockslag, eller --except"]) from error
    return found.times, found.unused


def _required_area(typed: str | None, areas: Sequence[Area]) -> Area:
    if typed is None:
        known = ", ".join(area.code for area in areas)
        raise Faults([f"--area saknas; välj bland {known}"])
    return read_area(typed, areas)


def _kind(typed: str | None) -> RoundKind:
    kind = None if typed is None else KINDS.get(typed.strip().casefold())
    if kind is None:
        wrong = "--kind saknas" if typed is None else f"--kind: {typed!r} är inget slags runda"
        raise Faults([f"{wrong}; välj bland {', '.join(RoundKind)}"])
    return kind


def _start(typed: Sequence[str] | None) -> datetime:
    if typed is None:
        raise Faults(["--start saknas; ge dag och klockslag, som 2026-11-24 10.00"])
    try:
        return read_time(" ".join(typed))
    except BadTime as error:
        raise Faults([f"--start: {error}"]) from error


def _day(field: str, typed: Sequence[str]) -> Typed:
    try:
        return read_day(" ".join(typed))
    except BadTime as error:
        raise Faults([f"{field}: {error}"]) from error


def _minutes(typed: str) -> int:
    if not typed.isdecimal() or not 1 <= int(typed) <= MAX_MINUTES:
        raise Faults([f"--minutes: {typed!r} ska vara ett heltal från 1 till {MAX_MINUTES}"])
    return int(typed)


def _text(field: str, typed: Sequence[str] | None) -> str | None:
    text = " ".join(" ".join(typed or ()).split())
    if not text and typed is not None:
        raise Faults([f"{field} är tom; skriv något, eller ta bort den"])
    if len(text) > MAX_PLACE_NAME or not text.isprintable():
        raise Faults([f"{field}: högst {MAX_PLACE_NAME} tecken, på en rad"])
    return text or None


def _outside(area: Area, stops: Sequence[PlannedStop], route: Sequence[GeoPoint]) -> list[str]:
    hint = f"ligger utanför {area.name}; rätta läget (latitud,longitud), eller lägg till --anyway"
    faults = [f"--stop: {stop.name!r} {hint}" for stop in stops if outside(area, stop.point)]
    off = sum(outside(area, point) for point in route)
    return [*faults, f"--route: {off} av {len(route)} punkter {hint}"] if off else faults
