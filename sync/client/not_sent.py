"""Everything of this phone that cannot be sent, each thing once, with why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.client.enrolment import enrolled_areas
from sync.client.local_store import LocalStore
from sync.client.records import ObservationRecord, RoundRecord
from sync.client.walk_store import WalkStore
from sync.client.without_record import REFUSED_WITHOUT_RECORD
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.words import EntityKind

ASIDE = "aside"
"""The code of what the store could not say yes or no to; it is tried again by itself."""
TOO_LATE = "already_approved"
"""The store's code for a change of what the coordinator has approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """One thing. code: the store's, or this phone's own (see WHYS in the screen).

    is_photo_file: the picture itself, not what is said of it. finding: the observation that it is
    or belongs to, where that is still here; round: the same. name: a stop's.
    typed: what was written in it and is not with the store. is_unknown: the store has none of it.
    without_record: the name of a picture that another phone handed over, and of which this one
    knows no more; it stands for the entity_id too.
    area: of a picture; is_out_of_reach: the store takes nothing of that area from this phone, not
    even that it is removed.
    """

    kind: EntityKind
    entity_id: EntityId
    code: str
    is_photo_file: bool = False
    finding: ObservationRecord | None = None
    round: RoundRecord | None = None
    name: str | None = None
    typed: str | None = None
    is_unknown: bool = False
    without_record: Sha256 | None = None
    area: AreaCode | None = None
    is_out_of_reach: bool = False

    @property
    def is_tried_again(self) -> bool:
        return self.code == ASIDE

    @property
    def is_of_protocol(self) -> bool:
        """It stands in the protocol of its round; a finding is approved by itself."""
        return self.kind in (EntityKind.ROUND, EntityKind.STOP, EntityKind.ROUTE)

    @property
    def is_open_again(self) -> bool:
        """It came after an approval, which has been taken back since."""
        closed = self.round if self.is_of_protocol else self.finding
        return self.code == TOO_LATE and closed is not None and closed.is_editable


class NotSentStore:
    """Queries only."""

    def __init__(self, local: LocalStore, walk: WalkStore) -> None:
        self._local, self._db, self._walk = local, local.db, walk

    def things(self) -> list[NotSent]:
        """The oldest first. A picture comes once what is said of it has come."""
        changes = [*map(self._of_outbox, self._db.query(_STUCK))]
        there = {one.entity_id for one in changes}
        return [*changes, *(one for one in self._photo_files() if one.entity_id not in there)]

    def _of_outbox(self, row: Mapping[str, Any]) -> NotSent:
        kind, entity_id = EntityKind(row["entity"]), EntityId(row["entity_id"])
        finding = self._finding(kind, entity_id)
        return NotSent(
            kind=kind,
            entity_id=entity_id,
            code=row["code"],
            finding=finding,
            round=self._round(kind, entity_id, finding),
            name=self._column("stop", "name", entity_id) if kind is EntityKind.STOP else None,
            typed=_typed(row["body"]),
            is_unknown=not self._has_reached_store(kind, entity_id),
        )

    def _photo_files(self) -> list[NotSent]:
        found = []
        mine = {area.code for area in enrolled_areas(self._local)}
        for row in self._db.query(_FILES):
            finding = self._walk.observation(EntityId(row["observation_id"]))
            photo_id, area = EntityId(row["photo_id"]), AreaCode(row["area"])
            found.append(
                NotSent(
                    kind=EntityKind.PHOTO,
                    entity_id=photo_id,
                    code=row["refused_code"],
                    is_photo_file=True,
                    finding=finding,
                    round=self._round(EntityKind.PHOTO, photo_id, finding),
                    area=area,
                    is_out_of_reach=area not in mine or row["refused_code"] == "not_your_area",
                )
            )
        return found + [_without_record(row) for row in self._db.query(REFUSED_WITHOUT_RECORD)]

    def _finding(self, kind: EntityKind, entity_id: EntityId) -> ObservationRecord | None:
        if kind is EntityKind.OBSERVATION:
            return self._walk.observation(entity_id)
        if kind not in (EntityKind.PHOTO, EntityKind.RECHECK):
            return None
        owner = self._column(kind.value, "observation_id", entity_id)
        return None if owner is None else self._walk.observation(EntityId(owner))

    def _round(
        self, kind: EntityKind, entity_id: EntityId, finding: ObservationRecord | None
    ) -> RoundRecord | None:
        if kind is EntityKind.ROUND:
            return self._walk.round(entity_id)
        if finding is not None:
            return self._walk.round(finding.round_id)
        if kind not in (EntityKind.STOP, EntityKind.ROUTE):
            return None
        owner = self._column(kind.value, "round_id", entity_id)
        return None if owner is None else self._walk.round(EntityId(owner))

    def _has_reached_store(self, kind: EntityKind, entity_id: EntityId) -> bool:
        """Something that its row is made of is not in the outbox: the store took or gave it."""
        clocks = json.loads(self._column(kind.value, "clocks", entity_id) or "{}")
        made_of = [stamp.rpartition("/")[2] for stamp in clocks.values()]
        values = {"ids": json.dumps(made_of), "id": entity_id}
        waiting = {row[0] for row in self._db.execute(_IN_OUTBOX, values).fetchall()}
        return not waiting.issuperset(made_of)

    def _column(self, table: str, column: str, entity_id: EntityId) -> str | None:
        row = self._db.execute(f"SELECT {column} FROM {table} WHERE id = ?", [entity_id]).fetchone()
        return None if row is None or row[0] is None else str(row[0])


def _without_record(row: Mapping[str, Any]) -> NotSent:
    return NotSent(
        kind=EntityKind.PHOTO,
        entity_id=EntityId(row["sha256"]),
        code=row["refused_code"],
        is_photo_file=True,
        without_record=Sha256(row["sha256"]),
        area=AreaCode(row["area"]),
        is_out_of_reach=True,
    )


def _typed(body: str) -> str | None:
    """The text that a person wrote, as far as the change can be read at all."""
    try:
        fields = json.loads(body)["fields"]
        written = [str(fields[name]) for name in _WRITTEN if fields.get(name)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return " · ".join(written) or None


_WRITTEN = ("text", "name", "good", "bad", "voices", "led_by", "weather")

_STUCK = f"""
SELECT entity, entity_id, body, COALESCE(refused_code, '{ASIDE}') AS code FROM outbox
WHERE position IN (
    SELECT COALESCE(
        MIN(CASE WHEN refused_code IS NOT NULL THEN position END), MIN(position))
    FROM outbox
    WHERE (refused_code IS NOT NULL AND seen_at IS NULL)
        OR (refused_code IS NULL AND failures > 0)
    GROUP BY entity_id)
ORDER BY position
"""

_IN_OUTBOX = """
SELECT change_id FROM outbox
WHERE entity_id = :id AND change_id IN (SELECT value FROM json_each(:ids))
"""

_FILES = """
SELECT w.photo_id, w.observation_id, w.refused_code, p.area FROM (
    SELECT MIN(photo_id) AS photo_id, observation_id, refused_code, made_at, sha256
    FROM wanted_photo WHERE refused_code IS NOT NULL AND stored_at IS NULL GROUP BY sha256) w
JOIN photo p ON p.id = w.photo_id ORDER BY w.made_at, w.sha256
"""
