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

from sync.client.added_meanwhile import still_gone, to_say_are_there
from sync.client.guarded import GuardedConnection, is_of_the_disk
from sync.client.merging import merge_all
from sync.client.outbox_body import body_of, change_of
from sync.client.records import ArrivedPhoto, Edit
from sync.client.refused import bring_back, with_refused
from sync.client.schema import MIGRATIONS
from sync.client.scope import MISSING, still_missing
from sync.client.seen import bases_of_edit
from sync.client.stamps import latest_ms, stamped_anew
from sync.client.without_record import TAKEN_OVER_PHOTOS
from sync.domain.change import Change, Refusal
from sync.domain.clock import LATEST_STAMP_MS, Hlc, tick, witness
from sync.domain.fields import check_fields
from sync.domain.ids import ChangeId, DeviceId, EntityId, Sha256, uuid7
from sync.domain.instants import to_ms, to_text
from sync.domain.words import EntityKind, Writer

KEPT_PHOTOS = "kept_photos"
"""Fact: hashes of photos whose files stay although no record may be here that names them."""


_OF_A_STORE = (
    *(kind.value for kind in EntityKind), "outbox", "photo_file", "route_point", "draft",
    "revisit_declined",
)  # fmt: skip
_OF_THE_PHONE = (
    "device_id", "token", "clock", "preferences", "intro_seen", "explained", "camera_used",
)  # fmt: skip
"""Facts that are true whichever store the phone belongs to."""


