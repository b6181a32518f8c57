"""The photo files of this phone on their way: which wait, which the store has or will not take.

Writes how far each file has come, and nothing else: the record of a photo is a change of its own.
"""

from __future__ import annotations

from sync.client.local_store import LocalStore
from sync.client.records import WaitingPhoto
from sync.client.without_record import WAITING_WITHOUT_RECORD, WITHOUT_RECORD
from sync.domain.ids import AreaCode, Sha256
from sync.domain.instants import to_text


class PhotoQueue:
    def __init__(self, local: LocalStore) -> None:
        self._local = local

    def waiting(self) -> list[WaitingPhoto]:
        """Photos that may be sent and are not, of records that are not deleted, or taken over.

        Urgent ones first, then the first of every observation; those that got nowhere when they
        were tried come last. A photo that nobody has decided on (faces, number plates) never
        leaves the phone.
        """
        rows = [
            *self._local.db.execute(_WAITING).fetchall(),
            *self._local.db.execute(WAITING_WITHOUT_RECORD).fetchall(),
        ]
        return [
            WaitingPhoto(
                sha256=Sha256(row[0]),
                area=AreaCode(row[1]),
                size_bytes=row[2],
                was_begun=bool(row[3]),
            )
            for row in rows
        ]

    def may_send(self, sha256: Sha256) -> bool:
        """Still, when its turn has come: a decision may have been taken back meanwhile."""
        return self._local.db.execute(_MAY_SEND, {"sha256": sha256}).fetchone() is not None

    def at_store(self) -> list[Sha256]:
        """Photos of records that are not deleted that the store has said it has."""
        rows = self._local.db.execute(
            "SELECT DISTINCT sha256 FROM wanted_photo WHERE stored_at IS NOT NULL ORDER BY sha256"
        ).fetchall()
        return [Sha256(row[0]) for row in rows]

    def stored(self, *sha256s: Sha256) -> None:
        """In one transaction. By the store's clock, so that a wrong one here clears no photo before
        its time."""
        at = self._local.fact("synced_at") or to_text(self._local.now())
        with self._local.atomic():
            self._local.db.conn.executemany(
                "UPDATE photo_file SET stored_at = ?, refused_code = NULL, refused_reason = NULL"
                " WHERE sha256 = ?",
                [(at, sha256) for sha256 in sha256s],
            )

    def gone_from_store(self, sha256: Sha256) -> None:
        """The store had it and has it no more: it waits again."""
        with self._local.atomic():
            self._local.db.execute(
                "UPDATE photo_file SET stored_at = NULL, begun = 1, tries = 0 WHERE sha256 = ?",
                [sha256],
            )

    def was_cut(self, sha256: Sha256, *, got_nowhere: bool) -> None:
        """The store may have a part of it. got_nowhere: no piece of it got through this time."""
        with self._local.atomic():
            self._local.db.execute(
                "UPDATE photo_file SET begun = 1, tries = tries + ? WHERE sha256 = ?",
                [int(got_nowhere), sha256],
            )

    def refused(self, sha256: Sha256, code: str, reason: str) -> None:
        with self._local.atomic():
            self._local.db.execute(
                "UPDATE photo_file SET refused_code = ?, refused_reason = ? WHERE sha256 = ?",
                [code, reason, sha256],
            )


_MAY_SEND = f"""
SELECT 1 FROM wanted_photo
WHERE sha256 = :sha256 AND stored_at IS NULL AND refused_code IS NULL AND cover IS NOT NULL
UNION ALL
SELECT 1 FROM photo_file f
WHERE f.sha256 = :sha256 AND f.refused_code IS NULL AND {WITHOUT_RECORD}
LIMIT 1
"""

_WAITING = """
SELECT sha256, area, size_bytes,
    (SELECT f.begun FROM photo_file f WHERE f.sha256 = wanted_photo.sha256)
FROM wanted_photo
WHERE stored_at IS NULL AND refused_code IS NULL AND cover IS NOT NULL
GROUP BY sha256
ORDER BY (SELECT f.tries FROM photo_file f WHERE f.sha256 = wanted_photo.sha256),
    MAX(is_urgent) DESC, MIN(COALESCE(position, 0)), made_at
"""
