"""The demo's coming rounds: every Tuesday and Friday at ten, and a safety walk with stops."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import Engine

from sync.central.demo.pool import Pool
from sync.central.planning.places import PlannedStop
from sync.central.planning.recurrence import occurrences
from sync.central.planning.rounds import Plan, Planning
from sync.central.planning.times import local_of
from sync.domain.words import RoundKind

WEEKLY = "FREQ=WEEKLY;BYDAY=TU,FR;COUNT=8"
INSPECTION_AT, WALK_AT = time(10, 0), time(18, 0)
TWO_HOURS = timedelta(hours=2)
THURSDAY = 3
PLACE_NAMES = {"torget": "Kirsebergs torg", "kyrkan": "Kirsebergs kyrka", "mitten": "Parken"}


def plan_rounds(engine: Engine, planning: Planning, pool: Pool, now: datetime) -> None:
    """From tomorrow on, so that none of them has begun."""
    tomorrow = local_of(now).date() + timedelta(days=1)
    first = datetime.combine(tomorrow, INSPECTION_AT)
    until_thursday = timedelta(days=(THURSDAY - tomorrow.weekday()) % 7)
    walk = datetime.combine(tomorrow + until_thursday, WALK_AT)
    stops = tuple(
        PlannedStop(name=PLACE_NAMES[name], point=point)
        for name, point in pool.ground.corners.items()
    )
    plans = (
        Plan(
            area=pool.area,
            kind=RoundKind.INSPECTION,
            times=occurrences(first, WEEKLY, None, []).times,
            length=TWO_HOURS,
            recurs=True,
            meeting_place=PLACE_NAMES["torget"],
        ),
        Plan(
            area=pool.area,
            kind=RoundKind.SAFETY_WALK,
            times=(walk,),
            length=TWO_HOURS,
            recurs=False,
            meeting_place=PLACE_NAMES["torget"],
            stops=stops,
            route=tuple(stop.point for stop in stops),
        ),
    )
    with engine.begin() as connection:
        for plan in plans:
            planning.make(connection, plan)
