"""What waits to be sent. What cannot go stands aside, with its reason, and holds up nothing."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import TypeAlias

from sync.client.local_store import LocalStore
from sync.client.outbox_body import as_sent, change_of
from sync.client.phone_storage import PhoneStorageError
from sync.client.store_clock import right_now
from sync.domain.change import Change, Refusal
from sync.domain.ids import ChangeId, EntityId
from sync.domain.instants import to_text
from sync.domain.words import EntityKind
from sync.wire import MAX_CHANGES, BadWire, fitting, request_to_bytes
from sync.wire import SyncRequest as Message

ASIDE_FIRST = timedelta(seconds=30)
ASIDE_LAST = timedelta(hours=1)
UNREADABLE = "unreadable"

Row: TypeAlias = tuple[str, str, int]
"""change_id, body, failures"""

log = logging.getLogger(__name__)


class Outbox:
    """texts: those of the last message, see SyncRequest."""

    def __init__(self, local: LocalStore) -> None:
        self._local = local
        self._ahead: dict[str, Change] = {}
        self.texts: dict[ChangeId, str] = {}

    def next_message(
        self, at_most: int = MAX_CHANGES, *, without: Collection[ChangeId] = ()
    ) -> list[Change]:
        """The oldest changes the store has not answered for, as many as one message carries.

        Those that a message failed with before come last, alone with their like, and not before
        their time. What cannot be read is refused here: it never can be sent, the rest can.
        """
        rows = self._next_rows(at_most, without)
        read = self._read_all(rows)
        unreadable = [change_id for change_id, body, _ in rows if body not in read]
        for change_id in unreadable:
            self.refuse(ChangeId(change_id), UNREADABLE, "it cannot be read on the phone")
        if unreadable:  # and what waits may have got other stamps by it
            return self.next_message(at_most, without=without)
        sent = ((change.change_id, as_sent(body)) for body, change in read.items())
        self.texts = {change_id: text for change_id, text in sent if text is not None}
        return [read[body] for _, body, _ in rows]

    def read_ahead(self, at_most: int, *, without: Collection[ChangeId]) -> None:
        """While a message is on its way: `next_message` has less to do when it is answered.

        What cannot be read is met again by that, and told then.
        """
        try:
            self._ahead = self._read_all(self._next_rows(at_most, without))
        except (sqlite3.Error, PhoneStorageError):
            self._ahead = {}

    def _next_rows(self, at_most: int, without: Collection[ChangeId]) -> list[Row]:
        found: list[Row] = self._local.db.execute(
            _NEXT, self._values(min(at_most, MAX_CHANGES), without)
        ).fetchall()
        alike = [row for row in found if bool(row[2]) == bool(found[0][2])]
        return alike[: len(fitting([body for _, body, _ in alike]))]

    def _read_all(self, rows: Sequence[Row]) -> dict[str, Change]:
        """By body; without those that cannot be read."""
        read = {}
        for _, body, _ in rows:
            change = self._ahead.get(body) or _read(body)
            if change is not None:
                read[body] = change
        return read

    def has_more(self, *, without: Collection[ChangeId] = ()) -> bool:
        return self._local.db.execute(_NEXT, self._values(1, without)).fetchone() is not None

    def _values(self, limit: int, without: Collection[ChangeId]) -> dict[str, object]:
        now = right_now(self._local)
        return {
            "now": to_text(now),
            "never": to_text(now + 2 * ASIDE_LAST),
            "limit": limit,
            "without": json.dumps(list(without)),
        }

    def refuse(self, change_id: ChangeId, code: str, reason: str) -> None:
        """It will never be taken: the person sees it with its reason."""
        log.warning("a change is not sent: %s", code)
        refusal = Refusal(change_id=change_id, code=code, reason=reason)
        self._local.apply_answer(accepted=(), refused=(refusal,), changes=(), facts={})

    def stand_aside(self, change_ids: Iterable[ChangeId]) -> None:
        """The store could not say yes or no to them: tried again later, longer every time."""
        for change_id in change_ids:
            row = self._local.db.execute(
                "SELECT failures FROM outbox WHERE change_id = ?", [change_id]
            ).fetchone()
            failures = 0 if row is None else int(row[0])
            until = right_now(self._local) + min(ASIDE_LAST, ASIDE_FIRST * 2 ** min(failures, 16))
            self._local.write(
                "UPDATE outbox SET failures = failures + 1, aside_until = :until"
                " WHERE change_id = :id",
                {"id": change_id, "until": to_text(until)},
            )

    def try_all_again(self) -> None:
        """The person asked: what stands aside is due now."""
        self._local.write("UPDATE outbox SET aside_until = NULL WHERE failures > 0", {})

    def try_again(self, entity_id: EntityId) -> None:
        """Of one thing, also what was refused; and its file if it is a photo, or nothing more."""
        values = {"id": entity_id}
        self._local.write(
            "UPDATE outbox SET refused_code = NULL, refused_reason = NULL, failures = 0,"
            " aside_until = NULL, seen_at = NULL WHERE entity_id = :id",
            values,
        )
        self._local.write(
            "UPDATE photo_file SET refused_code = NULL, refused_reason = NULL"
            " WHERE stored_at IS NULL"
            " AND (sha256 = :id OR sha256 IN (SELECT sha256 FROM photo WHERE id = :id))",
            values,
        )

    def seen_refusals(self) -> list[tuple[EntityKind, EntityId]]:
        """Things whose refusals a person has seen: they are to become what the store has."""
        rows = self._local.db.execute(
            "SELECT DISTINCT entity, entity_id FROM outbox WHERE seen_at IS NOT NULL"
        ).fetchall()
        return [(EntityKind(row[0]), EntityId(row[1])) for row in rows]


def _read(body: str) -> Change | None:
    """None for what is no change, or what no message can carry (half a letter, say).

    Raises DamagedBody for what is not as it was written.
    """
    try:
        change = change_of(body)
        if "\\u" in body:  # the only way in for what JSON can say and UTF-8 cannot
            request_to_bytes(Message(changes=(change,), cursor=0))
    except (BadWire, ValueError, TypeError, RecursionError):
        return None
    return change


_NEXT = """
SELECT change_id, body, failures FROM outbox
WHERE refused_code IS NULL AND change_id NOT IN (SELECT value FROM json_each(:without))
    AND (aside_until IS NULL OR aside_until <= :now OR aside_until > :never)
ORDER BY failures > 0, position LIMIT :limit
"""
"""A time to stand aside that lies too far ahead comes from a clock that was wrong."""
