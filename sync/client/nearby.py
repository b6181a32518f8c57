"""What the phone knows near a point: reported already, and worth another look.

A box on an index first, then the exact distance; only the nearest are read whole.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sync.client.direction import Direction, direction
from sync.client.local_store import LocalStore
from sync.client.open_points import (
    IS_OPEN,
    OPEN_POINTS,
    SEEN_SINCE,
    OpenPoint,
    narrowing,
    point_of,
)
from sync.client.order import NOTED, wall_ms
from sync.domain.geo import EARTH_RADIUS_M, GeoBox, GeoPoint, distance_m
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.instants import to_ms, to_text
from sync.domain.status import FINAL_CITY_WORDS
from sync.domain.words import Category

KNOWN_WITHIN_M = 25.0
REVISIT_WITHIN_M = 40.0
OLD = timedelta(days=30)
SAME_PLACE_M = 10.0
"""What this phone noted itself on the same round is the same thing only this near."""
_READ_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """in_box: what lies in the box, the nearest first. whole: those wanted of some ids."""

    within_m: float
    in_box: str
    whole: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPoint:
    """distance_m, direction: from where it was asked; no direction on the spot itself."""

    point: OpenPoint
    distance_m: float
    direction: Direction | None


class NearbyStore:
    """Queries only, but for `decline`."""

    def __init__(self, local: LocalStore) -> None:
        self._local, self._db = local, local.db

    def known(
        self, area: AreaCode, here: GeoPoint, category: Category, *, round_id: EntityId, limit: int
    ) -> list[NearPoint]:
        """Open defects of that category within KNOWN_WITHIN_M, the nearest first."""

        def is_another(near: NearPoint) -> bool:
            is_just_noted = near.point.is_mine and near.point.round_id == round_id
            return not is_just_noted or near.distance_m <= SAME_PLACE_M

        question = _Question(
            within_m=KNOWN_WITHIN_M,
            in_box=_IN_BOX + " AND category = :category" + _BY_DISTANCE,
            whole=f"{OPEN_POINTS} AND {IS_OPEN}",
            values={"area": area, "category": category.value},
        )
        return self._first(question, here, limit, is_another)

    def worth_a_visit(
        self, area: AreaCode, here: GeoPoint, *, round_id: EntityId, now: datetime
    ) -> NearPoint | None:
        """The nearest within REVISIT_WITHIN_M that the city calls fixed and nobody has seen since,

        or that is open and was noted more than OLD ago; not visited on this round by anybody,
        and not declined on it here.
        """
        question = _Question(
            within_m=REVISIT_WITHIN_M,
            in_box=_IN_BOX + _BY_DISTANCE,
            whole=_WORTH_A_VISIT,
            values={"area": area, **_due(round_id, now)},
        )
        found = self._first(question, here, 1)
        return found[0] if found else None

    def is_worth_a_visit(
        self, observation_id: EntityId, *, round_id: EntityId, now: datetime
    ) -> bool:
        """As above, wherever it is."""
        values = {"ids": json.dumps([observation_id]), **_due(round_id, now)}
        return self._db.execute(_WORTH_A_VISIT, values).fetchone() is not None

    def pictures_worth_having(
        self, open_ids: Sequence[EntityId], *, round_id: EntityId, now: datetime
    ) -> list[Sha256]:
        """The first photos of those of `open_ids` that may be offered on this round."""
        values = {"ids": json.dumps(list(open_ids)), **_due(round_id, now)}
        found = {row["id"]: row["sha256"] for row in self._db.query(_WORTH_A_VISIT, values)}
        return [Sha256(found[one]) for one in open_ids if found.get(one) is not None]

    def decline(self, round_id: EntityId, observation_id: EntityId) -> None:
        """A person said "not now": not offered again on this round."""
        self._local.write(
            "INSERT INTO revisit_declined (round_id, observation_id) VALUES (:round, :id)"
            " ON CONFLICT DO NOTHING",
            {"round": round_id, "id": observation_id},
        )

    def take_back_decline(self, round_id: EntityId, observation_id: EntityId) -> None:
        self._local.write(
            "DELETE FROM revisit_declined WHERE round_id = :round AND observation_id = :id",
            {"round": round_id, "id": observation_id},
        )

    def _first(
        self,
        question: _Question,
        here: GeoPoint,
        limit: int,
        is_wanted: Callable[[NearPoint], bool] = lambda near: True,
    ) -> list[NearPoint]:
        """The index gives them in the order of distance; only as many as needed are read whole."""
        box = box_around(here, question.within_m)
        values = {
            **question.values,
            "south": box.south,
            "north": box.north,
            "west": box.west,
            "east": box.east,
            "lat": here.lat_deg,
            "lon": here.lon_deg,
            "narrow": narrowing(here),
        }
        candidates = self._db.execute(question.in_box, values).fetchall()
        this_phone = self._local.fact("device_id")
        found: list[NearPoint] = []
        for start in range(0, len(candidates), _READ_AT_ONCE):
            ids = json.dumps([row[0] for row in candidates[start : start + _READ_AT_ONCE]])
            for row in self._db.query(question.whole, {**question.values, "ids": ids}):
                near = near_of(here, point_of(row, this_phone))
                if near is not None and near.distance_m <= question.within_m and is_wanted(near):
                    found.append(near)
            if len(found) >= limit:
                break
        return sorted(found, key=lambda near: near.distance_m)[:limit]


def _due(round_id: EntityId, now: datetime) -> dict[str, Any]:
    return {
        "round": round_id,
        "old": to_text(now - OLD),
        "old_ms": to_ms(now - OLD),
        "now_ms": to_ms(now),
        "final": json.dumps(sorted(FINAL_CITY_WORDS)),
    }


def near_of(here: GeoPoint | None, point: OpenPoint) -> NearPoint | None:
    """None when one of the two places is not known."""
    if here is None or point.point is None:
        return None
    there = point.point
    is_apart = (there.lat_deg, there.lon_deg) != (here.lat_deg, here.lon_deg)
    return NearPoint(
        point=point,
        distance_m=distance_m(here, there),
        direction=direction(here, there) if is_apart else None,
    )


def box_around(here: GeoPoint, within_m: float) -> GeoBox:
    """Holds every point within that distance. Over a pole or the date line: all longitudes."""
    angle = within_m / EARTH_RADIUS_M * (1.0 + 1e-9) + 1e-12
    high = math.degrees(angle)
    south, north = here.lat_deg - high, here.lat_deg + high
    west, east = -180.0, 180.0
    if south > -90.0 and north < 90.0:
        wide = math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(here.lat_deg))))
        if here.lon_deg - wide >= -180.0 and here.lon_deg + wide <= 180.0:
            west, east = here.lon_deg - wide, here.lon_deg + wide
    return GeoBox(south=south, west=west, north=north, east=east)


_IN_BOX = """
SELECT id FROM observation INDEXED BY observation_near
WHERE area = :area AND deleted_at IS NULL AND lat_deg IS NOT NULL
    AND lat_deg BETWEEN :south AND :north AND lon_deg BETWEEN :west AND :east
"""
_BY_DISTANCE = """
ORDER BY (lat_deg - :lat) * (lat_deg - :lat)
    + (lon_deg - :lon) * (lon_deg - :lon) * :narrow
"""

# The clock of the phone that noted it may have been slow: then its stamp, which is after all that
# the phone had heard of, is newer. A stamp still to come only says that some clock was ahead.
_WORTH_A_VISIT = f"""
{OPEN_POINTS} AND {IS_OPEN}
AND (
    (r.city_status IN (SELECT value FROM json_each(:final))
        AND NOT {SEEN_SINCE})
    OR r.sent_at < :old
    OR (o.noted_at < :old AND {wall_ms(NOTED)} NOT BETWEEN :old_ms AND :now_ms)
)
AND NOT EXISTS (SELECT 1 FROM recheck w
    WHERE w.observation_id = o.id AND w.round_id = :round AND w.deleted_at IS NULL
        AND w.verdict IS NOT NULL AND w.checked_at IS NOT NULL)
AND NOT EXISTS (SELECT 1 FROM revisit_declined d
    WHERE d.round_id = :round AND d.observation_id = o.id)
"""
