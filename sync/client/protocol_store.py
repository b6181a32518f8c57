"""What the protocol of a round is made of, as the phone's database has it.

Only fields that all phones of the area share are read, in an order that follows from them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sync.client.local_store import LocalStore
from sync.client.open_points import LATEST_VISIT, SEEN_SINCE
from sync.client.order import NOTED, said_at, wall_ms
from sync.client.records import RecheckRecord, RoundRecord
from sync.client.rows import recheck_of, round_of
from sync.domain.change import Json
from sync.domain.fields import Place, place_from_json
from sync.domain.ids import EntityId, Sha256
from sync.domain.status import Status
from sync.domain.words import Category, ObservationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPhoto:
    """is_decided: somebody has looked for faces and number plates, so it may leave a phone."""

    sha256: Sha256
    width_px: int
    height_px: int
    is_decided: bool
    recheck_id: EntityId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFinding:
    """An observation with what was said of it later. visit: the latest recheck.

    is_seen_since: somebody has been there after the city's last word.
    """

    observation_id: EntityId
    round_id: EntityId | None
    number: str | None
    kind: ObservationKind
    category: Category | None
    text: str
    answers: Mapping[str, Json]
    place: Place | None
    address: str
    is_urgent: bool
    noted_at: str
    stop_id: EntityId | None
    status: Status | None
    status_reason: str | None
    case_ref: str | None
    city_status: str | None
    city_status_at: str | None
    photos: tuple[SharedPhoto, ...]
    visit: RecheckRecord | None
    is_seen_since: bool

    @property
    def own_photos(self) -> tuple[SharedPhoto, ...]:
        """Those taken when it was found, not at a later visit."""
        return tuple(photo for photo in self.photos if photo.recheck_id is None)


class ProtocolStore:
    """Queries only."""

    def __init__(self, local: LocalStore) -> None:
        self._db = local.db

    def findings(self, round_id: EntityId) -> list[SharedFinding]:
        """Of one round, the first noted first, without the deleted."""
        rows = self._db.query(_FINDINGS + " AND o.round_id = :id" + _IN_ORDER, {"id": round_id})
        return self._whole(rows)

    def round_before(self, round_: RoundRecord) -> RoundRecord | None:
        """The latest round of the area that was over when this one began."""
        values = {"id": round_.round_id, "area": round_.area}
        for row in self._db.query(_ROUND_BEFORE, values):
            return round_of(row)
        return None

    def visits(self, round_id: EntityId) -> list[tuple[RecheckRecord, SharedFinding]]:
        """What the round saw of what was known already, the first visited first."""
        visits = [recheck_of(row) for row in self._db.query(_VISITS, {"id": round_id})]
        known = json.dumps([visit.observation_id for visit in visits])
        rows = self._db.query(
            _FINDINGS + " AND o.id IN (SELECT value FROM json_each(:ids))" + _IN_ORDER,
            {"ids": known},
        )
        found = {one.observation_id: one for one in self._whole(rows)}
        return [
            (visit, found[visit.observation_id])
            for visit in visits
            if visit.observation_id in found
        ]

    def _whole(self, rows: Iterable[dict[str, Any]]) -> list[SharedFinding]:
        taken = list(rows)
        ids = {"ids": json.dumps([row["id"] for row in taken])}
        photos: dict[str, list[SharedPhoto]] = {row["id"]: [] for row in taken}
        for row in self._db.query(_PHOTOS, ids):
            photos[row["observation_id"]].append(_photo(row))
        visits = {
            row["observation_id"]: recheck_of(row) for row in self._db.query(_LAST_VISITS, ids)
        }
        return [_finding(row, tuple(photos[row["id"]]), visits.get(row["id"])) for row in taken]


def _photo(row: Mapping[str, Any]) -> SharedPhoto:
    return SharedPhoto(
        sha256=Sha256(row["sha256"]),
        width_px=row["width_px"] or 4,
        height_px=row["height_px"] or 3,
        is_decided=row["cover"] is not None,
        recheck_id=None if row["recheck_id"] is None else EntityId(row["recheck_id"]),
    )


def _finding(
    row: Mapping[str, Any], photos: tuple[SharedPhoto, ...], visit: RecheckRecord | None
) -> SharedFinding:
    return SharedFinding(
        observation_id=EntityId(row["id"]),
        round_id=None if row["round_id"] is None else EntityId(row["round_id"]),
        number=row["number"] or None,
        kind=ObservationKind(row["kind"] or ObservationKind.DEFECT),
        category=None if row["category"] is None else Category(row["category"]),
        text=row["text"] or "",
        answers={} if row["answers"] is None else json.loads(row["answers"]),
        place=None if row["place"] is None else place_from_json(json.loads(row["place"])),
        address=row["address"] or "",
        is_urgent=bool(row["is_urgent"]),
        noted_at=row["noted_at"],
        stop_id=None if row["stop_id"] is None else EntityId(row["stop_id"]),
        status=None if row["status"] is None else Status(row["status"]),
        status_reason=row["status_reason"],
        case_ref=row["case_ref"],
        city_status=row["city_status"],
        city_status_at=row["city_status_at"],
        photos=photos,
        visit=visit,
        is_seen_since=row["is_seen_since"] == 1,
    )


_FINDINGS = f"""
SELECT o.*, r.case_ref, r.city_status, r.city_status_at, {SEEN_SINCE} AS is_seen_since
FROM observation o
LEFT JOIN report r ON r.id = (
    SELECT l.id FROM report l
    WHERE l.observation_id = o.id AND l.case_ref IS NOT NULL AND l.deleted_at IS NULL
    ORDER BY l.sent_at DESC, l.id DESC LIMIT 1)
{LATEST_VISIT}
WHERE o.deleted_at IS NULL AND o.noted_at IS NOT NULL
"""
_IN_ORDER = f" ORDER BY {NOTED}, o.id"

_PHOTOS = """
SELECT p.* FROM photo p LEFT JOIN recheck r ON r.id = p.recheck_id
WHERE p.deleted_at IS NULL AND r.deleted_at IS NULL AND p.sha256 IS NOT NULL
    AND p.observation_id IN (SELECT value FROM json_each(:ids))
