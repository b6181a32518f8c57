"""What a person must choose between, or has chosen between, as the office shows it. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Row, select

from sync.central.conflicts import read_bases
from sync.central.frozen import frozen_fields
from sync.central.tables import account, change_log, device, field_conflict, stop
from sync.domain.change import Bases, Json
from sync.domain.clock import Hlc
from sync.domain.conflicts import DELETED, PICTURE, Write, alike, contested_fields, contradictions
from sync.domain.ids import DeviceId
from sync.domain.instants import from_ms, to_text
from sync.domain.words import EntityKind

Thing = tuple[EntityKind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One of the values, by all who said it.

    stamp: of the latest write that says it. who: nicknames and accounts, None for the store.
    at: when it was said. edited: what was changed of a thing that somebody else deleted.
    """

    stamp: str
    who: tuple[str | None, ...]
    at: str
    value: Json
    is_current: bool
    edited: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictView:
    """seen: the stamps of all that is shown. is_frozen: an approval has closed it.

    chosen_by, chosen_at: who has settled it; it can be chosen anew. None while it waits.

    values: for `deleted_at` a moment (gone) and None (kept).
    """

    entity: EntityKind
    entity_id: str
    field: str
    values: tuple[Said, ...]
    seen: tuple[str, ...]
    chosen_by: str | None = None
    chosen_at: str | None = None
    is_frozen: bool = False

    @property
    def is_settled(self) -> bool:
        return self.chosen_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A change of the log with who made it."""

    write: Write
    who: str | None
    at: str
    is_office: bool


def conflicts_of(connection: Connection, things: Iterable[Thing]) -> tuple[ConflictView, ...]:
    """In the order of the things; what waits for a choice before what has been chosen."""
    wanted = list(dict.fromkeys(things))
    ids = [entity_id for _, entity_id in wanted]
    rows = connection.execute(select(field_conflict).where(field_conflict.c.entity_id.in_(ids)))
    open_ones: dict[Thing, dict[str, list[str]]] = {}
    for row in rows:
        fields = open_ones.setdefault((EntityKind(row.entity), row.entity_id), {})
        fields.setdefault(row.field, []).append(row.stamp)
    log = _log(connection, ids)
    found: list[ConflictView] = []
    for thing in wanted:
        entries = log.get(thing, {})
        waiting = open_ones.get(thing, {})
        found += [_view(thing, name, waiting[name], entries) for name in _asked(waiting)]
        found += _settled(thing, waiting, entries)
    frozen = {thing: frozen_fields(connection, *thing) for thing in {_thing(one) for one in found}}
    named = [
        replace(_with_stop_names(connection, view), is_frozen=view.field in frozen[_thing(view)])
        for view in found
    ]
    return tuple(sorted(named, key=lambda view: view.is_settled))


def _thing(view: ConflictView) -> Thing:
    return view.entity, view.entity_id


def _asked(waiting: Mapping[str, Sequence[str]]) -> list[str]:
    """One question for a picture, not one for each of its numbers."""
    of_picture = [name for name in PICTURE if name in waiting]
    return [name for name in sorted(waiting) if name not in of_picture[1:]]


def _view(
    thing: Thing, name: str, stamps: Iterable[str], entries: Mapping[str, _Entry]
) -> ConflictView:
    kind, entity_id = thing
    among = [entries[stamp] for stamp in sorted(stamps)]
    latest = _latest(name, entries)
    return ConflictView(
        entity=kind,
        entity_id=entity_id,
        field=name,
        values=tuple(_said(name, group, latest) for group in _groups(name, among)),
        seen=tuple(entry.write.stamp for entry in among),
    )


def _settled(
    thing: Thing, waiting: Mapping[str, Sequence[str]], entries: Mapping[str, _Entry]
) -> list[ConflictView]:
    """The fields whose latest write is a person's choice in the office."""
    kind = thing[0]
    written = {name for entry in entries.values() for name in entry.write.fields}
    found = []
    for name in sorted((written & contested_fields(kind)) - set(waiting)):
        latest = _latest(name, entries)
        if latest is None or not latest.is_office or latest.write.bases is None:
            continue
        named = [entries[one] for one in latest.write.bases.get(name, ()) if one in entries]
        if name == DELETED:
            named = _gone_or_kept(kind, named, entries)
        else:
            named = [entry for entry in named if name in entry.write.fields]
        if len(_groups(name, named)) > 1:
            stamps = {entry.write.stamp for entry in (*named, latest)}
            view = _view(thing, name, stamps, entries)
            found.append(replace(view, chosen_by=latest.who, chosen_at=latest.at))
    of_picture = [view for name in PICTURE for view in found if view.field == name]
    return [view for view in found if view not in of_picture[1:]]


