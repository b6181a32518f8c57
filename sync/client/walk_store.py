"""Reading the phone's database for the screens: rounds, observations, receipts, what waits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sync.client.local_store import KEPT_PHOTOS, LocalStore
from sync.client.order import NOTED, said_at
from sync.client.records import (
    ObservationRecord,
    PhotoRecord,
    RecheckRecord,
    RoundRecord,
    Waiting,
)
from sync.client.rows import observation_of, photo_of, recheck_of, round_of
from sync.client.where_it_is import WAITING
from sync.client.without_record import WITHOUT_RECORD
from sync.domain.ids import EntityId
from sync.domain.words import Group


class WalkStore:
    """Queries only; writing is LocalStore.record."""

    def __init__(self, local: LocalStore) -> None:
        self._local, self._db = local, local.db

    def rounds_under_way(self) -> list[RoundRecord]:
        """Started, not ended, newest first."""
        rows = self._db.query(_STARTED + f" AND ended_at IS NULL ORDER BY {_STARTED_AT} DESC")
        return [round_of(row) for row in rows]

    def round(self, round_id: EntityId) -> RoundRecord | None:
        for row in self._db.query(_ROUNDS + " AND id = :id", {"id": round_id}):
            return round_of(row)
        return None

    def ended_rounds(self, limit: int) -> list[RoundRecord]:
        """The latest that ended, newest first."""
        rows = self._db.query(
            _STARTED + f" AND ended_at IS NOT NULL ORDER BY {_STARTED_AT} DESC LIMIT :limit",
            {"limit": limit},
        )
        return [round_of(row) for row in rows]

    def planned_rounds(self, since: str, limit: int = 100) -> list[RoundRecord]:
        """Planned for `since` (UTC text) or later and not started by anybody, the next first."""
        query = (
            _ROUNDS
            + " AND started_at IS NULL AND ended_at IS NULL AND planned_start_at >= :since"
            + " ORDER BY planned_start_at, id LIMIT :limit"
        )
        return [round_of(row) for row in self._db.query(query, {"since": since, "limit": limit})]

    def is_empty(self, round_id: EntityId) -> bool:
        """Nothing was found, visited, stopped at or walked on it, and nobody counted."""
        query = _ROUNDS + f" AND id = :id AND NOT ({_HAS_RECORDS} OR {_HAS_OTHERS})"
        return bool(self._db.execute(query, {"id": round_id}).fetchone())

    def removed_too_early(self) -> list[RoundRecord]:
        """Deleted as empty by a phone that did not know yet what others had recorded on it."""
        query = _REMOVED + f" AND {_HAS_RECORDS}"
        store_id = self._local.fact("store_id")
        return [round_of(row) for row in self._db.query(query, {"store": store_id})]

    def observations(self, round_id: EntityId, limit: int = 1000) -> list[ObservationRecord]:
        """Of one round, newest first, without the deleted."""
        query = _OBSERVATIONS + f" AND o.round_id = :id ORDER BY {NOTED} DESC, o.id DESC"
        rows = list(self._db.query(query + " LIMIT :limit", {"id": round_id, "limit": limit}))
        return self._with_photos(rows)

    def some_observations(self, ids: Sequence[EntityId]) -> list[ObservationRecord]:
        """In the order of `ids`, without the deleted."""
        query = _OBSERVATIONS + " AND o.id IN (SELECT value FROM json_each(:ids))"
        rows = list(self._db.query(query, {"ids": json.dumps(list(ids))}))
        found = {one.observation_id: one for one in self._with_photos(rows)}
        return [found[one] for one in ids if one in found]

    def observation(self, observation_id: EntityId) -> ObservationRecord | None:
        rows = list(self._db.query(_OBSERVATIONS + " AND o.id = :id", {"id": observation_id}))
        found = self._with_photos(rows)
        return found[0] if found else None

    def rechecks(self, observation_id: EntityId) -> list[RecheckRecord]:
        """The later visits to one observation, newest first, without the deleted."""
        query = (
            "SELECT * FROM recheck WHERE observation_id = :id AND deleted_at IS NULL"
            " AND verdict IS NOT NULL AND checked_at IS NOT NULL"
            f" ORDER BY {said_at('recheck', 'checked_at')} DESC, id DESC"
        )
        return [recheck_of(row) for row in self._db.query(query, {"id": observation_id})]

    def count_of_round(self, round_id: EntityId) -> int:
        row = self._db.execute(
            "SELECT COUNT(*) FROM observation WHERE round_id = ? AND deleted_at IS NULL",
            [round_id],
        ).fetchone()
        return int(row[0])

    def waiting(self) -> Waiting:
        row = self._db.execute(_WAITING).fetchone()
        return Waiting(
            records=row[0], photos=row[1], refused=row[2], undecided=row[3], aside=row[4]
        )

    def has_unsent_route(self) -> bool:
        """Points of a route that is being recorded, and is not a record yet."""
        row = self._db.execute("SELECT EXISTS (SELECT 1 FROM route_point)").fetchone()
        return bool(row[0])

    def known_photos(self) -> set[str]:
        """Hashes of all photos that a record or a draft refers to; of deleted ones too, for undo.
        And of those that another phone handed over, whose records may come later.

        A draft's photos are {"sha256": …} in its list "photos".
        """
        rows = self._db.execute("SELECT sha256 FROM photo WHERE sha256 IS NOT NULL")
        known = {row[0] for row in rows}
        known.update(json.loads(self._local.fact(KEPT_PHOTOS) or "[]"))
        for draft in self._local.drafts().values():
            known.update(str(photo["sha256"]) for photo in draft.get("photos", []))
        return known

    def _with_photos(self, rows: list[dict[str, Any]]) -> list[ObservationRecord]:
        photos: dict[str, list[PhotoRecord]] = {row["id"]: [] for row in rows}
        if rows:
            marks = ", ".join("?" for _ in rows)
            for row in self._db.query(_PHOTOS.format(marks=marks), [row["id"] for row in rows]):
                photos[row["observation_id"]].append(photo_of(row))
        return [observation_of(row, tuple(photos[row["id"]])) for row in rows]


_ROUNDS = "SELECT * FROM round WHERE deleted_at IS NULL AND kind IS NOT NULL"
_DELETED_AT = said_at("round", "deleted_at")
_REMOVED = f"""
SELECT * FROM round WHERE deleted_at IS NOT NULL AND kind IS NOT NULL AND started_at IS NOT NULL
    AND planned_start_at IS NULL
    AND substr(substr({_DELETED_AT}, 1, instr({_DELETED_AT}, '/') - 1), 23) <> :store
