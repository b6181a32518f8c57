"""The simulator's memory: one SQLite file and a folder of photos, both outlive a restart."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.domain.instants import from_text, to_text
from sync.simulator.faults import Call, Fault, FaultKind
from sync.simulator.life import Progress
from sync.simulator.pictures import content_type, has_exif
from sync.simulator.received import ReceivedCase, ReceivedPhoto
from sync.simulator.schema import SCHEMA

MAX_ID = 2**63 - 1
_BUSY_TIMEOUT_S = 10.0

_ADD_PHOTO = """
    INSERT INTO photo (received_at, field, name, extension, content_type, size_bytes, has_exif)
    VALUES (:received_at, :field, :name, :extension, :content_type, :size_bytes, :has_exif)
"""
_PHOTOS_OF_CASE = """
    SELECT photo.* FROM case_photo JOIN photo USING (temp_id)
    WHERE case_id = :case_id ORDER BY position
"""
_ORPHANS = """
    SELECT * FROM photo WHERE temp_id NOT IN (SELECT temp_id FROM case_photo)
    ORDER BY temp_id DESC
"""
_NEXT_FAULT = """
    SELECT * FROM fault WHERE call IN (:call, 'all') ORDER BY call = 'all' LIMIT 1
"""
_SET_FAULT = """
    INSERT INTO fault (call, kind, left_count, delay_s) VALUES (:call, :kind, :left, :delay_s)
    ON CONFLICT (call) DO UPDATE SET
        kind = excluded.kind, left_count = excluded.left_count, delay_s = excluded.delay_s
"""
_SET_PROGRESS = """
    UPDATE city_case SET step = :step, since = :since, fixed_word = :fixed_word
    WHERE case_id = :case_id