class LocalStore:
    """One phone's database.

    pragmas: the storage's own, run first: they make a commit durable. now: the wall clock, aware.
    random: n random bytes. guard: turns SQLite's errors about the disk into the storage's.

    when_kept: told after what is no record yet was kept, or thrown away: a draft, a point of a way.
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
        self.when_kept: Callable[[], None] = _nothing
        with guard():
            connection = sqlite3.connect(path, factory=GuardedConnection)
            connection.guard = guard
            try:
                for pragma in (*pragmas, "foreign_keys=ON"):
                    connection.execute(f"PRAGMA {pragma}").fetchall()
                self.db = Database(connection)
                with self.db.atomic():  # all of them or none, with the list of those that are done
                    MIGRATIONS.apply(self.db)
            except Exception as error:
                if is_of_the_disk(error):
                    connection.close()  # or it would hold the lock when this is tried again
                raise  # a damaged database is not closed: SQLite would write to it

    def close(self) -> None:
        self.db.close()

    def new_id(self) -> EntityId:
        return EntityId(uuid7(max(0, to_ms(self.now())), self._random(10)))

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All that is written within, or nothing of it."""
        with self._guard(), self.db.atomic():
            yield

    # Facts

    def fact(self, name: str) -> str | None:
        row = self.db.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone()
        return None if row is None else cast(str, row[0])

    def set_facts(self, facts: Mapping[str, str | None]) -> None:
        """Writes them together; None forgets a fact."""
        with self.atomic():
            for name, value in facts.items():
                self._set_fact(name, value)

    def begin_anew(self, facts: Mapping[str, str | None]) -> None:
        """Forgets, as it writes these facts, all that the phone has of the store it belonged to.

        What the person has chosen for the phone stays, and the files of its photos.
        """
        with self.atomic():
            files = (one for (one,) in self.db.execute("SELECT sha256 FROM photo_file").fetchall())
            kept = {*json.loads(self.fact(KEPT_PHOTOS) or "[]"), *files}
            for table in _OF_A_STORE:
                self.db.execute(f"DELETE FROM {table}")
            marks = ", ".join("?" * len(_OF_THE_PHONE))
            self.db.execute(f"DELETE FROM fact WHERE name NOT IN ({marks})", _OF_THE_PHONE)
            self._set_fact(KEPT_PHOTOS, json.dumps(sorted(kept)))
            for name, value in facts.items():
                self._set_fact(name, value)

    # Recording on this phone

    def record(
        self, edits: Sequence[Edit], *, drafts: Mapping[str, dict[str, Any] | None] | None = None
    ) -> list[Change]:
        """Merges the edits and puts them in the outbox; on disk when this returns (native).

        An edit that gives a photo its sha256 expects the file to be on disk under that name.
        drafts: what is kept, or forgotten (None), in the same transaction. Raises BadField for
        an edit that the store would refuse.
        """
        with self.atomic():
            changes = [self._change(with_refused(self.db, edit)) for edit in edits]
            for change in changes:
                self._expect_photo(change)
                merge_all(self.db, [change])
                self._put_in_outbox(change)
            self._keep_drafts(drafts or {})
        return changes

    def adopt(
        self,
        changes: Sequence[Change],
        photos: Sequence[ArrivedPhoto],
        *,
        facts: Mapping[str, str | None],
    ) -> None:
        """Takes changes that were made elsewhere, to be sent from here as they are.

        Their photos' files are on disk already; one whose record is not here (yet) is kept.
        """
        with self.atomic():
            last = self._last_stamp()
            for change in changes:
                self._put_in_outbox(change)
                merge_all(self.db, [change])
                last = witness(last, change.made_at)
            self._set_fact("clock", last.to_text())
            self._set_fact(MISSING, still_missing(self.db, changes, asked_for=()))
            for photo in photos:
                self._expect_file(photo)
            for fact in (KEPT_PHOTOS, TAKEN_OVER_PHOTOS):
                names = {*json.loads(self.fact(fact) or "[]"), *(one.sha256 for one in photos)}
                self._set_fact(fact, json.dumps(sorted(names)))
            for name, value in facts.items():
                self._set_fact(name, value)

    def refill(self, fill: Callable[[Database], None]) -> None:
        """An empty database gets what was salvaged, all or nothing; what waits is merged again."""
        with self.atomic():
            fill(self.db)
            for (body,) in self.db.execute("SELECT body FROM outbox ORDER BY position").fetchall():
                change = change_of(body)
                self._expect_photo(change)
                merge_all(self.db, [change])

    # Drafts: what a person has begun and not saved; never sent

    def draft(self, name: str) -> dict[str, Any] | None:
        row = self.db.execute("SELECT body FROM draft WHERE name = ?", [name]).fetchone()
        return None if row is None else cast("dict[str, Any]", json.loads(row[0]))

    def drafts(self) -> dict[str, dict[str, Any]]:
        """All of them by name."""
        rows = self.db.execute("SELECT name, body FROM draft ORDER BY name").fetchall()
        return {row[0]: json.loads(row[1]) for row in rows}

    def keep_drafts(self, drafts: Mapping[str, dict[str, Any] | None]) -> None:
        """None forgets a draft."""
        with self.atomic():
            self._keep_drafts(drafts)
        self.when_kept()

    def write(self, statement: str, values: dict[str, Any]) -> None:
        """One statement on a table of this phone's own, which is never sent."""
        with self.atomic():
            self.db.execute(statement, values)
        self.when_kept()

    def _keep_drafts(self, drafts: Mapping[str, dict[str, Any] | None]) -> None:
        for name, body in drafts.items():
            if body is None:
                self.db.execute("DELETE FROM draft WHERE name = ?", [name])
            else:
                self.db.execute(
                    "INSERT INTO draft (name, body) VALUES (?, ?)"
                    " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
                    [name, json.dumps(body, ensure_ascii=False)],
                )

    # Sync

    def apply_answer(
        self,
        *,
        accepted: Sequence[ChangeId],
        refused: Sequence[Refusal],
        changes: Sequence[Change],
        facts: Mapping[str, str | None],
        asked_for: Sequence[EntityId] = (),
    ) -> None:
        """What one answer of the store says, in one transaction: all of it or nothing.

        asked_for: what the phone had only parts of and asked for by name; not asked for again.
        """
        with self.atomic():
            there = to_say_are_there(self.db, self._last_stamp().device, changes)
            self.db.conn.executemany(
                "DELETE FROM outbox WHERE change_id = ?", [(change_id,) for change_id in accepted]
            )
            for refusal in refused:
                if refusal.code == "bad_clock" and self._last_stamp().wall_ms >= LATEST_STAMP_MS:
                    continue  # below it gets another stamp, and goes again
                self.db.execute(
                    "UPDATE outbox SET refused_code = ?, refused_reason = ? WHERE change_id = ?",
                    [refusal.code, refusal.reason, refusal.change_id],
                )
                bring_back(self.db, refusal.change_id)
            merge_all(self.db, changes)
            last = witness(self._last_stamp(), *(change.made_at for change in changes))
            for name, value in facts.items():
                self._set_fact(name, value)
            self._set_fact(MISSING, still_missing(self.db, changes, asked_for))
            if last.wall_ms >= LATEST_STAMP_MS:
                last = stamped_anew(self.db, last.device, self.fact("synced_at"))
            self._set_fact("clock", last.to_text())
            if there := still_gone(self.db, there):
                self.record(there)

    def see_refusals(self, entity_ids: Sequence[EntityId]) -> None:
        """The person has seen what was refused of these; they become what the store has."""
        with self.atomic():
            self.db.execute(
                "UPDATE outbox SET seen_at = ? WHERE refused_code IS NOT NULL"
                " AND entity_id IN (SELECT value FROM json_each(?))",
                [to_text(self.now()), json.dumps(list(entity_ids))],
            )

    def become(self, kind: EntityKind, entity_id: EntityId, changes: Sequence[Change]) -> None:
        """A thing becomes what these changes of the store make of it, and what waits here.

        What was refused of it and seen is forgotten.
        """
        with self.atomic():
            self._forget_seen(entity_id)
            self.db.execute(f"DELETE FROM {kind.value} WHERE id = ?", [entity_id])
            rows = self.db.execute(
                "SELECT body FROM outbox WHERE entity_id = ? AND refused_code IS NULL"
                " ORDER BY position",
                [entity_id],
            ).fetchall()
            merge_all(self.db, [*changes, *(change_of(row[0]) for row in rows)])

    def forget_seen(self, entity_id: EntityId) -> None:
        """Of a thing that no store can tell of: it stays as it is."""
        with self.atomic():
            self._forget_seen(entity_id)

    def _forget_seen(self, entity_id: EntityId) -> None:
        self.db.execute(
            "DELETE FROM outbox WHERE seen_at IS NOT NULL AND entity_id = ?", [entity_id]
        )

    # The inside

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
        now_ms = max(0, to_ms(self.now()))
        stamp = tick(self._last_stamp(), min(now_ms, latest_ms(self.fact("synced_at"))))
        self._set_fact("clock", stamp.to_text())
        return Change(
            change_id=ChangeId(uuid7(now_ms, self._random(10))),
            area=edit.area,
            entity=edit.entity,
            entity_id=edit.entity_id,
            fields=edit.fields,
            made_at=stamp,
            device_id=stamp.device,
            bases=bases_of_edit(self.db, edit),
        )

    def _expect_photo(self, change: Change) -> None:
        """A photo of this phone has a file here, which is to be sent."""
        fields = change.fields
        if change.entity is EntityKind.PHOTO and fields.get("sha256") is not None:
            self._expect_file(
                ArrivedPhoto(
                    sha256=Sha256(str(fields["sha256"])),
                    area=change.area,
                    size_bytes=cast(int, fields["size_bytes"]),
                )
            )

    def _expect_file(self, photo: ArrivedPhoto) -> None:
        self.db.execute(
            "INSERT INTO photo_file (sha256, area, size_bytes, made_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (sha256) DO NOTHING",
            [photo.sha256, photo.area, photo.size_bytes, to_text(self.now())],
        )

    def _put_in_outbox(self, change: Change) -> None:
        self.db.execute(
            "INSERT INTO outbox (change_id, entity, entity_id, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (change_id) DO NOTHING",
            [
                change.change_id,
                change.entity.value,
                change.entity_id,
                body_of(change),
            ],
        )


def _nothing() -> None:
    """Nobody has asked to be told."""