ORDER BY p.position, p.id
"""

_LAST_VISITS = f"""
SELECT * FROM recheck
WHERE deleted_at IS NULL AND verdict IS NOT NULL AND checked_at IS NOT NULL
    AND observation_id IN (SELECT value FROM json_each(:ids))
ORDER BY {said_at("recheck", "checked_at")}, id
"""

_VISITS = f"""
SELECT * FROM recheck
WHERE deleted_at IS NULL AND verdict IS NOT NULL AND checked_at IS NOT NULL
    AND observation_id IS NOT NULL AND round_id = :id
ORDER BY {said_at("recheck", "checked_at")}, id
"""

# A round that nobody ended is over half a day after it began.
_BEGAN, _ENDED = said_at("b", "started_at"), said_at("b", "ended_at")
_HALF_A_DAY_MS = 12 * 60 * 60 * 1000
_ROUND_BEFORE = f"""
WITH this AS (
    SELECT {said_at("t", "started_at")} AS began FROM round t
    WHERE t.id = :id AND t.started_at IS NOT NULL
)
SELECT b.* FROM round b LEFT JOIN this
WHERE b.deleted_at IS NULL AND b.kind IS NOT NULL AND b.started_at IS NOT NULL
    AND b.id <> :id AND b.area = :area
    AND (this.began IS NULL OR ({_BEGAN} < this.began
        AND ((b.ended_at IS NOT NULL AND {_ENDED} <= this.began)
            OR {wall_ms(_BEGAN)} + {_HALF_A_DAY_MS} <= {wall_ms("this.began")})))
ORDER BY {_BEGAN} DESC, b.id DESC LIMIT 1
"""