"""


class UnknownPhoto(LookupError):
    """A tempId that was never given out, or was emptied away."""


class SimulatorStore:
    """Opens a connection per operation, so any thread may use it."""

    def __init__(self, folder: Path) -> None:
        self._photos = folder / "foton"
        self._photos.mkdir(parents=True, exist_ok=True)
        self._database = folder / "simulator.sqlite3"
        with closing(self._connect()) as db:
            db.executescript(SCHEMA)

    def add_photo(
        self, content: bytes, *, field: str, name: str, extension: str, now: datetime
    ) -> int:
        """The new tempId; the file is on disk before the row is."""
        row = {
            "received_at": to_text(now),
            "field": field,
            "name": name,
            "extension": extension,
            "content_type": content_type(content),
            "size_bytes": len(content),
            "has_exif": int(has_exif(content)),
        }
        with self._writing() as db:
            temp_id = int(db.execute(_ADD_PHOTO, row).lastrowid or 0)
            self._file(temp_id, extension).write_bytes(content)
        return temp_id

    def add_case(self, sent: dict[str, Any], temp_ids: list[int], now: datetime) -> int:
        """The new IssueId. Raises UnknownPhoto, and then nothing is kept."""
        moment = to_text(now)
        with self._writing() as db:
            case_id = db.execute(
                "INSERT INTO city_case (received_at, sent, step, since) VALUES (?, ?, 0, ?)",
                (moment, json.dumps(sent), moment),
            ).lastrowid
            for position, temp_id in enumerate(temp_ids):
                if not self._knows_photo(db, temp_id):
                    raise UnknownPhoto(str(temp_id))
                db.execute(
                    "INSERT INTO case_photo (case_id, position, temp_id) VALUES (?, ?, ?)",
                    (case_id, position, temp_id),
                )
        return int(case_id or 0)

    def case(self, case_id: int) -> ReceivedCase | None:
        if not 0 < case_id <= MAX_ID:
            return None
        with self._reading() as db:
            row = db.execute("SELECT * FROM city_case WHERE case_id = ?", (case_id,)).fetchone()
            return None if row is None else _case(db, row)

    def cases(self) -> tuple[ReceivedCase, ...]:
        """All of them, newest first."""
        with self._reading() as db:
            rows = db.execute("SELECT * FROM city_case ORDER BY case_id DESC").fetchall()
            return tuple(_case(db, row) for row in rows)

    def orphans(self) -> tuple[ReceivedPhoto, ...]:
        """Photos that no case has named, newest first."""
        with self._reading() as db:
            return tuple(_photo(row) for row in db.execute(_ORPHANS))

    def photo(self, temp_id: int) -> tuple[ReceivedPhoto, Path] | None:
        if not 0 < temp_id <= MAX_ID:
            return None
        with self._reading() as db:
            row = db.execute("SELECT * FROM photo WHERE temp_id = ?", (temp_id,)).fetchone()
        if row is None:
            return None
        photo = _photo(row)
        return photo, self._file(photo.temp_id, photo.extension)

    def set_progress(self, case_id: int, progress: Progress) -> None:
        row = {
            "case_id": case_id,
            "step": progress.step,
            "since": to_text(progress.since),
            "fixed_word": progress.fixed_word,
        }
        with self._writing() as db:
            db.execute(_SET_PROGRESS, row)

    def set_fault(self, fault: Fault) -> None:
        """One fault per call at most; a new one takes the place of the old."""
        row = {
            "call": fault.call,
            "kind": fault.kind,
            "left": fault.left,
            "delay_s": fault.delay_s,
        }
        with self._writing() as db:
            db.execute(_SET_FAULT, row)

    def clear_faults(self) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM fault")

    def faults(self) -> tuple[Fault, ...]:
        with self._reading() as db:
            return tuple(_fault(row) for row in db.execute("SELECT * FROM fault ORDER BY call"))

    def take_fault(self, call: Call) -> Fault | None:
        """The fault that hits this request, counted down; the call's own goes before `all`."""
        with self._writing() as db:
            row = db.execute(_NEXT_FAULT, {"call": call}).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE fault SET left_count = left_count - 1 WHERE call = ?", (row["call"],)
            )
            db.execute("DELETE FROM fault WHERE left_count = 0")
            return _fault(row)

    def empty(self) -> None:
        """Forgets cases and photos; numbers already given out are never given out again."""
        with self._writing() as db:
            files = [
                self._file(row["temp_id"], row["extension"])
                for row in db.execute("SELECT temp_id, extension FROM photo")
            ]
            for table in ("case_photo", "city_case", "photo"):
                db.execute(f"DELETE FROM {table}")
        for file in files:
            file.unlink(missing_ok=True)

    def _knows_photo(self, db: sqlite3.Connection, temp_id: int) -> bool:
        if not 0 < temp_id <= MAX_ID:
            return False
        found = db.execute("SELECT 1 FROM photo WHERE temp_id = ?", (temp_id,)).fetchone()
        return found is not None

    def _file(self, temp_id: int, extension: str) -> Path:
        return self._photos / f"{temp_id}{extension}"

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._database, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA foreign_keys = ON")
        return db

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connect()) as db:
            db.execute("BEGIN")
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Closing without COMMIT rolls back, whatever was raised inside."""
        with closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")


def _photo(row: sqlite3.Row) -> ReceivedPhoto:
    return ReceivedPhoto(
        temp_id=row["temp_id"],
        received_at=from_text(row["received_at"]),
        field=row["field"],
        name=row["name"],
        extension=row["extension"],
        content_type=row["content_type"],
        size_bytes=row["size_bytes"],
        has_exif=bool(row["has_exif"]),
    )


def _case(db: sqlite3.Connection, row: sqlite3.Row) -> ReceivedCase:
    return ReceivedCase(
        case_id=row["case_id"],
        received_at=from_text(row["received_at"]),
        sent=json.loads(row["sent"]),
        progress=Progress(
            step=row["step"], since=from_text(row["since"]), fixed_word=row["fixed_word"]
        ),
        photos=tuple(
            _photo(photo) for photo in db.execute(_PHOTOS_OF_CASE, {"case_id": row["case_id"]})
        ),
    )


def _fault(row: sqlite3.Row) -> Fault:
    return Fault(
        call=Call(row["call"]),
        kind=FaultKind(row["kind"]),
        left=row["left_count"],
        delay_s=row["delay_s"],
    )
