"""A round as the office reads it: when, who, how many, the stops with what was said and scored."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from sync.central.conflict_views import ConflictView, conflicts_of
from sync.central.conflicts import change_id_of
from sync.central.rows_as_changes import said_at
from sync.central.tables import account, change_log, observation, route
from sync.central.tables import round_ as rounds
from sync.central.tables import stop as stops
from sync.central.to_choose import things_of_round
from sync.domain.conflicts import DELETED
from sync.domain.words import Group, ObservationKind, Perception


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    """scores: 1 (bad) to 5 (good), only those that were given. findings: how many are noted."""

    id: str
    name: str
    arrived_at: str | None
    left_at: str | None
    good: str
    bad: str
    voices: str
    scores: Mapping[Perception, int]
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """participants: only groups that were counted. findings: observations by kind.

    conflicts: of the round, its stops and its routes. approved_at, approved_by: of the protocol,
    None while it is open; the account's name, None when it is not known.
    """

    id: str
    area: str
    kind: str | None
    planned_start_at: str | None
    started_at: str | None
    ended_at: str | None
    meeting_place: str | None
    led_by: str | None
    light: str | None
    weather: str | None
    participants: Mapping[Group, int]
    route_m: int
    findings: Mapping[ObservationKind, int]
    stops: tuple[StopView, ...]
    conflicts: tuple[ConflictView, ...] = ()
    is_deleted: bool = False
    approved_at: str | None = None
    approved_by: str | None = None

    @property
    def has_protocol(self) -> bool:
        """It has ended, so there is something to approve."""
        return self.ended_at is not None and not self.is_deleted

    @property
    def people(self) -> int:
        return sum(self.participants.values())


def round_view(connection: Connection, areas: Collection[str], round_id: str) -> RoundView | None:
    """None when there is no such round in these areas; one that was deleted only while a person
    may choose whether it was."""
    row = connection.execute(
        select(rounds).where(rounds.c.id == round_id, rounds.c.area.in_(areas))
    ).first()
    if row is None:
        return None
    conflicts = conflicts_of(connection, things_of_round(connection, round_id))
    is_chosen_of = any(one.entity_id == round_id and one.field == DELETED for one in conflicts)
    if row.deleted_at is not None and not is_chosen_of:
        return None
    counts = {group: getattr(row, group.field) for group in Group}
    return RoundView(
        id=row.id,
        area=row.area,
        kind=row.kind,
        planned_start_at=row.planned_start_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        meeting_place=row.meeting_place,
        led_by=row.led_by or row.started_by,
        light=row.light,
        weather=row.weather,
        participants={group: count for group, count in counts.items() if count is not None},
        route_m=_route_m(connection, round_id),
        findings=_findings(connection, round_id),
        stops=_stops(connection, round_id),
        conflicts=conflicts,
        is_deleted=row.deleted_at is not None,
        approved_at=row.protocol_approved_at,
        approved_by=None if row.protocol_approved_at is None else _approved_by(connection, row),
    )


def _approved_by(connection: Connection, row: Row[Any]) -> str | None:
    stamp = json.loads(row.clocks)["protocol_approved_at"]
    query = (
        select(account.c.name)
        .join(change_log, change_log.c.received_from == account.c.id)
        .where(change_log.c.change_id == change_id_of(stamp))
    )
    return connection.scalar(query)


def _route_m(connection: Connection, round_id: str) -> int:
    """Of the longest recording: several phones record the same way."""
    query = select(func.max(route.c.length_m)).where(
        route.c.round_id == round_id, route.c.deleted_at.is_(None)
    )
    return connection.scalar(query) or 0


def _findings(connection: Connection, round_id: str) -> dict[ObservationKind, int]:
    kind = func.coalesce(observation.c.kind, ObservationKind.DEFECT.value)
    query = (
        select(kind, func.count())
        .where(observation.c.round_id == round_id, observation.c.deleted_at.is_(None))
        .group_by(kind)
    )
    counted = {row[0]: row[1] for row in connection.execute(query)}
    return {one: counted[one.value] for one in ObservationKind if one.value in counted}


def _stops(connection: Connection, round_id: str) -> tuple[StopView, ...]:
    found = select(observation.c.stop_id, func.count().label("findings")).where(
        observation.c.round_id == round_id, observation.c.deleted_at.is_(None)
    )
    counts = {row.stop_id: row.findings for row in connection.execute(found.group_by("stop_id"))}
    query = (
        select(stops)
        .where(stops.c.round_id == round_id, stops.c.deleted_at.is_(None))
        .order_by(stops.c.position, said_at(connection, stops, "position"), stops.c.id)
    )
    return tuple(_stop(row, counts.get(row.id, 0)) for row in connection.execute(query))


def _stop(row: Row[tuple[object, ...]], findings: int) -> StopView:
    scores = {one: getattr(row, one.field) for one in Perception}
    return StopView(
        id=row.id,
        name=row.name or "",
        arrived_at=row.arrived_at,
        left_at=row.left_at,
        good=row.good or "",
        bad=row.bad or "",
        voices=row.voices or "",
        scores={one: score for one, score in scores.items() if score is not None},
        findings=findings,
    )
