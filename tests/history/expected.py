"""What a log of changes adds up to, worked out without any of the product's code for it."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.domain.status import MOVES, REPORT_MOVES, ReportState, Status

Things = dict[tuple[str, str], dict[str, Any]]
"""(entity, id) -> field -> value; "area" too."""

STARTS = {"observation": Status.RECEIVED, "report": ReportState.QUEUED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A line of the store's log. stamp: (ms, counter, device), which sorts as time."""

    change_id: str
    area: str
    entity: str
    entity_id: str
    fields: Mapping[str, Any]
    stamp: tuple[int, int, str]
    raw: Mapping[str, Any]


def read_log(database: Path) -> list[Logged]:
    """In the order in which the store took the changes."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM change_log ORDER BY seq").fetchall()
    return [_logged(dict(row)) for row in rows]


def things_of(log: Iterable[Logged]) -> Things:
    """Every field has the value of its latest writer."""
    things: Things = defaultdict(dict)
    writers: dict[tuple[str, str, str], tuple[int, int, str]] = {}
    for change in log:
        thing = things[change.entity, change.entity_id]
        thing["area"] = change.area
        for name, value in change.fields.items():
            key = (change.entity, change.entity_id, name)
            if key not in writers or writers[key] < change.stamp:
                writers[key] = change.stamp
                thing[name] = value
    return dict(things)


def done_with(log: Sequence[Logged]) -> set[tuple[str, str]]:
    """What a first fill may leave out when the log ends here (docs/adr/0017): deleted, turned
    down, seen fixed at the latest visit; and whatever is a part of such a thing."""
    things = things_of(log)
    done = {key for key, thing in things.items() if thing.get("deleted_at") is not None}
    done |= {key for key, thing in things.items() if thing.get("status") == Status.REJECTED.value}
    done |= {("observation", one) for one in _seen_fixed(log, things)}
    parents = {"observation_id": "observation", "recheck_id": "recheck", "round_id": "round"}

    def is_part_of_done(thing: Mapping[str, Any]) -> bool:
        return any((kind, thing.get(name)) in done for name, kind in parents.items())

    while parts := {key for key, thing in things.items() if is_part_of_done(thing)} - done:
        done |= parts
    return done


def _seen_fixed(log: Sequence[Logged], things: Things) -> set[str]:
    latest: dict[str, tuple[tuple[int, int, str], str]] = {}
    for change in log:
        thing = things[change.entity, change.entity_id]
        if "checked_at" not in change.fields or thing.get("deleted_at") is not None:
            continue
        latest[change.fields["observation_id"]] = max(
            latest.get(change.fields["observation_id"], ((0, 0, ""), "")),
            (change.stamp, change.fields["verdict"]),
        )
    return {one for one, (_, verdict) in latest.items() if verdict == "fixed"}


def wrong_moves(log: Iterable[Logged]) -> list[str]:
    """Status changes that are not in the table of moves, in the order of their stamps."""
    now: dict[str, Status | ReportState] = {}
    found = []
    for change in sorted(log, key=lambda one: one.stamp):
        name = {"observation": "status", "report": "state"}.get(change.entity, "")
        if name not in change.fields:
            continue
        kind = type(STARTS[change.entity])
        after = kind(change.fields[name])
        before = now.get(change.entity_id, STARTS[change.entity])
        moves: Mapping[Any, frozenset[Any]] = MOVES if kind is Status else REPORT_MOVES
        if after != before and after not in moves[before]:
            found.append(f"{change.entity} {change.entity_id}: {before} -> {after}")
        now[change.entity_id] = after
    return found


def rows_of(database: Path, tables: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return {
            table: sorted(map(dict, connection.execute(f"SELECT * FROM {table}")), key=repr)
            for table in tables
        }


def differences(
    rows: Iterable[Mapping[str, Any]],
    entity: str,
    things: Things,
    areas: Iterable[str],
    may_lack: Collection[tuple[str, str]] = (),
) -> list[str]:
    """Where rows are not what the things of these areas should be.

    may_lack: of these a row may be missing, or hold no more than that it is deleted.
    """
    allowed = set(areas)
    expected = {i: one for (kind, i), one in things.items() if kind == entity}
    expected = {i: one for i, one in expected.items() if one["area"] in allowed}
    there = {row["id"]: row for row in rows}
    found = [
        f"{entity} {one} is missing"
        for one in expected.keys() - there.keys()
        if (entity, one) not in may_lack
    ]
    found += [f"{entity} {one} is too much" for one in there.keys() - expected.keys()]
    for one in expected.keys() & there.keys():
        if (entity, one) in may_lack and _is_only_deleted(there[one]):
            continue
        for name, value in expected[one].items():
            shown = there[one][name]
            if isinstance(value, dict | list) and shown is not None:
                shown = json.loads(shown)
            if shown != value:
                found.append(f"{entity} {one}: {name} is {shown!r}, not {value!r}")
    return found


def _is_only_deleted(row: Mapping[str, Any]) -> bool:
    said = {name for name, value in row.items() if value is not None}
    return said == {"id", "area", "clocks", "deleted_at"}


def _logged(row: dict[str, Any]) -> Logged:
    wall_ms, counter, device = row["made_at"].split("-", 2)
    return Logged(
        change_id=row["change_id"],
        area=row["area"],
        entity=row["entity"],
        entity_id=row["entity_id"],
        fields=json.loads(row["fields"]),
        stamp=(int(wall_ms), int(counter, 16), device),
        raw=row,
    )
