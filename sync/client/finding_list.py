"""The list of a round: which observations are in it, and what a row shows of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.client.local_store import LocalStore
from sync.client.open_points import NOTED_ON
from sync.client.order import NOTED, said_at
from sync.client.records import ObservationRecord, RecheckRecord
from sync.client.rows import recheck_of
from sync.client.walk_store import WalkStore
from sync.domain.ids import EntityId


class Show(StrEnum):
    """What a person wants to see of the list."""

    ALL = "all"
    MINE = "mine"
    WAITING = "waiting"
    DEFECT = "defect"
    POSITIVE = "positive"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFinding:
    """visit: the latest later visit. stop_name: of the stop it was noted at."""

    finding: ObservationRecord
    visit: RecheckRecord | None = None
    stop_name: str | None = None

    @property
    def row_id(self) -> EntityId:
        return self.finding.observation_id


class FindingList:
    """Queries only."""

    def __init__(self, local: LocalStore, walk: WalkStore) -> None:
        self._local, self._db, self._walk = local, local.db, walk

    def ids(self, round_id: EntityId, show: Show = Show.ALL) -> list[EntityId]:
        """Newest first, without the deleted."""
        query = _IDS + _ONLY[show] + f" ORDER BY {NOTED} DESC, o.id DESC"
        values = {"id": round_id, "phone": self._local.fact("device_id"), "kind": show.value}
        return [EntityId(row[0]) for row in self._db.execute(query, values).fetchall()]

    def rows(self, ids: Sequence[EntityId]) -> list[ListedFinding]:
        """In the order of `ids`, without the deleted."""
        found = self._walk.some_observations(ids)
        values = {"ids": json.dumps([one.observation_id for one in found])}
        visits = {row["observation_id"]: recheck_of(row) for row in self._db.query(_VISITS, values)}
        stops = {row["id"]: row["name"] for row in self._db.query(_STOPS, values)}
        return [
            ListedFinding(
                finding=one,
                visit=visits.get(one.observation_id),
                stop_name=stops.get(one.stop_id) or None,
            )
            for one in found
        ]


_IDS = """
SELECT o.id FROM observation o
WHERE o.round_id = :id AND o.deleted_at IS NULL AND o.noted_at IS NOT NULL
"""

_ONLY = {
    Show.ALL: "",
    Show.MINE: f" AND {NOTED_ON} = :phone",
    Show.WAITING: """ AND (
        EXISTS (SELECT 1 FROM outbox w WHERE w.entity_id = o.id)
        OR EXISTS (SELECT 1 FROM photo p JOIN outbox w ON w.entity_id = p.id
            WHERE p.observation_id = o.id)
        OR EXISTS (SELECT 1 FROM recheck r JOIN outbox w ON w.entity_id = r.id
            WHERE r.observation_id = o.id)
        OR EXISTS (SELECT 1 FROM photo p JOIN photo_file f ON f.sha256 = p.sha256
            LEFT JOIN recheck r ON r.id = p.recheck_id
            WHERE p.observation_id = o.id AND p.deleted_at IS NULL AND r.deleted_at IS NULL
                AND f.stored_at IS NULL)
    )""",
    Show.DEFECT: " AND COALESCE(o.kind, 'defect') = :kind",
    Show.POSITIVE: " AND o.kind = :kind",
    Show.PROPOSAL: " AND o.kind = :kind",
}
"""Of the observation o. What waits includes what was refused and nobody has seen to."""

_VISITS = f"""
SELECT * FROM recheck
WHERE deleted_at IS NULL AND verdict IS NOT NULL AND checked_at IS NOT NULL
    AND observation_id IN (SELECT value FROM json_each(:ids))
ORDER BY {said_at("recheck", "checked_at")}, id
"""

_STOPS = """
SELECT s.id, s.name FROM observation o JOIN stop s ON s.id = o.stop_id AND s.deleted_at IS NULL
WHERE o.id IN (SELECT value FROM json_each(:ids))
"""
