"""A short conversation of two phones with a store, as bytes that never change.

`python -m tests.released.conversation FOLDER` records it in this release's version of the wire;
what a release has said is kept in tests/data/wire/v<version>, and is never recorded again.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from sync.domain.change import Change, Json
from sync.domain.clock import Hlc
from sync.domain.ids import ChangeId, DeviceId, EntityId, uuid7
from sync.domain.words import EntityKind
from sync.wire import SyncRequest, request_to_bytes
from tests.central.a_store import KIRSEBERG, AStore, Phone

SAM, ANNA = DeviceId("5a6d0000000000000001"), DeviceId("a44a0000000000000002")
AT_MS = 1_795_165_200_000
STORE = "the-store"
"""Stands in the recorded answers for the id that every store makes of its own."""

AsBytes = Callable[[SyncRequest], bytes]


def the_id(number: int) -> str:
    return uuid7(AT_MS + number, number.to_bytes(10, "big"))


ROUND, LAMP, PHOTO = (EntityId(the_id(number)) for number in (1, 2, 3))


def the_change(nth: int, entity: EntityKind, entity_id: str, /, **fields: Json) -> Change:
    return Change(
        change_id=ChangeId(the_id(100 + nth)),
        area=KIRSEBERG,
        entity=entity,
        entity_id=EntityId(entity_id),
        fields=fields,
        made_at=Hlc(wall_ms=AT_MS + nth, counter=0, device=SAM),
        device_id=SAM,
    )


def the_walk() -> list[Change]:
    noted_at = "2026-11-20T09:00:00.000Z"
    place: Json = {
        "lat_deg": 55.611, "lon_deg": 13.032, "accuracy_m": 8.0, "source": "gps", "fixed_at": None
    }  # fmt: skip
    return [
        the_change(1, EntityKind.ROUND, ROUND, kind="inspection", started_at=noted_at),
        the_change(
            2, EntityKind.OBSERVATION, LAMP, round_id=ROUND, kind="defect", category="belysning",
            text="Lampan är trasig", place=place, noted_at=noted_at, noted_by="Räven", number="A-1",
        ),
        the_change(
            3, EntityKind.PHOTO, PHOTO, observation_id=LAMP, sha256="0" * 63 + "1", width_px=320,
            height_px=240, size_bytes=4711, taken_at=noted_at, position=0, cover="nothing_to_cover",
        ),
    ]  # fmt: skip


def the_requests() -> list[tuple[DeviceId, SyncRequest]]:
    """Sam hands in, sends it again beside something refused; Anna fetches, and fetches nothing."""
    walk = the_walk()
    later = the_change(4, EntityKind.OBSERVATION, LAMP, text="Lampan är trasig igen")
    refused = the_change(5, EntityKind.OBSERVATION, LAMP, status="godkand")
    return [
        (SAM, SyncRequest(changes=tuple(walk), cursor=0)),
        (SAM, SyncRequest(changes=(*walk[1:], refused, later), cursor=3)),
        (ANNA, SyncRequest(changes=(), cursor=0)),
        (ANNA, SyncRequest(changes=(), cursor=4)),
    ]


def answers(store: AStore, requests: list[tuple[DeviceId, bytes]]) -> Iterator[bytes]:
    phones = {device: _a_phone(store, device) for device in (SAM, ANNA)}
    for device, body in requests:
        answer = phones[device].ask("POST", "/api/v1/sync", content=body)
        yield answer.content.replace(store.services.store_id.encode(), STORE.encode())


def recorded(folder: Path) -> list[tuple[DeviceId, bytes, bytes]]:
    """Who asked, the request, the answer."""
    return [
        (device, request.read_bytes(), request.with_suffix(".answer").read_bytes())
        for (device, _), request in zip(
            the_requests(), sorted(folder.glob("*.request")), strict=True
        )
    ]


def _a_phone(store: AStore, device: DeviceId) -> Phone:
    made = {"device_id": str(device), "token": f"{device}{'t' * 30}", "nickname": "Räven"}
    assert store.enrol(store.code(), made).status_code == 200
    return store.phone(made)


def record(folder: Path, as_bytes: AsBytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    asked = [(device, as_bytes(request)) for device, request in the_requests()]
    with tempfile.TemporaryDirectory() as data:
        store = AStore(Path(data))
        for number, ((_, body), answer) in enumerate(
            zip(asked, answers(store, asked), strict=True), start=1
        ):
            (folder / f"{number}.request").write_bytes(body)
            (folder / f"{number}.answer").write_bytes(answer)
        store.close()


if __name__ == "__main__":
    record(Path(sys.argv[1]), request_to_bytes)
