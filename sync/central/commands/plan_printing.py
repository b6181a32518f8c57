"""What `rundan plan` prints: a line per round, with week, weekday, date and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sync.central.commands.plan_arguments import Wanted
from sync.central.planning.rounds import Made, PlannedRound
from sync.central.planning.times import day_in_words
from sync.domain.ids import AreaCode
from sync.domain.words import RoundKind

KIND_NAMES = {
    RoundKind.INSPECTION: ("inspektionsrunda", "inspektionsrundor"),
    RoundKind.FAULT_REPORT: ("felanmälningsrunda", "felanmälningsrundor"),
    RoundKind.SAFETY_WALK: ("trygghetsvandring", "trygghetsvandringar"),
}


def made_lines(wanted: Wanted, made: Made, now: datetime, *, is_dry_run: bool) -> list[str]:
    plan, names = wanted.plan, {wanted.area.code: wanted.area.name}
    count = len(made.made)
    lines = [f"{_count(count, plan.kind)} i {wanted.area.name} {_done(count, is_dry_run)}"]
    lines += [f"  {_when(one)}{_id(one, made)}" for one in made.made]
    if made.plan_id is not None and made.made and not is_dry_run:
        lines.append(f"Plan {made.plan_id}")
    if plan.meeting_place and made.made:
        lines.append(f"Man möts: {plan.meeting_place}")
    if plan.stops and made.made:
        lines.append(f"Stopp: {', '.join(stop.name for stop in plan.stops)}")
    if plan.route and made.made:
        lines.append(f"Väg: {len(plan.route)} punkter")
    if made.known:
        lines.append("Redan planerade, inget ändrat:")
        lines += [f"  {round_line(one, names)}" for one in made.known]
    if made.cancelled:
        lines.append("Inställda förut, lämnade så (lägg in en sådan dag för sig, utan --rrule):")
        lines += [f"  {_when(one)}" for one in made.cancelled]
    for typed in wanted.unused:
        lines.append(f"Obs: --except {typed.day.isoformat()} är ingen dag i planen.")
    past = sum(one.starts_at < now for one in made.made)
    if past:
        lines.append(f"Obs: {past} av dem har redan varit.")
    return lines


def list_lines(planned: Sequence[PlannedRound], names: Mapping[AreaCode, str]) -> list[str]:
    if not planned:
        return ["Inget är planerat."]
    lines: list[str] = []
    for one in planned:
        lines.append(round_line(one, names))
        plan = "" if one.plan_id is None else f"  plan {one.plan_id}"
        lines.append(f"    {one.round_id}{plan}")
        if one.meeting_place:
            lines.append(f"    man möts: {one.meeting_place}")
    return lines


def cancelled_lines(
    off: Sequence[PlannedRound],
    found: Sequence[PlannedRound],
    names: Mapping[AreaCode, str],
    *,
    is_dry_run: bool,
) -> list[str]:
    lines = ["Ställs in (prov, inget sparat):" if is_dry_run else "Inställt:"] if off else []
    lines += [f"  {round_line(one, names)}" for one in off]
    lines += [f"Redan inställd: {round_line(one, names)}" for one in found if one.is_cancelled]
    lines += [
        f"Har startat, lämnad som den är: {round_line(one, names)}"
        for one in found
        if one.is_started and not one.is_cancelled
    ]
    return lines


def round_line(one: PlannedRound, names: Mapping[AreaCode, str]) -> str:
    state = "  INSTÄLLD" if one.is_cancelled else "  har startat" if one.is_started else ""
    return f"{_when(one)}  {names.get(one.area, one.area)}, {KIND_NAMES[one.kind][0]}{state}"


def _when(one: PlannedRound) -> str:
    """Like: v. 25  tisdag 17 juni 2025  10.00-12.00."""
    week = one.starts_at.isocalendar().week
    end = f"{one.ends_at:%H.%M}"
    if one.ends_at.date() != one.starts_at.date():
        end = f"{end} ({one.ends_at:%Y-%m-%d})"
    return f"v. {week:<2}  {day_in_words(one.starts_at.date())}  {one.starts_at:%H.%M}–{end}"


def _id(one: PlannedRound, made: Made) -> str:
    return "" if made.plan_id is not None else f"  {one.round_id}"


def _count(count: int, kind: RoundKind) -> str:
    return f"{count} {KIND_NAMES[kind][0 if count == 1 else 1]}"


def _done(count: int, is_dry_run: bool) -> str:
    if is_dry_run:
        return "skulle planeras (prov, inget sparat):" if count else "skulle planeras."
    return "planerad:" if count == 1 else "planerade:" if count else "planerade, inget nytt."
