"""What a store has of one phone's walk, read from its files beside it, and what is wrong there."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.central.blobs import blob_path
from sync.domain.ids import Sha256
from tests.central.a_store import DATABASE
from tests.kills.plan import SENT, Plan
from tests.kills.walk import LAST_TEXT

Row = Mapping[str, Any]


@dataclass
class Wrong:
    """lost: promised and not there. doubled: there more than once. left: rubbish, half things."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.left)

    def add(self, other: Wrong) -> None:
        self.lost += other.lost
        self.doubled += other.doubled
        self.left += other.left


def wrong_with_walk(store: Path, plan: Plan, changes: Iterable[str]) -> Wrong:
    """Once the phone says that all is sent. changes: ids that the phone has had to send."""
    with closing(_opened(store)) as database:
        wrong = Wrong()
        _check_log(database, plan, changes, wrong)
        _check_things(database, plan, wrong)
        _check_photos(database, store, plan, wrong)
        return wrong


def wrong_with_tables(store: Path, phone: Mapping[str, list[Row]]) -> Wrong:
    """Where the store's rows differ from the phone's."""
    wrong = Wrong()
    with closing(_opened(store)) as database:
        for table, rows in phone.items():
            for row in rows:
                found = database.execute(f"SELECT * FROM {table} WHERE id = ?", [row["id"]])
                theirs = found.fetchone()
                if theirs is None:
                    wrong.lost.append(f"{table} {row['id']}")
                    continue
                differ = [name for name in row if not _same(row[name], theirs[name])]
                wrong.lost += [f"{table}.{name} of {row['id']}" for name in differ]
    return wrong


def left_in_store(store: Path) -> list[str]:
    """Uploads and files that nobody will end or ask for, once every phone has sent all."""
    with closing(_opened(store)) as database:
        uploads = [f"upload {row['sha256']}" for row in database.execute("SELECT * FROM upload")]
        known = {row["sha256"] for row in database.execute("SELECT sha256 FROM stored_photo")}
        if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            uploads.append("a damaged database")
    parts = [f"part {path.name}" for path in (store / "uploads").glob("*")]
    files = [path for path in (store / "photos").rglob("*") if path.is_file()]
    unknown = [f"file {path.name}" for path in files if path.name[:-4] not in known]
    return uploads + parts + unknown


def _opened(store: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{store / DATABASE}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    return database


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, str) and ours.startswith("{") and isinstance(theirs, str):
        return bool(json.loads(ours) == json.loads(theirs))
    return bool(ours == theirs)


def _check_log(
    database: sqlite3.Connection, plan: Plan, changes: Iterable[str], wrong: Wrong
) -> None:
    rows = database.execute(_LOG_OF_PHONE, [plan.nickname]).fetchall()
    there = Counter(row["change_id"] for row in rows)
    wrong.lost += [f"change {one}" for one in set(changes) - set(there)]
    moments = Counter((row["entity_id"], row["made_at"]) for row in rows)
    wrong.doubled += [f"change {one}" for one, times in moments.items() if times > 1]


def _check_things(database: sqlite3.Connection, plan: Plan, wrong: Wrong) -> None:
    phones = database.execute(
        "SELECT COUNT(*) FROM device WHERE nickname = ?", [plan.nickname]
    ).fetchone()[0]
    rounds = database.execute(
        "SELECT id FROM round WHERE started_by = ?", [plan.nickname]
    ).fetchall()
    if phones > 1 or len(rounds) > 1:
        wrong.doubled.append(f"{phones} phones, {len(rounds)} rounds")
    observations = {
        row["id"]: row
        for row in database.execute("SELECT * FROM observation WHERE noted_by = ?", [plan.nickname])
    }
    photos = _ids(database, "photo", plan.kept)
    rechecks = _ids(database, "recheck", plan.kept)
    expected = {
        "observation": (set(observations), {plan.kept, plan.dropped}),
        "photo": (photos, {plan.first, plan.second, plan.third}),
        "recheck": (rechecks, {plan.recheck}),
    }
    for name, (there, wanted) in expected.items():
        wrong.lost += [f"{name} {one}" for one in wanted - there]
        wrong.doubled += [f"{name} {one}" for one in there - wanted]
    if plan.kept in observations and observations[plan.kept]["text"] != LAST_TEXT:
        wrong.lost.append("the edited text")
    if plan.dropped in observations and observations[plan.dropped]["deleted_at"] is None:
        wrong.lost.append("the deletion")
    numbers = Counter(row["number"] for row in observations.values())
    wrong.doubled += [f"number {one}" for one, times in numbers.items() if times > 1]


def _check_photos(database: sqlite3.Connection, store: Path, plan: Plan, wrong: Wrong) -> None:
    for name, sha256 in plan.hashes.items():
        row = database.execute("SELECT * FROM stored_photo WHERE sha256 = ?", [sha256]).fetchone()
        if name not in SENT:
            wrong.left += [f"the {name} photo left the phone"] if row is not None else []
            continue
        if row is None or not _is_whole(store, sha256):
            wrong.lost.append(f"the {name} photo")


def _is_whole(store: Path, sha256: Sha256) -> bool:
    file = store / "photos" / blob_path(sha256)
    return file.exists() and hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def _ids(database: sqlite3.Connection, table: str, observation_id: str) -> set[str]:
    rows = database.execute(f"SELECT id FROM {table} WHERE observation_id = ?", [observation_id])
    return {row["id"] for row in rows}


_LOG_OF_PHONE = """
SELECT l.* FROM change_log l JOIN device d ON d.id = l.device_id WHERE d.nickname = ?
"""
