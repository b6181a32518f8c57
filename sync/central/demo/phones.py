"""Two phones of the demo. They reach the store through the same doors as real ones."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection

from sync.central.api.services import Services
from sync.central.demo.pool import Pool
from sync.central.demo.walks import Defect, Walk
from sync.central.devices import Device, note_seen
from sync.central.enrolment import Enrolment
from sync.central.ledger import Ledger
from sync.central.parts import Parts
from sync.central.uploads import Uploads
from sync.domain.change import Change, Json
from sync.domain.clock import Hlc, tick
from sync.domain.fields import place_to_json
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, uuid7
from sync.domain.instants import to_ms, to_text
from sync.domain.words import Cover, EntityKind, Group, Light, ObservationKind, Weather, Writer

DEVICE_IDS = (DeviceId("demophone1"), DeviceId("demophone2"))
_TOKEN_BYTES = 32
_WEATHER = (Weather.SUN, Weather.CLOUD, Weather.CLOUD, Weather.RAIN, Weather.WIND)


class DemoRefused(Exception):
    """The store did not take what a demo phone sent: the demo and the store do not fit."""


class DemoPhone:
    """Its clock is the moments it is told."""

    def __init__(self, device: Device, area: AreaCode, random: Random) -> None:
        self.device = device
        self.area, self._random = area, random
        self._last = Hlc(wall_ms=0, counter=0, device=device.device_id)
        self._noted: Counter[EntityId] = Counter()

    def new_id(self, at: datetime) -> EntityId:
        return EntityId(uuid7(to_ms(at), self._random.randbytes(10)))

    def change(
        self, at: datetime, entity: EntityKind, entity_id: EntityId, fields: dict[str, Json]
    ) -> Change:
        self._last = tick(self._last, to_ms(at))
        return Change(
            change_id=ChangeId(self.new_id(at)),
            area=self.area,
            entity=entity,
            entity_id=entity_id,
            fields=fields,
            made_at=self._last,
            device_id=self.device.device_id,
        )

    def number(self, round_id: EntityId) -> str:
        """Of the next finding on this round, as A-7."""
        self._noted[round_id] += 1
        return f"{self.device.letter}-{self._noted[round_id]}"

    def starts(self, round_id: EntityId, walk: Walk) -> Change:
        fields: dict[str, Json] = {
            "kind": walk.kind.value,
            "started_at": to_text(walk.started_at),
            "started_by": self.device.nickname,
            "light": Light.DAYLIGHT.value,
            "weather": _WEATHER[walk.started_at.day % len(_WEATHER)].value,
        }
        return self.change(walk.started_at, EntityKind.ROUND, round_id, fields)

    def ends(self, round_id: EntityId, ended_at: datetime) -> Change:
        fields: dict[str, Json] = {
            "ended_at": to_text(ended_at),
            Group.YOUNG_LEADERS.field: 2 + ended_at.day % 4,
            Group.RESIDENTS.field: ended_at.day % 3,
        }
        return self.change(ended_at, EntityKind.ROUND, round_id, fields)

    def notes(self, round_id: EntityId, observation_id: EntityId, defect: Defect) -> list[Change]:
        at = defect.noted_at
        fields: dict[str, Json] = {
            "round_id": round_id,
            "kind": ObservationKind.DEFECT.value,
            "category": defect.category.value,
            "text": defect.text,
            "place": None if defect.place is None else place_to_json(defect.place),
            "noted_at": to_text(at),
            "noted_by": self.device.nickname,
            "number": self.number(round_id),
        }
        if defect.answers:
            fields["answers"] = dict(defect.answers)
        if defect.is_urgent:
            fields["is_urgent"] = 1
        changes = [self.change(at, EntityKind.OBSERVATION, observation_id, fields)]
        for position, photo in enumerate(defect.photos):
            described: dict[str, Json] = {
                "observation_id": observation_id,
                "sha256": photo.sha256,
                "width_px": photo.width_px,
                "height_px": photo.height_px,
                "size_bytes": len(photo.jpeg),
                "taken_at": to_text(at - timedelta(seconds=20)),
                "position": position,
                "cover": Cover.NOTHING_TO_COVER.value,
            }
            changes.append(self.change(at, EntityKind.PHOTO, self.new_id(at), described))
        return changes


def enrol_phones(
    connection: Connection,
    enrolment: Enrolment,
    pool: Pool,
    *,
    secret: Callable[[int], bytes],
    random: Random,
) -> tuple[list[DemoPhone], str]:
    """The phones and the id of the code that let them in. Their tokens are known to nobody."""
    code = enrolment.make_code(connection, [pool.area], timedelta(days=1))
    phones = []
    for device_id, nickname in zip(DEVICE_IDS, pool.nicknames, strict=True):
        device = enrolment.enrol(
            connection,
            code=code.text,
            device_id=device_id,
            token=base64.urlsafe_b64encode(secret(_TOKEN_BYTES)).decode().rstrip("="),
            nickname=nickname,
        )
        phones.append(DemoPhone(device, pool.area, random))
    return phones, code.code_id


class Inbox:
    """The store's doors for phones, at the demo's own time."""

    def __init__(self, services: Services, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._engine, self._ledger, self._now = services.engine, ledger, now
        self._uploads = Uploads(
            engine=services.engine,
            parts=Parts(services.data_folder / "uploads"),
            blobs=services.blobs,
            now=now,
        )
        self._stored: set[str] = set()

    def sync(self, phone: DemoPhone, changes: Sequence[Change]) -> None:
        """Raises DemoRefused."""
        device = phone.device
        with self._engine.begin() as connection:
            done = self._ledger.ingest(
                connection,
                changes,
                writer=Writer.PHONE,
                areas=device.areas,
                received_from=device.device_id,
            )
            note_seen(connection, device.device_id, self._now())
        if done.refused:
            raise DemoRefused(done.refused[0].reason)

    def upload(self, phone: DemoPhone, defects: Sequence[Defect]) -> None:
        for photo in (photo for defect in defects for photo in defect.photos):
            if photo.sha256 in self._stored:
                continue
            self._uploads.create(
                phone.device,
                sha256=photo.sha256,
                area=phone.area,
                length=len(photo.jpeg),
                first_piece=photo.jpeg,
            )
            self._stored.add(photo.sha256)
