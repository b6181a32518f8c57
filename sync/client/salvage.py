"""All that can be read of a damaged database: what waits to be sent first, then the rest.

Rows are known by their shape, because the pages that tell which table they are of may be gone. Of
several versions of one row each field is the latest's, by the clocks that stand beside it. A change
whose text is not as it was written is kept, but marked: it is shown, and never sent by itself.
One that stands whole somewhere in the bytes, or that a record shows, and that no row of the outbox
has may have been sent, or the row may be what was damaged: it goes again, and the store knows.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from sync.client.local_store import KEPT_PHOTOS, LocalStore
from sync.client.made_again import changes_of_row
from sync.client.outbox_body import DamagedBody, body_of, change_of, whole_changes
from sync.client.schema import MIGRATIONS
from sync.client.scope import FILL
from sync.client.sqlite_pages import Value, readable_rows
from sync.domain.change import Change
from sync.domain.fields import check_fields
from sync.domain.ids import BadId, checked_sha256, checked_uuid7
from sync.domain.words import EntityKind, Writer
from sync.hand_over.file import DAMAGED

Row = dict[str, Value]

RECORDS = ("round", "stop", "route", "observation", "photo", "recheck", "report")
_PHOTO_FILE = (
    "sha256", "area", "size_bytes", "made_at", "stored_at", "refused_code", "refused_reason",
)  # fmt: skip
_ROUTE_POINT = ("id", "round_id", "lat_deg", "lon_deg", "taken_at", "until_at")
_FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(slots=True)
class Salvaged:
    """outbox: by change_id, the rows as they were. records: table -> id -> row.

    unreadable: rows of the outbox that are certainly lost.
    """

    outbox: dict[str, Row] = field(default_factory=dict)
    records: dict[str, dict[str, Row]] = field(default_factory=dict)
    photo_files: dict[str, Row] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    route_points: dict[str, Row] = field(default_factory=dict)
    unreadable: int = 0


def salvage(database: bytes, log: bytes) -> Salvaged:
    """database, log: the bytes of the file and of its -wal, from before SQLite opened it."""
    shapes = _shapes()
    found = Salvaged()
    for values in readable_rows(database, log):
        _sort_in(found, values, shapes)
    for change in (*whole_changes(database), *whole_changes(log)):
        known = found.outbox.get(change.change_id)
        if known is None or known.get("refused_code") == DAMAGED:
            found.outbox[change.change_id] = _outbox_row(change)
    return found


def put_back(
    local: LocalStore, found: Salvaged, *, known_facts: Mapping[str, str], files: Collection[str]
) -> None:
    """Into an empty database. Everything is asked for again from the store.

    known_facts: told from elsewhere; they are believed more than what was read. files: names of the
    photo files on this phone. One that no record names stays, and is never sent: nobody can know
    whether somebody has looked for faces in it.
    """
    named = set(photos_of(found))
    kept = {*json.loads(found.facts.get(KEPT_PHOTOS, "[]")), *_strangers(files, named)}
    facts: dict[str, str | None] = {
        **{name: value for name, value in found.facts.items() if not name.startswith("briefing")},
        **known_facts,
        "cursor": "0",
        FILL: "" if FILL in found.facts else None,
        "clock": _latest_stamp(found),
        KEPT_PHOTOS: json.dumps(sorted(kept)),
    }

    again = list(_made_again(found, facts.get("device_id"), {*files, *found.photo_files}))

    def fill(db: Database) -> None:
        for table, rows in found.records.items():
            for row in rows.values():
                _insert(db, table, row)
        for row in (*found.photo_files.values(), *_lost_photo_files(found, files)):
            _insert(db, "photo_file", row)
        for row in found.route_points.values():
            _insert(db, "route_point", row)
        for name, body in found.drafts.items():
            _insert(db, "draft", {"name": name, "body": body})
        for row in sorted((*found.outbox.values(), *again), key=_stamp_of):
            _insert(db, "outbox", row)
        for name, value in facts.items():
            if value is not None:
                _insert(db, "fact", {"name": name, "value": value})

    local.refill(fill)


def _strangers(files: Collection[str], named: set[str]) -> set[str]:
    hashes = {name.split(".")[0] for name in files}
    return {one for one in hashes if _is_photo(one)} - named


def _lost_photo_files(found: Salvaged, files: Collection[str]) -> Iterator[Row]:
    """Photos of this phone whose own row is gone: the store says it if it has them already."""
    for row in found.records.get("photo", {}).values():
        sha256 = row.get("sha256")
        if isinstance(sha256, str) and sha256 in files and sha256 not in found.photo_files:
            yield {
                "sha256": sha256,
                "area": row["area"],
                "size_bytes": row.get("size_bytes") or 1,
                "made_at": row.get("taken_at") or "",
            }


def _made_again(found: Salvaged, device: str | None, photos: Collection[str]) -> Iterator[Row]:
    """Rows of the outbox for what `device` has written and is not in the outbox.

    photos: those that this phone still has a file or a receipt of; it hands in no other.
    """
    for table, rows in found.records.items():
        for record in rows.values():
            for change in _own(EntityKind(table), record, device):
                sha256 = change.fields.get("sha256")
                size = change.fields.get("size_bytes")
                is_here = sha256 is None or (sha256 in photos and size is not None)
                if is_here and change.change_id not in found.outbox:
                    yield _outbox_row(change)


def _own(kind: EntityKind, record: Row, device: str | None) -> list[Change]:
    """Nothing of a row that is not whole: what the store would refuse."""
    try:
        values = {name: v for name, v in record.items() if not isinstance(v, bytes)}
        own = changes_of_row(kind, values, device)
        for change in own:
            change_of(body_of(change))
            check_fields(kind, change.fields, Writer.PHONE)
    except (ValueError, KeyError, TypeError, OverflowError):
        return []
    return own


def _stamp_of(row: Row) -> str:
    try:
        return change_of(str(row["body"])).stamp
    except (DamagedBody, ValueError):
        return ""


def _insert(db: Database, table: str, row: Mapping[str, Value]) -> None:
    """A row that breaks the table's own rules is one that was damaged."""
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    statement = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"
    try:
        db.execute(statement, dict(row))
    except sqlite3.IntegrityError:
        return


