"""Planned rounds in the store: making them, listing them, calling them off.

All is written through the ledger as the office's, so phones get it at their next sync.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, RowMapping, select

from sync.central.ledger import Ledger
from sync.central.planning.places import PlannedStop
from sync.central.planning.times import local_of, moment_of
from sync.central.tables import round_ as rounds
from sync.central.tables import stop as stops
from sync.domain.change import Json
from sync.domain.fields import Place, place_to_json, points_to_json
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, EntityId, uuid7
from sync.domain.instants import from_text, to_ms, to_text
from sync.domain.words import EntityKind, PlaceSource, RoundKind, Writer

WRITTEN_BY = "rundan plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """times: local wall times of the starts. recurs: they belong together under one plan."""

    area: AreaCode
    kind: RoundKind
    times: tuple[datetime, ...]
    length: timedelta
    recurs: bool
    meeting_place: str | None = None
    stops: tuple[PlannedStop, ...] = ()
    route: tuple[GeoPoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRound:
    """starts_at and ends_at: local wall times."""

    round_id: EntityId
    plan_id: str | None
    area: AreaCode
    kind: RoundKind
    starts_at: datetime
    ends_at: datetime
    meeting_place: str | None
    is_started: bool
    is_cancelled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """made: new ones. known: those planned before. cancelled: left called off, as somebody
    wanted it. In the order of time each."""

    plan_id: str | None
    made: tuple[PlannedRound, ...]
    known: tuple[PlannedRound, ...]
    cancelled: tuple[PlannedRound, ...]


class Planning:
    def __init__(
        self, *, ledger: Ledger, now: Callable[[], datetime], random: Callable[[int], bytes]
    ) -> None:
        self._ledger, self._now, self._random = ledger, now, random

    def make(self, connection: Connection, plan: Plan) -> Made:
        """Makes the rounds that are not there yet. Raises BadTime for an hour that is not."""
        moments = {to_text(moment_of(at)): at for at in plan.times}
        before = self._same(connection, plan, list(moments))
        live = {row["planned_start_at"]: row for row in before if row["deleted_at"] is None}
        # a single day that is planned anew was wanted; a series leaves out what was called off
        gone = {row["planned_start_at"]: row for row in before} if plan.recurs else {}
        new = [start for start in moments if start not in live and start not in gone]
        plan_id = self._plan_id(plan, before)
        made = [self._make_one(connection, plan, plan_id, moments[start]) for start in new]
        return Made(
            plan_id=plan_id,
            made=tuple(made),
            known=tuple(_planned(row) for row in live.values()),
            cancelled=tuple(_planned(row) for at, row in gone.items() if at not in live),
        )

    def all(
        self, connection: Connection, area: AreaCode | None, since: datetime | None
    ) -> list[PlannedRound]:
        """In the order of time. since: a moment; None for all of them, the cancelled too."""
        query = select(rounds).where(
            rounds.c.planned_start_at.is_not(None), rounds.c.kind.is_not(None)
        )
        if area is not None:
            query = query.where(rounds.c.area == area)
        if since is not None:
            query = query.where(
                rounds.c.planned_start_at >= to_text(since), rounds.c.deleted_at.is_(None)
            )
        query = query.order_by(rounds.c.planned_start_at, rounds.c.area, rounds.c.id)
        return [_planned(row) for row in connection.execute(query).mappings()]

    def by_id(self, connection: Connection, round_id: str) -> PlannedRound | None:
        query = select(rounds).where(
            rounds.c.id == round_id, rounds.c.planned_start_at.is_not(None)
        )
        row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _planned(row)

    def of_plan(
        self, connection: Connection, plan_id: str, days: Sequence[date] = ()
    ) -> list[PlannedRound]:
        """days: only the rounds of these days, all when there are none."""
        query = select(rounds).where(
            rounds.c.plan_id == plan_id, rounds.c.planned_start_at.is_not(None)
        )
        found = connection.execute(query.order_by(rounds.c.planned_start_at)).mappings()
        planned = [_planned(row) for row in found]
        return [one for one in planned if not days or one.starts_at.date() in days]

    def cancel(self, connection: Connection, planned: PlannedRound) -> None:
        """Calls it off, with its stops."""
        gone: dict[str, Json] = {"deleted_at": to_text(self._now())}
        query = select(stops.c.id).where(
            stops.c.round_id == planned.round_id, stops.c.deleted_at.is_(None)
        )
        for stop_id in connection.execute(query).scalars().all():
            self._record(connection, planned.area, EntityKind.STOP, EntityId(stop_id), gone)
        self._record(connection, planned.area, EntityKind.ROUND, planned.round_id, gone)

    def _same(self, connection: Connection, plan: Plan, starts: Sequence[str]) -> list[RowMapping]:
        query = select(rounds).where(
            rounds.c.area == plan.area,
            rounds.c.kind == plan.kind.value,
            rounds.c.planned_start_at.in_(starts),
        )
        order = query.order_by(rounds.c.planned_start_at, rounds.c.id)
        return list(connection.execute(order).mappings())

    def _plan_id(self, plan: Plan, before: Sequence[RowMapping]) -> str | None:
        """That of the rounds made before, so that a plan that grows stays one."""
        if not plan.recurs:
            return None
        known = [row["plan_id"] for row in before if row["plan_id"] is not None]
        return str(known[0]) if known else self._new_id()

    def _make_one(
        self, connection: Connection, plan: Plan, plan_id: str | None, at: datetime
    ) -> PlannedRound:
        start = moment_of(at)
        round_id = EntityId(self._new_id())
        fields: dict[str, Json] = {
            "kind": plan.kind.value,
            "planned_start_at": to_text(start),
            "planned_end_at": to_text(start + plan.length),
        }
        if plan_id is not None:
            fields["plan_id"] = plan_id
        if plan.meeting_place:
            fields["meeting_place"] = plan.meeting_place
        if plan.route:
            fields["planned_route"] = points_to_json(plan.route)
        self._record(connection, plan.area, EntityKind.ROUND, round_id, fields)
        for position, stop in enumerate(plan.stops):
            place = Place(point=stop.point, source=PlaceSource.PIN)
            self._record(
                connection,
                plan.area,
                EntityKind.STOP,
                EntityId(self._new_id()),
                {
                    "round_id": round_id,
                    "position": position,
                    "name": stop.name,
                    "place": place_to_json(place),
                },
            )
        return PlannedRound(
            round_id=round_id,
            plan_id=plan_id,
            area=plan.area,
            kind=plan.kind,
            starts_at=at,
            ends_at=local_of(start + plan.length),
            meeting_place=plan.meeting_place,
            is_started=False,
            is_cancelled=False,
        )

    def _record(
        self,
        connection: Connection,
        area: AreaCode,
        entity: EntityKind,
        entity_id: EntityId,
        fields: dict[str, Json],
    ) -> None:
        self._ledger.record(
            connection,
            area=area,
            entity=entity,
            entity_id=entity_id,
            fields=fields,
            writer=Writer.OFFICE,
            received_from=WRITTEN_BY,
        )

    def _new_id(self) -> str:
        return uuid7(to_ms(self._now()), self._random(10))


def _planned(row: RowMapping) -> PlannedRound:
    start = from_text(row["planned_start_at"])
    end = start if row["planned_end_at"] is None else from_text(row["planned_end_at"])
    return PlannedRound(
        round_id=EntityId(row["id"]),
        plan_id=row["plan_id"],
        area=AreaCode(row["area"]),
        kind=RoundKind(row["kind"]),
        starts_at=local_of(start),
        ends_at=local_of(end),
        meeting_place=row["meeting_place"],
        is_started=row["started_at"] is not None,
        is_cancelled=row["deleted_at"] is not None,
    )
