"""A first fill: what a phone that has nothing gets of its areas, from the tables, not the log.

Left out is what is done: deleted, turned down, seen fixed at the latest visit, called fixed by the
city more than a year ago; and what is no defect after a year. All of a round of the last month is
given, and the rounds of this year and the last. The reasons: docs/adr/0017.

A part is a number of observations with all that belongs to them, in the order of their ids. Where
to go on is `<end>.<id>`: the end of the log when the fill began, the last id given. What changes
meanwhile comes after it, from the log.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, not_, or_, select

from sync.central.ledger import Fetched
from sync.central.rows_as_changes import changes_of, said_at
from sync.central.tables import (
    change_log,
    observation,
    photo,
    recheck,
    report,
    round_,
    route,
    stop,
)
from sync.domain.change import Change
from sync.domain.ids import AreaCode, EntityId
from sync.domain.instants import to_text
from sync.domain.status import FINAL_CITY_WORDS, Status
from sync.domain.words import EntityKind, ObservationKind, Verdict

PART = 250
WHOLE_ROUND = timedelta(days=30)
A_YEAR = timedelta(days=380)
"""With some days to spare: the clock of the phone that wrote a moment down may be a year slow."""
MOST_IDS = 500
"""SQLite takes no more than some thousand values in a statement."""

_WHERE = re.compile(r"(\d{1,18})\.([0-9a-f-]{36})?")
_OF_AN_OBSERVATION = (
    (EntityKind.PHOTO, photo), (EntityKind.RECHECK, recheck), (EntityKind.REPORT, report)
)  # fmt: skip


def fill_part(
    connection: Connection, areas: Collection[AreaCode], where: str, now: datetime
) -> Fetched | None:
    """The next part. None when this is no fill of this store: the log is given then."""
    end = connection.execute(select(func.max(change_log.c.seq))).scalar() or 0
    begun = _WHERE.fullmatch(where or f"{end}.")
    if begun is None or int(begun[1]) > end:
        return None
    began, after = int(begun[1]), begun[2]
    changes = [] if after else _rounds(connection, areas, now)
    ids = list(connection.execute(_worth_having(connection, areas, after, now)).scalars())
    changes += _families(connection, areas, ids)
    if len(ids) == PART:
        return Fetched(changes=tuple(changes), cursor=0, more=True, fill=f"{began}.{ids[-1]}")
    return Fetched(changes=tuple(changes), cursor=began, more=began < end)


def whole_families(
    connection: Connection, areas: Collection[AreaCode], ids: Sequence[EntityId]
) -> list[Change]:
    """All that belongs to the observations among `ids`, or to those that one of `ids` is part of;
    rounds with their stops and routes. Nothing for an id that is not of `areas`."""
    roots, rounds = set(ids), set(ids)
    for table in (photo, recheck, report):
        roots |= _parents(connection, areas, table, table.c.observation_id, ids)
    for table in (stop, route):
        rounds |= _parents(connection, areas, table, table.c.round_id, ids)
    return [
        *_things(connection, areas, EntityKind.ROUND, round_, round_.c.id, rounds),
        *_things(connection, areas, EntityKind.STOP, stop, stop.c.round_id, rounds),
        *_things(connection, areas, EntityKind.ROUTE, route, route.c.round_id, rounds),
        *_families(connection, areas, sorted(roots), with_deleted=True),
    ]


def _parents(
    connection: Connection, areas: Collection[AreaCode], table: Any, key: Any, ids: Sequence[str]
) -> set[EntityId]:
    """What those among `ids` that are of this table belong to."""
    found: set[EntityId] = set()
    for start in range(0, len(ids), MOST_IDS):
        some = ids[start : start + MOST_IDS]
        query = select(key).where(table.c.id.in_(some), table.c.area.in_(areas))
        found.update(filter(None, connection.execute(query).scalars()))
    return found


def _rounds(connection: Connection, areas: Collection[AreaCode], now: datetime) -> list[Change]:
    since = f"{now.year - 1}-01-01"
    at = func.coalesce(round_.c.started_at, round_.c.planned_start_at, since)
    query = select(round_).where(
        round_.c.area.in_(areas), round_.c.deleted_at.is_(None), at >= since
    )
    changes: list[Change] = []
    fresh: list[str] = []
    ids: list[str] = []
    for row in connection.execute(query).mappings():
        changes += changes_of(EntityKind.ROUND, row)
        ids.append(row["id"])
        if row["ended_at"] is None or row["ended_at"] >= to_text(now - WHOLE_ROUND):
            fresh.append(row["id"])
    changes += _things(connection, areas, EntityKind.STOP, stop, stop.c.round_id, ids)
    return changes + _things(connection, areas, EntityKind.ROUTE, route, route.c.round_id, fresh)


def _worth_having(
    connection: Connection, areas: Collection[AreaCode], after: str | None, now: datetime
) -> Select[Any]:
    """The ids of the next PART observations."""
    a_year_ago = to_text(now - A_YEAR)
    fresh = select(round_.c.id).where(
        round_.c.area.in_(areas),
        or_(round_.c.ended_at.is_(None), round_.c.ended_at >= to_text(now - WHOLE_ROUND)),
        or_(round_.c.started_at.is_(None), round_.c.started_at >= a_year_ago),
    )
    visit, later = recheck.alias("visit"), recheck.alias("later")
    is_seen_fixed = exists(
        select(visit.c.id).where(
            visit.c.observation_id == observation.c.id,
            visit.c.deleted_at.is_(None),
            visit.c.verdict == Verdict.FIXED.value,
            not_(
                exists(
                    select(later.c.id).where(
                        later.c.observation_id == visit.c.observation_id,
                        later.c.deleted_at.is_(None),
                        later.c.verdict.is_not(None),
                        later.c.verdict != Verdict.FIXED.value,
                        said_at(connection, later, "checked_at")
                        > said_at(connection, visit, "checked_at"),
                    )
                )
            ),
        )
    )
    is_long_called_fixed = exists(
        select(report.c.id).where(
            report.c.observation_id == observation.c.id,
            report.c.deleted_at.is_(None),
            report.c.city_status.in_(FINAL_CITY_WORDS),
            report.c.city_status_at < a_year_ago,
        )
    )
    defect = ObservationKind.DEFECT.value
    is_open = and_(
        func.coalesce(observation.c.kind, defect) == defect,
        func.coalesce(observation.c.status, "") != Status.REJECTED.value,
        not_(is_seen_fixed),
        not_(is_long_called_fixed),
    )
    is_young = and_(observation.c.kind != defect, observation.c.noted_at >= a_year_ago)
    query = select(observation.c.id).where(
        observation.c.area.in_(areas),
        observation.c.deleted_at.is_(None),
        or_(is_open, is_young, observation.c.round_id.in_(fresh)),
    )
    if after is not None:
        query = query.where(observation.c.id > after)
    return query.order_by(observation.c.id).limit(PART)


def _families(
    connection: Connection,
    areas: Collection[AreaCode],
    ids: Sequence[str],
    *,
    with_deleted: bool = False,
) -> list[Change]:
    """The observations, the rounds they were noted on, photos, visits and reports."""
    rounds = connection.execute(
        select(observation.c.round_id).where(observation.c.id.in_(ids)).distinct()
    ).scalars()
    known = [one for one in rounds if one is not None]
    found = _things(connection, areas, EntityKind.ROUND, round_, round_.c.id, known)
    found += _things(connection, areas, EntityKind.OBSERVATION, observation, observation.c.id, ids)
    for kind, table in _OF_AN_OBSERVATION:
        # a deleted visit too: it hides its photos
        deleted_too = with_deleted or kind is EntityKind.RECHECK
        found += _things(connection, areas, kind, table, table.c.observation_id, ids, deleted_too)
    return found


def _things(
    connection: Connection,
    areas: Collection[AreaCode],
    kind: EntityKind,
    table: Any,
    key: Any,
    keys: Collection[str],
    with_deleted: bool = True,
) -> list[Change]:
    found: list[Change] = []
    wanted = sorted(keys)
    for start in range(0, len(wanted), MOST_IDS):
        query = select(table).where(
            key.in_(wanted[start : start + MOST_IDS]), table.c.area.in_(areas)
        )
        if not with_deleted:
            query = query.where(table.c.deleted_at.is_(None))
        for row in connection.execute(query.order_by(table.c.id)).mappings():
            found += changes_of(kind, row)
    return found
