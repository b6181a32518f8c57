"""What is still open in an area, as the phone knows it: the condition, and what is shown of it.

Open is a defect that is not deleted, not rejected by the coordinator, and not seen fixed at the
latest visit. What the city calls fixed is open until somebody has been there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.client.local_store import LocalStore
from sync.client.order import NOTED, said_at
from sync.client.where_it_is import ON_PHONE
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.status import FINAL_CITY_WORDS, Status
from sync.domain.words import Category, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """reported_at: when it was sent to the responsible party, before that when it was noted.

    sha256: its first photo. visited: what the latest visit saw, and when.
    is_seen_since: somebody has been there after the city's last word.
    is_on_phone: something of it is on this phone alone.
    """

    observation_id: EntityId
    area: AreaCode
    round_id: EntityId
    number: str | None
    category: Category | None
    text: str
    point: GeoPoint | None
    noted_at: str
    reported_at: str
    is_sent: bool
    is_mine: bool
    status: Status | None
    city_status: str | None
    city_status_at: str | None
    sha256: Sha256 | None
    visited: Verdict | None
    visited_at: str | None
    is_seen_since: bool
    is_on_phone: bool = False

    @property
    def is_claimed_fixed(self) -> bool:
        """The city says so, and nobody has been there since."""
        return self.city_status in FINAL_CITY_WORDS and not self.is_seen_since


class OpenPoints:
    """Queries only."""

    def __init__(self, local: LocalStore) -> None:
        self._local, self._db = local, local.db

    def count(self, area: AreaCode) -> int:
        return int(self._db.execute(_COUNT, {"area": area}).fetchone()[0])

    def ids(self, area: AreaCode, here: GeoPoint | None) -> list[EntityId]:
        """The nearest first, those without a place last; without `here` the newest first."""
        if here is None:
            rows = self._db.execute(_NEWEST_FIRST, {"area": area})
        else:
            values = {"area": area, "lat": here.lat_deg, "lon": here.lon_deg}
            rows = self._db.execute(_NEAREST_FIRST, {**values, "narrow": narrowing(here)})
        return [EntityId(row[0]) for row in rows.fetchall()]

    def point(self, observation_id: EntityId) -> OpenPoint | None:
        """Also of one that is not open any more."""
        found = self.some([observation_id])
        return found[0] if found else None

    def some(self, ids: Sequence[EntityId], *, only_open: bool = False) -> list[OpenPoint]:
        """In the order of `ids`."""
        query = OPEN_POINTS + (f" AND {IS_OPEN}" if only_open else "")
        rows = self._db.query(query, {"ids": json.dumps(list(ids))})
        this_phone = self._local.fact("device_id")
        found = {row["id"]: point_of(row, this_phone) for row in rows}
        return [found[one] for one in ids if one in found]


def narrowing(here: GeoPoint) -> float:
    """How much shorter a degree of longitude is than one of latitude, squared: for sorting."""
    return math.cos(math.radians(here.lat_deg)) ** 2


def point_of(row: Mapping[str, Any], this_phone: str | None) -> OpenPoint:
    """this_phone: its device id."""
    has_place = row["lat_deg"] is not None and row["lon_deg"] is not None
    return OpenPoint(
        observation_id=EntityId(row["id"]),
        area=AreaCode(row["area"]),
        round_id=EntityId(row["round_id"]),
        number=row["number"],
        category=None if row["category"] is None else Category(row["category"]),
        text=row["text"] or "",
        point=GeoPoint(lat_deg=row["lat_deg"], lon_deg=row["lon_deg"]) if has_place else None,
        noted_at=row["noted_at"],
        reported_at=row["sent_at"] or row["noted_at"],
        is_sent=row["case_ref"] is not None,
        is_mine=row["noted_on"] == this_phone,
        status=None if row["status"] is None else Status(row["status"]),
        city_status=row["city_status"],
        city_status_at=row["city_status_at"],
        sha256=None if row["sha256"] is None else Sha256(row["sha256"]),
        visited=None if row["verdict"] is None else Verdict(row["verdict"]),
        visited_at=row["checked_at"],
        is_seen_since=row["is_seen_since"] == 1,
        is_on_phone=row["is_on_phone"] == 1,
    )


NOTED_ON = """
substr(substr(json_extract(o.clocks, '$.noted_at'), 1,
    instr(json_extract(o.clocks, '$.noted_at'), '/') - 1), 23)
"""
"""The device that noted the observation o: the one in the stamp of noted_at (Change.stamp)."""

LATEST_VISIT = f"""
LEFT JOIN recheck v ON v.id = (SELECT w.id FROM recheck w
    WHERE w.observation_id = o.id AND w.deleted_at IS NULL AND w.verdict IS NOT NULL
        AND w.checked_at IS NOT NULL
    ORDER BY {said_at("w", "checked_at")} DESC, w.id DESC LIMIT 1)
"""

_KEPT = "o.deleted_at IS NULL AND o.noted_at IS NOT NULL AND o.round_id IS NOT NULL"

IS_OPEN = """
COALESCE(o.kind, 'defect') = 'defect' AND COALESCE(o.status, '') <> 'rejected'
AND COALESCE(v.verdict, '') <> 'fixed'
"""
"""Of the observation o and its latest visit v."""

SEEN_SINCE = f"""
(v.id IS NOT NULL
    AND COALESCE({said_at("v", "checked_at")} > {said_at("r", "city_status_at")}, 1))
"""
"""Of the report r and the latest visit v."""

OPEN_POINTS = f"""
SELECT o.id, o.area, o.round_id, o.number, o.category, o.text, o.lat_deg, o.lon_deg, o.noted_at,
    o.status, {NOTED_ON} AS noted_on,
    r.case_ref, r.sent_at, r.city_status, r.city_status_at, v.verdict, v.checked_at,
    {SEEN_SINCE} AS is_seen_since,
    o.id IN ({ON_PHONE}) AS is_on_phone,
    (SELECT p.sha256 FROM photo p
        WHERE p.observation_id = o.id AND p.deleted_at IS NULL AND p.recheck_id IS NULL
            AND p.sha256 IS NOT NULL
        ORDER BY p.position, p.id LIMIT 1) AS sha256
FROM observation o
LEFT JOIN report r ON r.id = (SELECT l.id FROM report l
    WHERE l.observation_id = o.id AND l.case_ref IS NOT NULL
    ORDER BY l.sent_at DESC, l.id DESC LIMIT 1)
{LATEST_VISIT}
WHERE o.id IN (SELECT value FROM json_each(:ids)) AND {_KEPT}
"""

_OPEN_IN_AREA = f"""
FROM observation o {LATEST_VISIT}
WHERE o.area = :area AND {_KEPT} AND {IS_OPEN}
"""

_COUNT = "SELECT COUNT(*) " + _OPEN_IN_AREA

_NEWEST_FIRST = "SELECT o.id " + _OPEN_IN_AREA + f" ORDER BY {NOTED} DESC, o.id DESC"

_NEAREST_FIRST = f"""
SELECT o.id {_OPEN_IN_AREA}
ORDER BY o.lat_deg IS NULL,
    (o.lat_deg - :lat) * (o.lat_deg - :lat)
        + (o.lon_deg - :lon) * (o.lon_deg - :lon) * :narrow,
    {NOTED} DESC, o.id DESC
"""
