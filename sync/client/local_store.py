"""The phone's own store: what was recorded here, what came from others, what waits to be sent.

A change is merged into the tables and put in the outbox in one transaction, so a record and the
order to send it are on disk together or not at all. Everything here is synchronous and short; the
connection belongs to the thread that opened it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any, cast

from sqlite_utils import Database

from sync.client.records import Edit, NewPhoto, WaitingPhoto
from sync.client.schema import MIGRATIONS
from sync.domain.change import Change, Json, Refusal
from sync.domain.clock import Hlc, tick, witness
from sync.domain.fields import check_fields
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, Sha256, uuid7
from sync.domain.instants import to_ms, to_text
from sync.domain.merge import merged_clocks, winning_fields
from sync.domain.words import EntityKind, Writer
from sync.wire import change_from_json, change_to_json, fitting

_COLUMNS = {
    EntityKind.ROUND: ("kind", "started_at", "ended_at", "started_by", "deleted_at"),
    EntityKind.OBSERVATION: (
        "round_id", "kind", "category", "text", "place", "noted_at", "noted_by",
        "status", "status_reason", "deleted_at",
    ),
    EntityKind.PHOTO: (
        "observation_id", "sha256", "width_px", "height_px", "size_bytes", "taken_at",
        "position", "deleted_at",
    ),
    EntityKind.REPORT: (
        "observation_id", "party", "state", "reference", "case_ref", "city_status",
        "city_status_known", "city_status_at", "reason", "sent_at", "deleted_at",
    ),
}  # fmt: skip


class LocalStore:
    """One phone's database.

    pragmas: the storage's own, run first: they make a commit durable. now: the wall clock, aware.
    random: n random bytes. guard: turns SQLite's errors about the disk into the storage's.
    """

    def __init__(
        self,
        path: str,
        *,
        pragmas: Sequence[str] = ("synchronous=FULL",),
        now: Callable[[], datetime],
        random: Callable[[int], bytes] = secrets.token_bytes,
        guard: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.now, self._random, self._guard = now, random, guard
        with guard():
            connection = sqlite3.connect(path)
            for pragma in (*pragmas, "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            self.db = Database(connection)
            MIGRATIONS.apply(self.db)

    def close(self) -> None:
        self.db.close()

    def new_id(self) -> EntityId:
        return EntityId(uuid7(to_ms(self.now()), self._random(10)))

    # Facts

    def fact(self, name: str) -> str | None:
        row = self.db.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone()
        return None if row is None else cast(str, row[0])

    def set_facts(self, facts: Mapping[str, str | None]) -> None:
        """Writes them together; None forgets a fact."""
        with self._atomic():
            for name, value in facts.items():
                self._set_fact(name, value)

    # Recording on this phone

    def record(
        self, edits: Sequence[Edit], photos: Mapping[EntityId, Sequence[NewPhoto]] | None = None
    ) -> list[Change]:
        """Merges the edits and puts them in the outbox; on disk when this returns (native).

        photos: new photos per observation, whose bytes are already on disk. Raises BadField for
        an edit that the store would refuse.
        """
        with self._atomic():
            changes = [self._change(edit) for edit in edits]
            areas = {edit.entity_id: edit.area for edit in edits}
            for observation_id, added in (photos or {}).items():
                for photo in added:
                    changes.append(self._photo(areas[observation_id], observation_id, photo))
            for change in changes:
                self._merge(change)
                self.db.execute(
                    "INSERT INTO outbox (change_id, entity, entity_id, body) VALUES (?, ?, ?, ?)",
                    [
                        change.change_id,
                        change.entity.value,
                        change.entity_id,
                        json.dumps(change_to_json(change), ensure_ascii=False),
                    ],
                )
        return changes

    # Sync

    def waiting_changes(self) -> list[Change]:
        """The oldest changes not yet taken by the store, as many as one message carries."""
        rows = self.db.execute(
            "SELECT body FROM outbox WHERE refused_code IS NULL ORDER BY position LIMIT 500"
        ).fetchall()
        return fitting([change_from_json(json.loads(row[0])) for row in rows])

    def apply_answer(
        self,
        *,
        accepted: Sequence[ChangeId],
        refused: Sequence[Refusal],
        changes: Sequence[Change],
        facts: Mapping[str, str | None],
    ) -> None:
        """What one answer of the store says, in one transaction: all of it or nothing."""
        with self._atomic():
            for change_id in accepted:
                self.db.execute("DELETE FROM outbox WHERE change_id = ?", [change_id])
            for refusal in refused:
                self.db.execute(
                    "UPDATE outbox SET refused_code = ?, refused_reason = ? WHERE change_id = ?",
                    [refusal.code, refusal.reason, refusal.change_id],
                )
                self._bring_back(refusal.change_id)
            last = self._last_stamp()
            for change in changes:
                self._merge(change)
                last = witness(last, change.made_at)
            self._set_fact("clock", last.to_text())
            for name, value in facts.items():
                self._set_fact(name, value)

    def _bring_back(self, change_id: ChangeId) -> None:
        """What the store refused to delete is still there: for the person too."""
        row = self.db.execute("SELECT body FROM outbox WHERE change_id = ?", [change_id]).fetchone()
        change = None if row is None else change_from_json(json.loads(row[0]))
        if change is not None and change.fields.get("deleted_at") is not None:
            self.db.execute(
                f"UPDATE {change.entity.value} SET deleted_at = NULL WHERE id = ?",
                [change.entity_id],
            )

    def forget_refusals(self, entity_id: EntityId) -> None:
        """The person has seen that the store refused changes of this thing."""
        with self._atomic():
            self.db.execute(
                "DELETE FROM outbox WHERE refused_code IS NOT NULL AND entity_id = ?", [entity_id]
            )

    def waiting_photos(self) -> list[WaitingPhoto]:
        """Photos whose record is not deleted, the first of every observation first."""
        rows = self.db.execute(_WAITING_PHOTOS).fetchall()
        return [
            WaitingPhoto(sha256=Sha256(row[0]), area=AreaCode(row[1]), size_bytes=row[2])
            for row in rows
        ]

    def photo_stored(self, sha256: Sha256) -> None:
        with self._atomic():
            self.db.execute(
                "UPDATE photo_file SET stored_at = ?, refused_code = NULL, refused_reason = NULL"
                " WHERE sha256 = ?",
                [to_text(self.now()), sha256],
            )

    def photo_refused(self, sha256: Sha256, code: str, reason: str) -> None:
        with self._atomic():
            self.db.execute(
                "UPDATE photo_file SET refused_code = ?, refused_reason = ? WHERE sha256 = ?",
                [code, reason, sha256],
            )

    # The inside

    @contextmanager
    def _atomic(self) -> Iterator[None]:
        with self._guard(), self.db.atomic():
            yield

    def _set_fact(self, name: str, value: str | None) -> None:
        if value is None:
            self.db.execute("DELETE FROM fact WHERE name = ?", [name])
        else:
            self.db.execute(
                "INSERT INTO fact (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [name, value],
            )

    def _last_stamp(self) -> Hlc:
        text, device = self.fact("clock"), self.fact("device_id")
        if device is None:
            raise RuntimeError("a phone that is not enrolled cannot record")
        last = Hlc.from_text(text) if text is not None else None
        return Hlc(
            wall_ms=0 if last is None else last.wall_ms,
            counter=0 if last is None else last.counter,
            device=DeviceId(device),
        )

    def _change(self, edit: Edit) -> Change:
        check_fields(edit.entity, edit.fields, Writer.PHONE)
        now_ms = to_ms(self.now())
        stamp = tick(self._last_stamp(), now_ms)
        self._set_fact("clock", stamp.to_text())
        return Change(
            change_id=ChangeId(uuid7(now_ms, self._random(10))),
            area=edit.area,
            entity=edit.entity,
            entity_id=edit.entity_id,
            fields=edit.fields,
            made_at=stamp,
            device_id=stamp.device,
        )

    def _photo(self, area: AreaCode, observation_id: EntityId, photo: NewPhoto) -> Change:
        self.db.execute(
            "INSERT INTO photo_file (sha256, area, size_bytes, made_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (sha256) DO NOTHING",
            [photo.sha256, area, photo.size_bytes, to_text(self.now())],
        )
        fields: dict[str, Json] = {
            "observation_id": observation_id,
            "sha256": photo.sha256,
            "width_px": photo.width_px,
            "height_px": photo.height_px,
            "size_bytes": photo.size_bytes,
            "taken_at": photo.taken_at,
            "position": photo.position,
        }
        return self._change(
            Edit(area=area, entity=EntityKind.PHOTO, entity_id=photo.photo_id, fields=fields)
        )

    def _merge(self, change: Change) -> None:
        table, columns = change.entity.value, _COLUMNS[change.entity]
        row = self.db.execute(
            f"SELECT clocks FROM {table} WHERE id = ?", [change.entity_id]
        ).fetchone()
        clocks: dict[str, str] = {} if row is None else json.loads(row[0])
        won = {
            name: value for name, value in winning_fields(clocks, change).items() if name in columns
        }
        values: dict[str, Any] = {name: _to_column(value) for name, value in won.items()}
        values["clocks"] = json.dumps(merged_clocks(clocks, change), sort_keys=True)
        if row is None:
            values = {"id": change.entity_id, "area": change.area, **values}
            names = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            self.db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
        else:
            sets = ", ".join(f"{name} = :{name}" for name in values)
            self.db.execute(
                f"UPDATE {table} SET {sets} WHERE id = :id", {**values, "id": change.entity_id}
            )


def _to_column(value: Json) -> Json:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


_WAITING_PHOTOS = """
SELECT f.sha256, f.area, f.size_bytes
FROM photo_file f
JOIN photo p ON p.sha256 = f.sha256 AND p.deleted_at IS NULL
JOIN observation o ON o.id = p.observation_id AND o.deleted_at IS NULL
WHERE f.stored_at IS NULL AND f.refused_code IS NULL
GROUP BY f.sha256
ORDER BY MIN(COALESCE(p.position, 0)), f.made_at
"""