"""
"""By a phone: the device is in the stamp (Change.stamp). What the office deletes stays deleted."""
_HAS_RECORDS = """(
    EXISTS (SELECT 1 FROM observation x WHERE x.round_id = round.id AND x.deleted_at IS NULL)
    OR EXISTS (SELECT 1 FROM recheck x WHERE x.round_id = round.id AND x.deleted_at IS NULL)
    OR EXISTS (SELECT 1 FROM stop x WHERE x.round_id = round.id AND x.deleted_at IS NULL)
    OR EXISTS (SELECT 1 FROM route x WHERE x.round_id = round.id AND x.deleted_at IS NULL))
"""
_HAS_OTHERS = " OR ".join(
    [
        "EXISTS (SELECT 1 FROM route_point x WHERE x.round_id = round.id)",
        *(f"COALESCE({group.field}, 0) > 0" for group in Group),
    ]
)
_STARTED_AT = said_at("round", "started_at")
_STARTED = _ROUNDS + " AND started_at IS NOT NULL"

_OBSERVATIONS = f"""
SELECT o.*,
    o.id IN ({WAITING}) AS waiting,
    (SELECT w.refused_code FROM outbox w
        WHERE w.entity_id = o.id AND w.refused_code IS NOT NULL AND w.seen_at IS NULL LIMIT 1)
        AS refused_code,
    r.case_ref, r.city_status, r.sent_at
FROM observation o
LEFT JOIN report r ON r.id = (SELECT l.id FROM report l
    WHERE l.observation_id = o.id AND l.case_ref IS NOT NULL ORDER BY l.sent_at DESC LIMIT 1)
WHERE o.deleted_at IS NULL AND o.round_id IS NOT NULL AND o.noted_at IS NOT NULL
"""

_PHOTOS = """
SELECT p.*, f.made_at, f.stored_at, f.refused_code
FROM photo p LEFT JOIN photo_file f ON f.sha256 = p.sha256
LEFT JOIN recheck r ON r.id = p.recheck_id
WHERE p.deleted_at IS NULL AND r.deleted_at IS NULL AND p.sha256 IS NOT NULL
    AND p.observation_id IN ({marks})
ORDER BY p.position, p.id
"""

_WAITING = f"""
SELECT
    (SELECT COUNT(DISTINCT COALESCE(
        (SELECT p.observation_id FROM photo p WHERE p.id = w.entity_id), w.entity_id))
        FROM outbox w WHERE w.refused_code IS NULL),
    (SELECT COUNT(DISTINCT sha256) FROM wanted_photo
        WHERE stored_at IS NULL AND refused_code IS NULL AND cover IS NOT NULL)
        + (SELECT COUNT(*) FROM photo_file f WHERE f.refused_code IS NULL AND {WITHOUT_RECORD}),
    (SELECT COUNT(*) FROM (
        SELECT entity_id FROM outbox WHERE refused_code IS NOT NULL AND seen_at IS NULL
        UNION SELECT MIN(photo_id) FROM wanted_photo WHERE refused_code IS NOT NULL
            GROUP BY sha256
        UNION SELECT f.sha256 FROM photo_file f
            WHERE f.refused_code IS NOT NULL AND {WITHOUT_RECORD})),
    (SELECT COUNT(DISTINCT sha256) FROM wanted_photo
        WHERE stored_at IS NULL AND refused_code IS NULL AND cover IS NULL),
    (SELECT COUNT(DISTINCT entity_id) FROM outbox WHERE refused_code IS NULL AND failures > 0)
"""
