"""What the map shows of the phone's records: for each observation the little that a mark needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sync.client.local_store import LocalStore
from sync.client.open_points import SEEN_SINCE
from sync.client.order import NOTED, said_at
from sync.client.where_it_is import ON_PHONE
from sync.domain.geo import BadPlace, GeoPoint
from sync.domain.ids import AreaCode, EntityId
from sync.domain.status import Status
from sync.domain.words import Category, ObservationKind, Verdict

WORKING = frozenset({"Pågående", "Vidarebefordrat"})
CLAIMED = frozenset({"Åtgärdat", "Avslutat"})


class MarkState(StrEnum):
    """How far an observation has come, as colours and shapes tell it on the map."""

    NOTED = "noted"
    WITH_COORDINATOR = "with_coordinator"
    SENT = "sent"
    CITY_WORKING = "city_working"
    CLAIMED_FIXED = "claimed_fixed"
    CONFIRMED = "confirmed"
    REMAINS = "remains"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapMark:
    """An observation as the map knows it."""

    observation_id: EntityId
    round_id: EntityId
    point: GeoPoint
    kind: ObservationKind
    category: Category | None
    number: str | None
    state: MarkState
    is_urgent: bool


class MapStore:
    """Queries only."""

    def __init__(self, local: LocalStore) -> None:
        self._db = local.db

    def marks(self, area: AreaCode) -> list[MapMark]:
        """Every observation of the area that has a place, the newest last (drawn on top)."""
        waiting = {row[0] for row in self._db.execute(ON_PHONE).fetchall()}
        marks: list[MapMark] = []
        for row in self._db.query(_MARKS, {"area": area}):
            point = _point(row)
            if point is not None:
                marks.append(
                    MapMark(
                        observation_id=EntityId(row["id"]),
                        round_id=EntityId(row["round_id"]),
                        point=point,
                        kind=ObservationKind(row["kind"] or ObservationKind.DEFECT),
                        category=None if row["category"] is None else Category(row["category"]),
                        number=row["number"],
                        state=state_of(row, is_waiting=row["id"] in waiting),
                        is_urgent=row["is_urgent"] == 1,
                    )
                )
        return marks


def state_of(row: dict[str, Any], *, is_waiting: bool) -> MarkState:
    """row: status, case_ref, city_status, verdict and is_seen_since.

    The last word counts: somebody's who has been there, or the city's if it came later.
    """
    verdict = row["verdict"]
    city = row["city_status"] if row["case_ref"] else None
    if verdict is not None and (row["is_seen_since"] or city not in CLAIMED):
        return MarkState.CONFIRMED if verdict == Verdict.FIXED else MarkState.REMAINS
    if city in CLAIMED:
        return MarkState.CLAIMED_FIXED
    if city in WORKING:
        return MarkState.CITY_WORKING
    if row["case_ref"] or row["status"] == Status.APPROVED:
        return MarkState.SENT
    if row["status"] == Status.REJECTED:
        return MarkState.REJECTED
    return MarkState.NOTED if is_waiting else MarkState.WITH_COORDINATOR


def _point(row: dict[str, Any]) -> GeoPoint | None:
    try:
        return GeoPoint(lat_deg=float(row["lat_deg"]), lon_deg=float(row["lon_deg"]))
    except (BadPlace, TypeError, ValueError):
        return None


_MARKS = f"""
SELECT o.id, o.round_id, o.kind, o.category, o.number, o.lat_deg, o.lon_deg, o.status,
    o.is_urgent, r.case_ref, r.city_status, v.verdict, {SEEN_SINCE} AS is_seen_since
FROM observation o
LEFT JOIN report r ON r.id = (SELECT l.id FROM report l
    WHERE l.observation_id = o.id AND l.case_ref IS NOT NULL ORDER BY l.sent_at DESC LIMIT 1)
LEFT JOIN recheck v ON v.id = (SELECT w.id FROM recheck w
    WHERE w.observation_id = o.id AND w.deleted_at IS NULL
        AND w.verdict IN ('fixed', 'remains', 'worse')
    ORDER BY {said_at("w", "checked_at")} DESC, w.id DESC LIMIT 1)
WHERE o.area = :area AND o.deleted_at IS NULL AND o.round_id IS NOT NULL
    AND o.noted_at IS NOT NULL AND o.lat_deg IS NOT NULL AND o.lon_deg IS NOT NULL
ORDER BY {NOTED}, o.id
"""
