"""Which findings and rounds have something that a person must choose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Table,
    and_,
    func,
    or_,
    select,
    union_all,
)

from sync.central.conflict_views import Thing
from sync.central.rows_as_changes import said_at
from sync.central.tables import field_conflict, observation, photo, recheck, route, stop
from sync.central.tables import round_ as rounds
from sync.domain.conflicts import DELETED
from sync.domain.words import EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundToChoose:
    id: str
    kind: str | None
    started_at: str | None


def _waiting(whole: EntityKind, parent: str, *parts: Table) -> CompoundSelect[tuple[str]]:
    """Ids of the wholes of which something waits: of themselves, or of one of their parts."""
    return union_all(
        select(field_conflict.c.entity_id).where(field_conflict.c.entity == whole.value),
        *(
            select(table.c[parent]).join(
                field_conflict,
                and_(
                    field_conflict.c.entity_id == table.c.id,
                    field_conflict.c.entity == table.name,
                ),
            )
            for table in parts
        ),
    )


def _needs_choice(whole: Table, parent: str, *parts: Table) -> ColumnElement[bool]:
    """Something of it waits; and when it is deleted, whether it is to be kept."""
    contested = select(field_conflict.c.entity_id).where(
        field_conflict.c.entity == whole.name, field_conflict.c.field == DELETED
    )
    return and_(
        whole.c.id.in_(_waiting(EntityKind(whole.name), parent, *parts)),
        or_(whole.c.deleted_at.is_(None), whole.c.id.in_(contested)),
    )


NEEDS_CHOICE = _needs_choice(observation, "observation_id", photo, recheck)
"""Two people wrote different things of it, of its photos or of a later visit."""

_ROUND_NEEDS_CHOICE = _needs_choice(rounds, "round_id", stop, route)


def round_waits(connection: Connection, round_id: str) -> bool:
    query = select(rounds.c.id).where(rounds.c.id == round_id, _ROUND_NEEDS_CHOICE)
    return connection.execute(query).first() is not None


def rounds_to_choose(connection: Connection, areas: Collection[str]) -> tuple[RoundToChoose, ...]:
    """Those begun last first; those that one of two people deleted too."""
    started_at = func.coalesce(rounds.c.started_at, rounds.c.planned_start_at).label("at")
    began = said_at(connection, rounds, "started_at")
    query = (
        select(rounds.c.id, rounds.c.kind, started_at)
        .where(rounds.c.area.in_(areas), _ROUND_NEEDS_CHOICE)
        .order_by(func.coalesce(began, "").desc(), started_at.desc(), rounds.c.id)
    )
    return tuple(
        RoundToChoose(id=row.id, kind=row.kind, started_at=row.at)
        for row in connection.execute(query)
    )


def things_of_finding(connection: Connection, observation_id: str) -> list[Thing]:
    """The finding, its photos and its later visits."""
    return [
        (EntityKind.OBSERVATION, observation_id),
        *_parts(connection, EntityKind.PHOTO, photo, "observation_id", observation_id),
        *_parts(connection, EntityKind.RECHECK, recheck, "observation_id", observation_id),
    ]


def things_of_round(connection: Connection, round_id: str) -> list[Thing]:
    """The round, its stops in their order, its routes."""
    return [
        (EntityKind.ROUND, round_id),
        *_parts(connection, EntityKind.STOP, stop, "round_id", round_id),
        *_parts(connection, EntityKind.ROUTE, route, "round_id", round_id),
    ]


def _parts(
    connection: Connection, kind: EntityKind, table: Table, parent: str, whole: str
) -> list[Thing]:
    order = (table.c.position, table.c.id) if "position" in table.c else (table.c.id,)
    query = select(table.c.id).where(table.c[parent] == whole).order_by(*order)
    return [(kind, one) for one in connection.scalars(query)]
