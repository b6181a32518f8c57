"""A walk that waits on a phone: enrolled, briefed, and with records and photos on its disk."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
from datetime import UTC, datetime

from app.device.storage.native import NativeStorage
from app.device.transport.native import NativeTransport
from sync.client.edits import photo_edit
from sync.client.engine import SyncEngine
from sync.client.enrolment import enrol, enrolled_areas
from sync.client.local_store import LocalStore
from sync.client.records import Edit, NewPhoto
from sync.client.store_api import StoreApi
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.instants import to_text
from sync.domain.words import Category, Cover, EntityKind, RoundKind
from tests.bench.sync.photos import HEIGHT, WIDTH, a_photo

RECORD_BYTES = 1000
"""The JSON of an observation and of what is said about its photo, together."""
_WORDS = (
    "lampan utanför porten har varit trasig sedan i somras och gången ligger helt i mörker när",
    "det regnar står vattnet över hela cykelvägen buskarna är så höga att man inte ser vem som",
    "kommer bänken är sönderslagen papperskorgen brunnen klottret staketet trappan räcket",
)


async def enrolled(local: LocalStore, *, store: str, code: str, storage: NativeStorage) -> str:
    """The phone's token, after a first sync: it has its briefing and nothing waits."""
    transport = NativeTransport()
    nobody = StoreApi(base_url=store, token=None, transport=transport)
    await enrol(local, nobody, code=code, nickname="Sam", random=os.urandom)
    token = local.fact("token") or ""
    api = StoreApi(base_url=store, token=token, transport=transport)
    await SyncEngine(local=local, api=api, photos=storage.photos, flush=storage.flush).round()
    transport.close()
    return token


async def fill(
    local: LocalStore,
    storage: NativeStorage,
    *,
    records: int,
    photos_each: int,
    photo_bytes: int,
) -> None:
    """Records of a walk, each of 1 kB with what it says of its first photo; photos on disk."""
    area = enrolled_areas(local)[0].code
    round_id = local.new_id()
    edits = [_round(area, round_id)]
    writes = []
    for number in range(records):
        observation_id = local.new_id()
        new = [
            _edit_of_photo(local, area, observation_id, content, position)
            for position, content in enumerate(a_photo(photo_bytes) for _ in range(photos_each))
        ]
        edits.append(observation(area, round_id, observation_id, number))
        edits += [edit for edit, _, _ in new]
        writes += [(name, content) for _, name, content in new]
        if len(writes) >= 20:
            await _write(storage, writes)
            writes = []
    await _write(storage, writes)
    local.record(edits)


def observation(area: AreaCode, round_id: EntityId, observation_id: EntityId, number: int) -> Edit:
    text = " ".join(random.choices(" ".join(_WORDS).split(), k=200))
    edit = Edit(
        area=area,
        entity=EntityKind.OBSERVATION,
        entity_id=observation_id,
        fields={
            "round_id": round_id,
            "kind": "defect",
            "category": Category.LIGHTING.value,
            "number": f"B-{number + 1}",
            "noted_at": to_text(datetime.now(UTC)),
            "noted_by": "Sam",
            "place": {
                "lat_deg": 55.6 + random.random() / 100,
                "lon_deg": 13.0 + random.random() / 100,
                "accuracy_m": 8.0,
                "source": "gps",
            },
            "text": text,
        },
    )
    # about 440 bytes are the photo's own change, 190 the envelope of this one
    room = RECORD_BYTES - 630 - len(json.dumps({**edit.fields, "text": ""}))
    edit.fields["text"] = text[: max(0, room)]
    return edit


def _round(area: AreaCode, round_id: EntityId) -> Edit:
    started = to_text(datetime.now(UTC))
    fields = {"kind": RoundKind.INSPECTION.value, "started_at": started, "started_by": "Sam"}
    return Edit(area=area, entity=EntityKind.ROUND, entity_id=round_id, fields=dict(fields))


def _edit_of_photo(
    local: LocalStore, area: AreaCode, observation_id: EntityId, content: bytes, position: int
) -> tuple[Edit, str, bytes]:
    name = hashlib.sha256(content).hexdigest()
    photo = NewPhoto(
        photo_id=local.new_id(),
        sha256=Sha256(name),
        width_px=WIDTH,
        height_px=HEIGHT,
        size_bytes=len(content),
        taken_at=to_text(datetime.now(UTC)),
        position=position,
        cover=Cover.NOTHING_TO_COVER,
    )
    return photo_edit(area, observation_id, photo), name, content


async def _write(storage: NativeStorage, writes: list[tuple[str, bytes]]) -> None:
    await asyncio.gather(*(storage.photos.write(name, content) for name, content in writes))
