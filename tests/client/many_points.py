"""A phone's database with many observations in it, as it is after years of walks."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.client.local_store import LocalStore
from sync.client.records import Edit
from sync.domain.change import Change
from sync.domain.clock import Hlc
from sync.domain.fields import Place, place_to_json
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId
from sync.domain.instants import from_text, to_ms, to_text
from sync.domain.status import CITY_WORDS
from sync.domain.words import Category, EntityKind, ObservationKind, PlaceSource, Verdict

AREA = AreaCode("kirseberg")
MIDDLE = GeoPoint(lat_deg=55.6110, lon_deg=13.0320)
NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
ELSEWHERE = DeviceId("otherphone")
"""Everything here came from another phone, but for what is recorded with `mine`."""
HALF_A_KILOMETRE = 0.0045, 0.0080


@dataclass
class ManyPoints:
    """Writes what the store sent, without a store: in one transaction when `write` is called."""

    local: LocalStore
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    _changes: list[Change] = field(default_factory=list)
    _count: int = 0

    def a_round(self, *, started_at: datetime = NOW, area: AreaCode = AREA) -> EntityId:
        fields = {"kind": "inspection", "started_at": to_text(started_at), "started_by": "Uven"}
        return self._put(EntityKind.ROUND, fields, area)

    def a_point(
        self,
        point: GeoPoint | None = MIDDLE,
        *,
        round_id: EntityId,
        category: Category | None = Category.LIGHTING,
        noted_at: datetime = NOW - timedelta(days=3),
        kind: ObservationKind | None = ObservationKind.DEFECT,
        area: AreaCode = AREA,
        stamped_at: datetime | None = None,
        **fields: Any,
    ) -> EntityId:
        """stamped_at: where the clocks of the phones had got to, when not at noted_at."""
        place = None if point is None else Place(point=point, source=PlaceSource.GPS)
        return self._put(
            EntityKind.OBSERVATION,
            {
                "round_id": round_id,
                "kind": None if kind is None else kind.value,
                "category": None if category is None else category.value,
                "text": f"nummer {self._count}",
                "number": f"U-{self._count}",
                "place": None if place is None else place_to_json(place),
                "noted_at": to_text(noted_at),
                "noted_by": "Uven",
                **fields,
            },
            area,
            stamped_at,
        )

    def a_report(
        self, observation_id: EntityId, *, said: str, sent_at: datetime, said_at: datetime
    ) -> EntityId:
        return self._put(
            EntityKind.REPORT,
            {
                "observation_id": observation_id,
                "party": "fgk",
                "state": "sent",
                "case_ref": str(400_000 + self._count),
                "city_status": said,
                "city_status_known": 1,
                "city_status_at": to_text(said_at),
                "sent_at": to_text(sent_at),
            },
        )

    def a_visit(
        self,
        observation_id: EntityId,
        verdict: Verdict,
        *,
        checked_at: datetime,
        round_id: EntityId | None = None,
        **fields: Any,
    ) -> EntityId:
        return self._put(
            EntityKind.RECHECK,
            {
                "observation_id": observation_id,
                "round_id": round_id,
                "verdict": verdict.value,
                "checked_at": to_text(checked_at),
                "checked_by": "Uven",
                "text": "",
                **fields,
            },
        )

    def a_stop(self, round_id: EntityId, name: str) -> EntityId:
        return self._put(EntityKind.STOP, {"round_id": round_id, "name": name, "position": 0})

    def a_photo(self, observation_id: EntityId, sha256: str) -> EntityId:
        return self._put(
            EntityKind.PHOTO,
            {
                "observation_id": observation_id,
                "sha256": sha256,
                "width_px": 1600,
                "height_px": 1200,
                "size_bytes": 300_000,
                "position": 0,
                "cover": "nothing_to_cover",
            },
        )

    def write(self) -> None:
        """As the answer of one sync round."""
        self.local.apply_answer(accepted=(), refused=(), changes=self._changes, facts={})
        self._changes.clear()

    def scatter(
        self,
        count: int,
        *,
        round_id: EntityId,
        half: tuple[float, float],
        middle: GeoPoint = MIDDLE,
    ) -> None:
        """All over the area, of all kinds, some with reports, some visited. half: degrees."""
        for _ in range(count):
            noted_at = NOW - timedelta(days=self.chance.uniform(0, 300))
            one = self.a_point(
                self.somewhere(half, middle),
                round_id=round_id,
                category=self.chance.choice(list(Category)),
                noted_at=noted_at,
                status=self.chance.choice([None, "received", "approved", "rejected"]),
            )
            if self.chance.random() < 0.5:
                self.a_report(
                    one,
                    said=self.chance.choice(CITY_WORDS),
                    sent_at=noted_at + timedelta(days=1),
                    said_at=noted_at + timedelta(days=self.chance.uniform(1, 20)),
                )
            if self.chance.random() < 0.3:
                self.a_visit(
                    one,
                    self.chance.choice(list(Verdict)),
                    checked_at=noted_at + timedelta(days=self.chance.uniform(1, 30)),
                )

    def somewhere(
        self, half: tuple[float, float] = HALF_A_KILOMETRE, middle: GeoPoint = MIDDLE
    ) -> GeoPoint:
        return GeoPoint(
            lat_deg=round(middle.lat_deg + self.chance.uniform(-half[0], half[0]), 7),
            lon_deg=round(middle.lon_deg + self.chance.uniform(-half[1], half[1]), 7),
        )

    def _put(
        self,
        entity: EntityKind,
        fields: dict[str, Any],
        area: AreaCode = AREA,
        stamped_at: datetime | None = None,
    ) -> EntityId:
        self._count += 1
        wall_ms = _said_ms(fields) if stamped_at is None else to_ms(stamped_at)
        entity_id = self.local.new_id()
        self._changes.append(
            Change(
                change_id=ChangeId(self.local.new_id()),
                area=area,
                entity=entity,
                entity_id=entity_id,
                fields={name: value for name, value in fields.items() if value is not None},
                made_at=Hlc(wall_ms=wall_ms, counter=self._count, device=ELSEWHERE),
                device_id=ELSEWHERE,
            )
        )
        return entity_id


def _said_ms(fields: dict[str, Any]) -> int:
    """The clocks of those phones were right: the stamp has the moment that was written down."""
    told = ("noted_at", "checked_at", "city_status_at", "started_at")
    said = next((fields[name] for name in told if fields.get(name) is not None), None)
    return to_ms(NOW if said is None else from_text(said))


def a_local(path: str = ":memory:", now: datetime = NOW) -> LocalStore:
    local = LocalStore(path, now=lambda: now)
    local.set_facts({"device_id": "thisphone", "letter": "B", "nickname": "Sam"})
    return local


def mine(local: LocalStore, round_id: EntityId, point: GeoPoint, category: Category) -> EntityId:
    """Noted by this phone."""
    observation_id = local.new_id()
    place = Place(point=point, source=PlaceSource.GPS)
    local.record(
        [
            Edit(
                area=AREA,
                entity=EntityKind.OBSERVATION,
                entity_id=observation_id,
                fields={
                    "round_id": round_id,
                    "kind": "defect",
                    "category": category.value,
                    "text": "",
                    "number": "B-1",
                    "place": json.loads(json.dumps(place_to_json(place))),
                    "noted_at": to_text(local.now()),
                    "noted_by": "Sam",
                },
            )
        ]
    )
    return observation_id
