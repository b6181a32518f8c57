"""Many phones that hand in one thing each, at set times: the client's StoreApi and send_photo.

The transport is a plain one on asyncio streams: threads of requests would be what is measured.
The argument, JSON: store, code, seconds, a_second, photo_bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sync.client.edits import photo_edit
from sync.client.errors import SyncError
from sync.client.photo_upload import PhotoRefused, send_photo
from sync.client.problems import Problem
from sync.client.records import Edit, NewPhoto, WaitingPhoto
from sync.client.store_api import StoreApi
from sync.domain.change import Change
from sync.domain.clock import Hlc
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, Sha256, checked_area, uuid7
from sync.domain.instants import to_ms
from sync.domain.words import Cover
from sync.wire import SyncRequest
from tests.bench.sync.photos import HEIGHT, WIDTH, a_photo
from tests.bench.sync.plain_transport import PlainTransport
from tests.bench.sync.round_on_a_phone import observation

PHONES = 1
"""One token for all: real phones sync one message at a time; if each had several on the way, they
would fetch the changes of the others in their area again and again."""
LATE_S = 10.0
"""How long those may take that were not done when the last one came."""


class Phone:
    def __init__(self, device: DeviceId, api: StoreApi, area: AreaCode) -> None:
        self._device, self._api, self._area = device, api, area
        self._cursor = 0
        self._round = _new_id()

    async def fetch_all(self) -> None:
        """As a phone does on its first day: what there is already is no part of a submission."""
        more = True
        while more:
            answer = await self._api.sync(SyncRequest(changes=(), cursor=self._cursor))
            self._cursor, more = answer.cursor, answer.more

    async def submit(self, number: int, photo: bytes) -> None:
        """Raises SyncError or PhotoRefused."""
        sha256 = Sha256(hashlib.sha256(photo).hexdigest())
        observation_id = _new_id()
        about = NewPhoto(
            photo_id=_new_id(),
            sha256=sha256,
            width_px=WIDTH,
            height_px=HEIGHT,
            size_bytes=len(photo),
            taken_at=None,
            position=0,
            cover=Cover.NOTHING_TO_COVER,
        )
        edits = (
            observation(self._area, self._round, observation_id, number),
            photo_edit(self._area, observation_id, about),
        )
        changes = tuple(self._change(edit) for edit in edits)
        answer = await self._api.sync(SyncRequest(changes=changes, cursor=self._cursor))
        if set(answer.accepted) != {change.change_id for change in changes}:
            raise PhotoRefused("refused", str(answer.refused))
        self._cursor = max(self._cursor, answer.cursor)
        waiting = WaitingPhoto(sha256=sha256, area=self._area, size_bytes=len(photo))
        await send_photo(self._api, waiting, photo, _nothing_between_pieces, _no_matter)

    def _change(self, edit: Edit) -> Change:
        now_ms = to_ms(datetime.now(UTC))
        return Change(
            change_id=ChangeId(_new_id()),
            area=edit.area,
            entity=edit.entity,
            entity_id=edit.entity_id,
            fields=edit.fields,
            made_at=Hlc(wall_ms=now_ms, counter=0, device=self._device),
            device_id=self._device,
        )


async def run(given: dict[str, Any]) -> dict[str, Any]:
    transport = PlainTransport()
    phones = [await _enrolled(given, transport) for _ in range(PHONES)]
    wanted = given["seconds"] * given["a_second"]
    photo = a_photo(given["photo_bytes"])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    times: list[float] = []
    failures: Counter[str] = Counter()
    began = time.monotonic()

    async def one(number: int) -> None:
        due = began + number / given["a_second"]
        await asyncio.sleep(due - time.monotonic())
        try:
            await phones[number % PHONES].submit(number, _unlike(photo))
        except (SyncError, PhotoRefused) as error:
            failures[f"{type(error).__name__}: {error}"[:120]] += 1
        else:
            times.append(time.monotonic() - due)

    tasks = [asyncio.create_task(one(number)) for number in range(wanted)]
    _, late = await asyncio.wait(tasks, timeout=given["seconds"] + LATE_S)
    for task in late:
        task.cancel()
    if late:
        failures["not done in time"] = len(late)
        await asyncio.gather(*late, return_exceptions=True)
    transport.close()
    return {"began": began, "ended": time.monotonic(), "times": times, "failures": failures}


async def _nothing_between_pieces() -> None:
    """A phone would hand in new records here; these have one photo and one piece."""


def _no_matter() -> None:
    """How far it is on its way shows nowhere."""


async def _enrolled(given: dict[str, Any], transport: PlainTransport) -> Phone:
    device, token = os.urandom(10).hex(), os.urandom(32).hex()
    nobody = StoreApi(base_url=given["store"], token=None, transport=transport)
    about = {"code": given["code"], "device_id": device, "token": token, "nickname": "Sam"}
    answer = await nobody.enrol(about)
    if isinstance(answer, Problem):
        raise SystemExit(f"a phone was not enrolled: {answer}")
    api = StoreApi(base_url=given["store"], token=token, transport=transport)
    phone = Phone(DeviceId(device), api, checked_area(answer["areas"][0]["code"]))
    await phone.fetch_all()
    return phone


def _unlike(photo: bytes) -> bytes:
    """The photo with other bytes in the segment that fills it up, right after its first two."""
    return photo[:40] + os.urandom(16) + photo[56:]


def _new_id() -> EntityId:
    return EntityId(uuid7(to_ms(datetime.now(UTC)), os.urandom(10)))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(run(json.loads(sys.argv[1])))) + "\n")