def _gone_or_kept(
    kind: EntityKind, named: Sequence[_Entry], entries: Mapping[str, _Entry]
) -> list[_Entry]:
    """What was chosen between, without the choices made before."""
    first = [entry for entry in named if not _chose_to_keep_or_not(entry, entries)]
    among = contradictions(kind, [entry.write for entry in first]).get(DELETED, ())
    return [entries[write.stamp] for write in among]


def _chose_to_keep_or_not(entry: _Entry, entries: Mapping[str, _Entry]) -> bool:
    """Nobody deletes or keeps what is deleted already, but by choosing."""
    if not entry.is_office or DELETED not in entry.write.fields or entry.write.bases is None:
        return False
    seen = [entries[one] for one in entry.write.bases.get(DELETED, ()) if one in entries]
    return any(one.write.fields.get(DELETED) is not None for one in seen)


def _latest(name: str, entries: Mapping[str, _Entry]) -> _Entry | None:
    writers = [stamp for stamp, entry in entries.items() if name in entry.write.fields]
    return entries[max(writers)] if writers else None


def _groups(name: str, among: Sequence[_Entry]) -> list[list[_Entry]]:
    """Those who said the same, together."""
    groups: list[list[_Entry]] = []
    for entry in among:
        value = entry.write.fields.get(name)
        same = [group for group in groups if alike(name, group[0].write.fields.get(name), value)]
        if same:
            same[0].append(entry)
        else:
            groups.append([entry])
    return groups


def _said(name: str, group: Sequence[_Entry], latest: _Entry | None) -> Said:
    last = group[-1]
    value = last.write.fields.get(name)
    edited: dict[str, Json] = {}
    if name == DELETED:
        for entry in group:
            edited |= {k: v for k, v in entry.write.fields.items() if k != DELETED}
    now = None if latest is None else latest.write.fields.get(name)
    people = [entry for entry in group if not entry.is_office] or group
    return Said(
        stamp=last.write.stamp,
        who=tuple(dict.fromkeys(entry.who for entry in people)),
        at=people[-1].at,
        value=value,
        is_current=alike(name, value, now),
        edited=edited,
    )


def _log(connection: Connection, ids: Sequence[str]) -> dict[Thing, dict[str, _Entry]]:
    rows = connection.execute(
        select(
            change_log,
            device.c.nickname,
            account.c.name,
            (device.c.id.is_(None) & account.c.id.is_not(None)).label("is_office"),
        )
        .outerjoin(device, device.c.id == change_log.c.device_id)
        .outerjoin(account, account.c.id == change_log.c.received_from)
        .where(change_log.c.entity_id.in_(ids))
        .order_by(change_log.c.seq)
    )
    found: dict[Thing, dict[str, _Entry]] = {}
    for row in rows:
        entry = _entry(row)
        found.setdefault((EntityKind(row.entity), row.entity_id), {})[entry.write.stamp] = entry
    return found


def _entry(row: Row[tuple[object, ...]]) -> _Entry:
    made_at = Hlc.from_text(row.made_at)
    bases: Bases | None = read_bases(row.bases)
    said_at = to_text(from_ms(made_at.wall_ms))
    return _Entry(
        write=Write(
            stamp=f"{row.made_at}/{row.change_id}",
            phone=None if row.is_office else DeviceId(row.device_id),
            fields=json.loads(row.fields),
            bases=bases,
        ),
        who=row.name if row.is_office else row.nickname,
        at=min(said_at, row.received_at),  # nobody says a thing after it has come
        is_office=bool(row.is_office),
    )


def _with_stop_names(connection: Connection, view: ConflictView) -> ConflictView:
    if view.field != "stop_id":
        return view
    ids = [said.value for said in view.values if isinstance(said.value, str)]
    names = {row.id: row.name for row in connection.execute(select(stop).where(stop.c.id.in_(ids)))}
    return replace(
        view,
        values=tuple(replace(said, value=names.get(str(said.value))) for said in view.values),
    )
