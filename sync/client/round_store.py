"""Reading what belongs to a round: its stops, its recorded routes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sync.client.local_store import LocalStore
from sync.client.order import said_at
from sync.client.records import RouteRecord, StopRecord
from sync.client.rows import route_of, stop_of
from sync.domain.ids import AreaCode, EntityId


class RoundStore:
    """Queries only; writing is Recorder."""

    def __init__(self, local: LocalStore) -> None:
        self._db = local.db

    def stops(self, round_id: EntityId) -> list[StopRecord]:
        """In the order of the walk, without the deleted."""
        return self.stops_of([round_id])

    def stops_of(self, round_ids: Sequence[EntityId]) -> list[StopRecord]:
        """Those of several rounds; of each in the order of its walk, without the deleted."""
        query = (
            "SELECT * FROM stop WHERE round_id IN (SELECT value FROM json_each(:ids))"
            f" AND deleted_at IS NULL ORDER BY position, {said_at('stop', 'position')}, id"
        )
        return [stop_of(row) for row in self._db.query(query, {"ids": json.dumps(list(round_ids))})]

    def stop(self, stop_id: EntityId) -> StopRecord | None:
        query = "SELECT * FROM stop WHERE id = :id AND deleted_at IS NULL"
        for row in self._db.query(query, {"id": stop_id}):
            return stop_of(row)
        return None

    def routes(self, round_id: EntityId) -> list[RouteRecord]:
        """Every phone's recordings, the first begun first, without the thrown away."""
        query = (
            "SELECT * FROM route WHERE round_id = :id AND deleted_at IS NULL"
            f" ORDER BY {said_at('route', 'started_at')}, id"
        )
        return [route_of(row) for row in self._db.query(query, {"id": round_id})]

    def leaders(self, area: AreaCode, limit: int) -> list[str]:
        """Who led rounds of the area before, the latest first, each once."""
        query = f"""
        SELECT led_by FROM round
        WHERE area = :area AND deleted_at IS NULL AND led_by IS NOT NULL AND led_by <> ''
        GROUP BY led_by ORDER BY MAX({said_at("round", "led_by")}) DESC LIMIT :limit
        """
        return [row["led_by"] for row in self._db.query(query, {"area": area, "limit": limit})]

    def photos_of_others(self, round_id: EntityId) -> list[str]:
        """Hashes of the photos of what was found on the round whose files were made elsewhere."""
        query = """
        SELECT p.sha256 FROM photo p
        JOIN observation o ON o.id = p.observation_id
        WHERE o.round_id = :id AND o.deleted_at IS NULL AND p.deleted_at IS NULL
            AND p.sha256 IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM photo_file f WHERE f.sha256 = p.sha256)
        GROUP BY p.sha256 ORDER BY MIN(p.id)
        """
        return [row["sha256"] for row in self._db.query(query, {"id": round_id})]