def _latest_stamp(found: Salvaged) -> str | None:
    """So that what is recorded from now on comes after all that was salvaged."""
    stamps = [found.facts["clock"]] if "clock" in found.facts else []
    for row in found.outbox.values():
        try:
            stamps.append(change_of(str(row["body"])).made_at.to_text())
        except (DamagedBody, ValueError):
            continue  # its stamp may be damaged too
    return max(stamps, default=None)


@dataclass(frozen=True, slots=True)
class _Shape:
    columns: tuple[str, ...]
    clocks_at: int


def _shapes() -> dict[str, _Shape]:
    db = Database(memory=True)
    MIGRATIONS.apply(db)
    shapes = {}
    for table in RECORDS:
        columns = tuple(row[1] for row in db.execute(f"PRAGMA table_info({table})").fetchall())
        shapes[table] = _Shape(columns, columns.index("clocks"))
    db.close()
    return shapes


def _sort_in(found: Salvaged, values: list[Value], shapes: Mapping[str, _Shape]) -> None:
    match values:
        case [None, str(), str(), str(), str(body), code, reason, *_]:
            _into_outbox(found, body, code, reason)
        case [str(sha256), str(), int(), str(), _, _, _, *_] if _is_photo(sha256):
            _into_photo_files(found, dict(zip(_PHOTO_FILE, values, strict=False)))
        case [str(name), str(value)] if _FACT_NAME.fullmatch(name):
            found.facts[name] = value
        case [str(name), str(value)] if _is_json(value):
            found.drafts[name] = value
        case [str(point), str(), float() | int(), float() | int(), str(), str()] if _is_id(point):
            found.route_points[point] = dict(zip(_ROUTE_POINT, values, strict=True))
        case [str(record_id), str(), *_] if _is_id(record_id):
            _into_records(found, values, shapes)
        case _:
            pass  # an index, a table that can be fetched again, or no row of ours


def _into_outbox(found: Salvaged, body: str, code: Value, reason: Value) -> None:
    row: Row = {"refused_code": code, "refused_reason": reason}
    try:
        change = change_of(body)
    except (DamagedBody, ValueError):
        summed = re.sub(r', "crc32": [^,}]*\}$', "}", body)
        try:
            change = change_of(summed)
        except (DamagedBody, ValueError):
            found.unreadable += 1
            return
        row = {"refused_code": DAMAGED, "refused_reason": "its text may be wrong"}
    if change.change_id in found.outbox and row["refused_code"] == DAMAGED:
        return
    found.outbox[change.change_id] = {**row, **_outbox_row(change)}


def _outbox_row(change: Change) -> Row:
    return {
        "change_id": change.change_id,
        "entity": change.entity.value,
        "entity_id": change.entity_id,
        "body": body_of(change),
    }


def _into_photo_files(found: Salvaged, row: Row) -> None:
    """One that any version says is at the store is there."""
    known = found.photo_files.get(str(row["sha256"]))
    if known is None or known["stored_at"] is None:
        found.photo_files[str(row["sha256"])] = row


def _into_records(found: Salvaged, values: list[Value], shapes: Mapping[str, _Shape]) -> None:
    for table, shape in shapes.items():
        if not shape.clocks_at < len(values) <= len(shape.columns):
            continue
        clocks = _clocks(values[shape.clocks_at])
        if clocks is None or not clocks.keys() <= set(shape.columns):
            continue
        row = dict(zip(shape.columns, values, strict=False))
        rows = found.records.setdefault(table, {})
        known = rows.get(str(row["id"]))
        rows[str(row["id"])] = row if known is None else _merged(known, row)
        return


def _merged(one: Row, other: Row) -> Row:
    """Each field as the later of the two has it."""
    mine, theirs = _clocks(one["clocks"]) or {}, _clocks(other["clocks"]) or {}
    later = {name for name, stamp in theirs.items() if stamp > mine.get(name, "")}
    fields = {name: other.get(name) for name in later}
    if "place" in later:
        fields |= {"lat_deg": other.get("lat_deg"), "lon_deg": other.get("lon_deg")}
    clocks = {**mine, **{name: theirs[name] for name in later}}
    return {**one, **fields, "clocks": json.dumps(clocks, sort_keys=True)}


def _clocks(text: Value) -> dict[str, str] | None:
    if not isinstance(text, str):
        return None
    try:
        clocks: Any = json.loads(text)
    except ValueError:
        return None
    if not isinstance(clocks, dict) or not all(isinstance(one, str) for one in clocks.values()):
        return None
    return clocks


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _is_id(text: str) -> bool:
    try:
        checked_uuid7(text, "id")
    except BadId:
        return False
    return True


def _is_photo(text: str) -> bool:
    try:
        checked_sha256(text)
    except BadId:
        return False
    return True


def photos_of(found: Salvaged) -> Iterable[str]:
    """Hashes that anything that was salvaged names."""
    yield from found.photo_files
    for row in found.records.get("photo", {}).values():
        if isinstance(row.get("sha256"), str):
            yield str(row["sha256"])
    for body in found.drafts.values():
        for photo in json.loads(body).get("photos") or []:
            if isinstance(photo, dict) and "sha256" in photo:
                yield str(photo["sha256"])
