"""The points of a route as they come, on the phone only, until the route is thinned and sent."""

from __future__ import annotations

from sync.client.exchange import Flush
from sync.client.local_store import LocalStore
from sync.client.recorder import Recorder
from sync.client.records import Edit, RoundRecord, RouteRecord
from sync.client.track import TrackPoint, duration_s, length_m, parts, thinned
from sync.domain.change import Json
from sync.domain.fields import MAX_ROUTE_M, points_to_json
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId
from sync.domain.instants import from_text, to_text
from sync.domain.words import EntityKind

RECORDING = "route_of_round"
"""The fact that names the round whose route this phone records."""


class RouteStore:
    def __init__(self, *, local: LocalStore, recorder: Recorder, flush: Flush) -> None:
        self._local, self._recorder, self._flush = local, recorder, flush

    # The switch

    def is_recording(self, round_id: EntityId) -> bool:
        return self._local.fact(RECORDING) == round_id

    async def switch(self, round_id: EntityId | None) -> None:
        self._local.set_facts({RECORDING: round_id})
        await self._flush()

    # The points

    def points(self, round_id: EntityId) -> list[TrackPoint]:
        rows = self._local.db.query(_POINTS, {"round": round_id})
        return [
            TrackPoint(
                point=GeoPoint(lat_deg=row["lat_deg"], lon_deg=row["lon_deg"]),
                taken_at=from_text(row["taken_at"]),
                until_at=from_text(row["until_at"]),
            )
            for row in rows
        ]

    def keep(self, round_id: EntityId, one: TrackPoint) -> None:
        """A new point, or one that has grown longer; native: on disk when this returns.

        In the browser it is so after flush(), which the caller awaits now and then.
        """
        self._local.write(
            _KEEP,
            {
                "id": self._local.new_id(),
                "round": round_id,
                "lat": one.point.lat_deg,
                "lon": one.point.lon_deg,
                "taken": to_text(one.taken_at),
                "until": to_text(one.until_at),
            },
        )

    async def flush(self) -> None:
        await self._flush()

    async def forget(self, round_id: EntityId) -> list[TrackPoint]:
        """Throws the points away; they come back to the caller, who may have them kept again."""
        thrown = self.points(round_id)
        self._local.write("DELETE FROM route_point WHERE round_id = :round", {"round": round_id})
        await self._flush()
        return thrown

    # The route

    async def finish(self, round_: RoundRecord) -> int:
        """Writes the route, thinned, and then deletes its points. How many pieces it had.

        The id of a piece is that of its first point: done again after a crash halfway, it makes
        the same record.
        """
        points = self.points(round_.round_id)
        rows = list(self._local.db.query(_POINTS, {"round": round_.round_id}))
        ids = {from_text(row["taken_at"]): EntityId(row["id"]) for row in rows}
        written = 0
        for part in parts(points):
            line = [one.point for one in part]
            if len(line) < 2:
                continue
            await self._recorder.save_route(
                round_,
                route_id=ids[part[0].taken_at],
                points=thinned(line),
                length_m=min(MAX_ROUTE_M, round(length_m(line))),
                duration_s=duration_s(part),
                started_at=to_text(part[0].taken_at),
                ended_at=to_text(part[-1].until_at),
            )
            written += 1
        if points:  # not those that have come while this was written
            last = {"round": round_.round_id, "last": rows[len(points) - 1]["rowid"]}
            self._local.write(_FORGET_UNTIL, last)
            await self._flush()
        return written

    async def throw_away(self, route: RouteRecord) -> None:
        """Its points too, so that no table shows where somebody went who did not want it."""
        await self._write(route, {"deleted_at": to_text(self._local.now()), "points": []})

    async def put_back(self, route: RouteRecord) -> None:
        await self._write(route, {"deleted_at": None, "points": points_to_json(route.points)})

    async def _write(self, route: RouteRecord, fields: dict[str, Json]) -> None:
        edit = Edit(
            area=route.area, entity=EntityKind.ROUTE, entity_id=route.route_id, fields=fields
        )
        self._local.record([edit])
        await self._flush()


_POINTS = """
SELECT rowid, id, lat_deg, lon_deg, taken_at, until_at FROM route_point
WHERE round_id = :round ORDER BY rowid
"""
"""As they came: the clock may have been set back meanwhile."""

_FORGET_UNTIL = "DELETE FROM route_point WHERE round_id = :round AND rowid <= :last"

_KEEP = """
INSERT INTO route_point (id, round_id, lat_deg, lon_deg, taken_at, until_at)
VALUES (:id, :round, :lat, :lon, :taken, :until)
ON CONFLICT (round_id, taken_at) DO UPDATE SET until_at = excluded.until_at
"""
