"""Reading the phone's database for the screens: rounds, observations, receipts, what waits."""

from __future__ import annotations

import json
from typing import Any

from sync.client.local_store import LocalStore
from sync.client.records import ObservationRecord, PhotoRecord, Receipt, RoundRecord, Waiting
from sync.domain.fields import place_from_json
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.status import Status
from sync.domain.words import Category, RoundKind


class WalkStore:
    """Queries only; writing is LocalStore.record."""

    def __init__(self, local: LocalStore) -> None:
        self._db = local.db

    def rounds_under_way(self) -> list[RoundRecord]:
        """Started, not ended, newest first."""
        rows = self._db.query(_ROUNDS + " AND ended_at IS NULL ORDER BY started_at DESC")
        return [_round(row) for row in rows]

    def round(self, round_id: EntityId) -> RoundRecord | None:
        for row in self._db.query(_ROUNDS + " AND id = :id", {"id": round_id}):
            return _round(row)
        return None

    def ended_rounds(self, limit: int) -> list[RoundRecord]:
        """The latest that ended, newest first."""
        rows = self._db.query(
            _ROUNDS + " AND ended_at IS NOT NULL ORDER BY started_at DESC LIMIT :limit",
            {"limit": limit},
        )
        return [_round(row) for row in rows]

    def observations(self, round_id: EntityId, limit: int = 1000) -> list[ObservationRecord]:
        """Of one round, newest first, without the deleted."""
        query = _OBSERVATIONS + " AND o.round_id = :id ORDER BY o.noted_at DESC, o.id DESC"
        rows = list(self._db.query(query + " LIMIT :limit", {"id": round_id, "limit": limit}))
        return self._with_photos(rows)

    def observation(self, observation_id: EntityId) -> ObservationRecord | None:
        rows = list(self._db.query(_OBSERVATIONS + " AND o.id = :id", {"id": observation_id}))
        found = self._with_photos(rows)
        return found[0] if found else None

    def count_of_round(self, round_id: EntityId) -> int:
        row = self._db.execute(
            "SELECT COUNT(*) FROM observation WHERE round_id = ? AND deleted_at IS NULL",
            [round_id],
        ).fetchone()
        return int(row[0])

    def waiting(self) -> Waiting:
        row = self._db.execute(_WAITING).fetchone()
        return Waiting(records=row[0], photos=row[1], refused=row[2])

    def known_photos(self) -> set[str]:
        """Hashes of all photos that a record refers to; deleted ones too, undo needs them."""
        rows = self._db.execute(
            "SELECT sha256 FROM photo WHERE sha256 IS NOT NULL UNION SELECT sha256 FROM photo_file"
        )
        return {row[0] for row in rows}

    def _with_photos(self, rows: list[dict[str, Any]]) -> list[ObservationRecord]:
        photos: dict[str, list[PhotoRecord]] = {row["id"]: [] for row in rows}
        if rows:
            marks = ", ".join("?" for _ in rows)
            for row in self._db.query(_PHOTOS.format(marks=marks), [row["id"] for row in rows]):
                photos[row["observation_id"]].append(
                    PhotoRecord(
                        photo_id=EntityId(row["id"]),
                        sha256=Sha256(row["sha256"]),
                        is_stored=None if row["made_at"] is None else row["stored_at"] is not None,
                        refused_reason=row["refused_code"],
                    )
                )
        return [_observation(row, tuple(photos[row["id"]])) for row in rows]


def _round(row: dict[str, Any]) -> RoundRecord:
    return RoundRecord(
        round_id=EntityId(row["id"]),
        area=AreaCode(row["area"]),
        kind=RoundKind(row["kind"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        started_by=row["started_by"],
    )


def _observation(row: dict[str, Any], photos: tuple[PhotoRecord, ...]) -> ObservationRecord:
    is_with_store = row["waiting"] == 0 and all(photo.is_stored is not False for photo in photos)
    if row["case_ref"]:
        receipt = Receipt.WITH_CITY
    elif not is_with_store:
        receipt = Receipt.ON_PHONE
    else:
        receipt = Receipt.WITH_COORDINATOR
    return ObservationRecord(
        observation_id=EntityId(row["id"]),
        area=AreaCode(row["area"]),
        round_id=EntityId(row["round_id"]),
        category=None if row["category"] is None else Category(row["category"]),
        text=row["text"] or "",
        place=None if row["place"] is None else place_from_json(json.loads(row["place"])),
        noted_at=row["noted_at"],
        status=None if row["status"] is None else Status(row["status"]),
        status_reason=row["status_reason"],
        photos=photos,
        receipt=receipt,
        case_ref=row["case_ref"],
        city_status=row["city_status"],
        refused_code=row["refused_code"],
    )


_ROUNDS = """
SELECT id, area, kind, started_at, ended_at, started_by FROM round
WHERE deleted_at IS NULL AND started_at IS NOT NULL AND kind IS NOT NULL
"""

_OBSERVATIONS = """
SELECT o.id, o.area, o.round_id, o.category, o.text, o.place, o.noted_at,
    o.status, o.status_reason,
    (SELECT COUNT(*) FROM outbox w WHERE w.refused_code IS NULL AND (w.entity_id = o.id
        OR w.entity_id IN (SELECT p.id FROM photo p WHERE p.observation_id = o.id))) AS waiting,
    (SELECT w.refused_code FROM outbox w
        WHERE w.entity_id = o.id AND w.refused_code IS NOT NULL LIMIT 1) AS refused_code,
    (SELECT r.case_ref FROM report r WHERE r.observation_id = o.id AND r.case_ref IS NOT NULL
        ORDER BY r.sent_at DESC LIMIT 1) AS case_ref,
    (SELECT r.city_status FROM report r WHERE r.observation_id = o.id AND r.case_ref IS NOT NULL
        ORDER BY r.sent_at DESC LIMIT 1) AS city_status
FROM observation o
WHERE o.deleted_at IS NULL AND o.round_id IS NOT NULL AND o.noted_at IS NOT NULL
"""

_PHOTOS = """
SELECT p.id, p.observation_id, p.sha256, f.made_at, f.stored_at, f.refused_code
FROM photo p LEFT JOIN photo_file f ON f.sha256 = p.sha256
WHERE p.deleted_at IS NULL AND p.sha256 IS NOT NULL AND p.observation_id IN ({marks})
ORDER BY p.position, p.id
"""

_WAITING = """
SELECT
    (SELECT COUNT(DISTINCT COALESCE(
        (SELECT p.observation_id FROM photo p WHERE p.id = w.entity_id), w.entity_id))
        FROM outbox w WHERE w.refused_code IS NULL),
    (SELECT COUNT(DISTINCT f.sha256) FROM photo_file f
        JOIN photo p ON p.sha256 = f.sha256 AND p.deleted_at IS NULL
        JOIN observation o ON o.id = p.observation_id AND o.deleted_at IS NULL
        WHERE f.stored_at IS NULL AND f.refused_code IS NULL),
    (SELECT COUNT(*) FROM outbox w WHERE w.refused_code IS NOT NULL)
        + (SELECT COUNT(DISTINCT f.sha256) FROM photo_file f
            JOIN photo p ON p.sha256 = f.sha256 AND p.deleted_at IS NULL
            JOIN observation o ON o.id = p.observation_id AND o.deleted_at IS NULL
            WHERE f.refused_code IS NOT NULL)
"""
