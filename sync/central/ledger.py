"""The change log: every change that was ever accepted, in the order it was, and for ever.

A change and what it does to the current tables are written in the caller's transaction. Writers
come one at a time (SQLite has one; on PostgreSQL `_one_writer` makes it so), so a `seq` is never
seen after a greater one has been read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, text, update

from sync.central.admission import Received, is_part_of, objection_to, read_change, received
from sync.central.conflicts import ConflictKeeper, read_bases
from sync.central.current import CurrentRows
from sync.central.facts import Fact, read_fact, write_fact
from sync.central.ready import Ready, plain_of, values_of
from sync.central.tables import change_log
from sync.domain.change import Bases, Change, Json, Refusal
from sync.domain.clock import Hlc, tick, witness
from sync.domain.fields import check_fields
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, uuid7
from sync.domain.instants import to_ms, to_text
from sync.domain.merge import bases_of, merged_clocks
from sync.domain.words import EntityKind, Writer
from sync.wire import MAX_BYTES, MAX_CHANGES, bases_to_json, logged_text

WIRE_OVERHEAD_BYTES = 420
"""The most that a change takes on the wire beside its fields."""

_POSTGRESQL_LOCK = 7_281_944_051
_END = select(func.max(change_log.c.seq))
_INSERT = Ready(insert(change_log), [c.name for c in change_log.c if c is not change_log.c.seq])
_TOLD = ("change_id", "area", "entity", "entity_id", "fields", "made_at", "device_id")
_LOGGED = Ready(
    lambda dialect: select(change_log).where(change_log.c.change_id.in_(values_of("ids", dialect)))
)
_COLUMNS = tuple(change_log.c.keys())


class WrongArea(ValueError):
    """The store was told to write a thing under another area than the one it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A change that was in the log before: of which thing, and from whom it had come."""

    entity_id: EntityId
    received_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """accepted: in the log now, or already before."""

    accepted: tuple[ChangeId, ...]
    refused: tuple[Refusal, ...]
    repeats: tuple[Repeat, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """cursor: everything up to it has been given or is not for the asker.

    logged: more changes, as text (sync.wire.logged_text).
    fill: where a first fill goes on (sync.central.fill).
    """

    changes: tuple[Change, ...]
    cursor: int
    more: bool
    fill: str | None = None
    logged: tuple[str, ...] = ()


class Ledger:
    """now and random are the only ways in for time and chance."""

    def __init__(
        self,
        *,
        store_device: DeviceId,
        now: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._store_device = store_device
        self._now = now
        self._random = random

    def ingest(
        self,
        connection: Connection,
        changes: Sequence[Mapping[str, Any] | Change],
        *,
        writer: Writer,
        areas: frozenset[AreaCode],
        received_from: str,
    ) -> Ingested:
        """Takes what can be taken and says why not of the rest; a repeat counts as accepted."""
        _one_writer(connection)
        accepted: dict[ChangeId, None] = {}
        refused: list[Refusal] = []
        repeats: list[Repeat] = []
        for start in range(0, len(changes), MAX_CHANGES):
            batch: list[Received] = []
            for raw in changes[start : start + MAX_CHANGES]:
                read = read_change(raw)
                if isinstance(read, Refusal):
                    refused.append(read)
                else:
                    batch.append(read)
            done = self._ingest_batch(connection, batch, writer, areas, received_from)
            accepted.update(dict.fromkeys(done.accepted))
            refused.extend(done.refused)
            repeats.extend(done.repeats)
        return Ingested(accepted=tuple(accepted), refused=tuple(refused), repeats=tuple(repeats))

    def record(
        self,
        connection: Connection,
        *,
        area: AreaCode,
        entity: EntityKind,
        entity_id: EntityId,
        fields: Mapping[str, Json],
        writer: Writer,
        received_from: str,
        seen: Bases | None = None,
    ) -> Change:
        """Writes a change of the store's own; its stamp is after everything the store has seen.

        seen: the values that whoever asks for it was looking at, where that may be something
        else than what is there now. Raises BadField for what `writer` may not write, WrongArea
        when the thing is elsewhere.
        """
        check_fields(entity, fields, writer)
        _one_writer(connection)
        rows = CurrentRows(connection)
        rows.load([(entity, entity_id)])
        if rows.area_of(entity, entity_id) not in (None, area):
            raise WrongArea(f"{entity.value} {entity_id} does not belong to {area}")
        keeper = ConflictKeeper(connection, rows, self._store_device)
        now_ms = to_ms(self._now())
        stamp = tick(self._last_stamp(connection), now_ms)
        change = Change(
            change_id=ChangeId(uuid7(now_ms, self._random(10))),
            area=area,
            entity=entity,
            entity_id=entity_id,
            fields=dict(fields),
            made_at=stamp,
            device_id=self._store_device,
            bases={**bases_of(rows.clocks_of(entity, entity_id), fields), **(seen or {})},
        )
        keeper.notice(change)
        rows.merge(change)
        self._write(connection, rows, [received(change)], received_from)
        keeper.settle()
        write_fact(connection, Fact.CLOCK, stamp.to_text())
        return change

    def since(
        self,
        connection: Connection,
        *,
        areas: frozenset[AreaCode],
        cursor: int,
        without_device: DeviceId | None,
        max_changes: int = MAX_CHANGES,
        max_bytes: int = MAX_BYTES,
    ) -> Fetched:
        """The changes of `areas` after `cursor`, oldest first, at least one if there is any.

        They come as `logged`. without_device: leaves out what this device itself has handed in.
        A cursor beyond the end comes from before the store was restored from a copy: everything is
        given again.
        """
        end = connection.execute(_END).scalar() or 0
        start = cursor if cursor <= end else 0
        query = (
            select(change_log)
            .where(change_log.c.area.in_(areas), change_log.c.seq > start, change_log.c.seq <= end)
            .order_by(change_log.c.seq)
            .limit(max_changes + 1)
        )
        if without_device is not None:
            query = query.where(change_log.c.received_from != without_device)
        given: list[str] = []
        last = start
        size = 0
        for row in connection.execute(query).mappings():
            size += len(row["fields"].encode()) + WIRE_OVERHEAD_BYTES
            if given and (len(given) == max_changes or size > max_bytes):
                return Fetched(changes=(), logged=tuple(given), cursor=last, more=True)
            given.append(_told(row))
            last = row["seq"]
        return Fetched(changes=(), logged=tuple(given), cursor=end, more=False)

    def making_up(
        self,
        connection: Connection,
        *,
        entity: EntityKind,
        entity_id: EntityId,
        areas: frozenset[AreaCode],
    ) -> list[Change]:
        """The changes that what the store has of one thing comes from, oldest first.

        Nothing for a thing that the store does not know, or that is not of `areas`.
        """
        query = (
            select(change_log)
            .where(
                change_log.c.entity_id == entity_id,
                change_log.c.entity == entity.value,
                change_log.c.area.in_(areas),
            )
            .order_by(change_log.c.seq)
        )
        changes = [_from_row(dict(row)) for row in connection.execute(query).mappings()]
        clocks: dict[str, str] = {}
        for change in changes:
            clocks = merged_clocks(clocks, change)
        winners = set(clocks.values())
        return [change for change in changes if change.stamp in winners]

    def _ingest_batch(
        self,
        connection: Connection,
        batch: Sequence[Received],
        writer: Writer,
        areas: frozenset[AreaCode],
        received_from: str,
    ) -> Ingested:
        logged = _logged(connection, [one.change.change_id for one in batch])
        repeats = [
            Repeat(entity_id=one.change.entity_id, received_from=before.received_from)
            for one in batch
            if (before := logged.get(one.change.change_id)) is not None
        ]
        rows = CurrentRows(connection)
        rows.load((one.change.entity, one.change.entity_id) for one in batch)
        keeper = ConflictKeeper(connection, rows, self._store_device)
        taken: list[ChangeId] = []
        refused: list[Refusal] = []
        new: dict[ChangeId, Received] = {}
        told: dict[ChangeId, Received] = {}
        for one in batch:
            change = one.change
            refusal = _against_log(one, logged)
            if refusal is None and change.change_id not in logged:
                refusal = objection_to(one, rows=rows, writer=writer, areas=areas)
            if refusal is not None:
                refused.append(refusal)
                continue
            taken.append(change.change_id)
            if change.change_id not in logged:
                logged[change.change_id] = _Logged(
                    one.content, change.bases is not None, received_from
                )
                keeper.notice(change)
                rows.merge(change)
                new[change.change_id] = one
            elif change.bases is not None and not logged[change.change_id].has_bases:
                logged[change.change_id] = replace(logged[change.change_id], has_bases=True)
                (new if change.change_id in new else told)[change.change_id] = one
                keeper.reconsider(change)
        if new:
            self._write(connection, rows, list(new.values()), received_from)
            self._witness(connection, [one.change for one in new.values()])
        for one in told.values():
            _write_bases(connection, one.change)
        keeper.settle()
        return Ingested(accepted=tuple(taken), refused=tuple(refused), repeats=tuple(repeats))

    def _write(
        self, connection: Connection, rows: CurrentRows, new: Sequence[Received], received_from: str
    ) -> None:
        received_at = to_text(self._now())
        rows_of_log = [_to_row(one, received_at, received_from) for one in new]
        plain_of(connection).many(_INSERT, rows_of_log)
        rows.save()

    def _witness(self, connection: Connection, seen: Sequence[Change]) -> None:
        before = self._last_stamp(connection)
        after = witness(before, *(change.made_at for change in seen))
        if after != before:
            write_fact(connection, Fact.CLOCK, after.to_text())

    def _last_stamp(self, connection: Connection) -> Hlc:
        known = read_fact(connection, Fact.CLOCK)
        if known is None:
            return Hlc(wall_ms=0, counter=0, device=self._store_device)
        last = Hlc.from_text(known)
        return Hlc(wall_ms=last.wall_ms, counter=last.counter, device=self._store_device)


def _one_writer(connection: Connection) -> None:
    """Writers of the log wait for each other until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRESQL_LOCK})


@dataclass(frozen=True, slots=True)
class _Logged:
    """content: what a change says (see Received), which is not what its writer saw."""

    content: str
    has_bases: bool
    received_from: str


def _logged(connection: Connection, ids: Sequence[ChangeId]) -> dict[ChangeId, _Logged]:
    """The changes with `ids` that are in the log."""
    return {
        ChangeId(row["change_id"]): _Logged(
            Received(change=_from_row(row), fields_text=row["fields"]).content,
            row["bases"] is not None,
            row["received_from"],
        )
        for row in (
            dict(zip(_COLUMNS, values, strict=True))
            for values in plain_of(connection).all(_LOGGED, {"ids": json.dumps(ids)})
        )
    }


def _write_bases(connection: Connection, change: Change) -> None:
    """The same change came before by way of an older release, which left them out."""
    connection.execute(
        update(change_log)
        .where(change_log.c.change_id == change.change_id)
        .values(bases=_bases_text(change))
    )


def _against_log(one: Received, logged: Mapping[ChangeId, _Logged]) -> Refusal | None:
    change_id = one.change.change_id
    known = logged.get(change_id)
    if known is None or is_part_of(one.content, known.content):
        return None
    reason = "the log has another change with this change_id"
    return Refusal(change_id=change_id, code="different_content", reason=reason)


def _bases_text(change: Change) -> str | None:
    if change.bases is None:
        return None
    return _json_text(bases_to_json(change.bases)) if change.bases else "{}"


_json_text = json.JSONEncoder(separators=(",", ":")).encode


def _to_row(one: Received, received_at: str, received_from: str) -> dict[str, str | None]:
    change = one.change
    return {
        "change_id": change.change_id,
        "area": change.area,
        "entity": change.entity.value,
        "entity_id": change.entity_id,
        "fields": one.fields_text,
        "made_at": change.made_at.to_text(),
        "device_id": change.device_id,
        "received_at": received_at,
        "received_from": received_from,
        "bases": _bases_text(change),
    }


def _told(row: RowMapping) -> str:
    return logged_text(**{name: row[name] for name in _TOLD})


def _from_row(row: Mapping[str, Any]) -> Change:
    return Change(
        change_id=ChangeId(row["change_id"]),
        area=AreaCode(row["area"]),
        entity=EntityKind(row["entity"]),
        entity_id=EntityId(row["entity_id"]),
        fields=json.loads(row["fields"]),
        made_at=Hlc.from_text(row["made_at"]),
        device_id=DeviceId(row["device_id"]),
        bases=read_bases(row["bases"]),
    )
