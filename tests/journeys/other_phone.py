"""Somebody else's phone, without a screen: what is in the store before a journey begins."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.device.photo.native import PillowCodec
from app.device.photo.source import BytesSource
from app.device.transport.native import NativeTransport
from sync.client.engine import SyncEngine
from sync.client.enrolment import enrol
from sync.client.local_store import LocalStore
from sync.client.recorder import Recorder
from sync.client.records import Content, Edit, NewPhoto, RoundRecord
from sync.client.store_api import StoreApi
from sync.client.walk_store import WalkStore
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.instants import to_text
from sync.domain.words import Category, Cover, EntityKind, PlaceSource, RoundKind
from tests.central.a_store import a_jpeg

AREA = AreaCode("kirseberg")
ROUNDS = 200
MIDDLE = GeoPoint(lat_deg=55.6110, lon_deg=13.0320)


class Photos(dict[str, bytes]):
    async def read(self, name: str) -> bytes:
        return self[name]


@dataclass
class OtherPhone:
    url: str
    local: LocalStore
    photos: Photos = field(default_factory=Photos)

    def __post_init__(self) -> None:
        self.walk = WalkStore(self.local)
        self.recorder = Recorder(local=self.local, flush=_nothing_to_flush)
        self.transport = NativeTransport()

    def api(self) -> StoreApi:
        token = self.local.fact("token")
        return StoreApi(base_url=self.url, token=token, transport=self.transport)

    def has_got_to(self, days_ago: float) -> None:
        """Its clock stands there; what is told of one phone is told in the order of time."""
        self.local.now = lambda: datetime.now(UTC) - timedelta(days=days_ago)

    async def start_round(self, *, days_ago: float = 0) -> RoundRecord:
        self.has_got_to(days_ago)
        round_id = self.local.new_id()
        started_at = to_text(self.local.now())
        fields = {
            "kind": RoundKind.INSPECTION.value,
            "started_at": started_at,
            "started_by": "Uven",
        }
        self.local.record(
            [Edit(area=AREA, entity=EntityKind.ROUND, entity_id=round_id, fields=dict(fields))]
        )
        found = self.walk.round(round_id)
        assert found is not None
        return found

    async def note(
        self,
        round_: RoundRecord,
        *,
        at: GeoPoint = MIDDLE,
        category: Category = Category.LIGHTING,
        text: str = "",
        days_ago: float = 0,
        picture: bytes | None = None,
    ) -> EntityId:
        """An observation with one photo, made ready as the phone does it."""
        original = BytesSource(a_jpeg() if picture is None else picture)
        photo = await PillowCodec().prepare(original)
        self.photos[photo.sha256] = photo.jpeg
        self.has_got_to(days_ago)
        observation_id = self.local.new_id()
        await self.recorder.save_observation(
            observation_id=observation_id,
            round_=round_,
            content=Content(
                category=category, text=text, place=Place(point=at, source=PlaceSource.GPS)
            ),
            photos=[
                NewPhoto(
                    photo_id=self.local.new_id(),
                    sha256=Sha256(photo.sha256),
                    width_px=photo.width_px,
                    height_px=photo.height_px,
                    size_bytes=len(photo.jpeg),
                    taken_at=None,
                    position=0,
                    cover=Cover.NOTHING_TO_COVER,
                )
            ],
            noted_at=self.local.now(),
        )
        return observation_id

    async def send_all(self) -> None:
        self.has_got_to(0)
        engine = SyncEngine(
            local=self.local, api=self.api(), photos=self.photos, flush=_nothing_to_flush
        )
        for _ in range(ROUNDS):
            await engine.round()
            if self.walk.waiting().is_all_sent:
                return
        raise AssertionError(f"still waiting: {self.walk.waiting()}")


def on_another_phone(
    url: str, code: str, folder: Path, do: Callable[[OtherPhone], Awaitable[None]]
) -> None:
    """Joins, does what is asked and sends it.

    In a thread of its own, because an event loop of Playwright lives in this one.
    """
    failed: list[BaseException] = []

    async def all_of_it() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        local = LocalStore(str(folder / "rundan.db"), now=lambda: datetime.now(UTC))
        phone = OtherPhone(url=url, local=local)
        await enrol(local, phone.api(), code=code, nickname="Uven", random=os.urandom)
        await do(phone)
        await phone.send_all()
        phone.transport.close()
        local.close()

    def run() -> None:
        try:
            asyncio.run(all_of_it())
        except BaseException as error:  # to be raised where the test waits
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


async def _nothing_to_flush() -> None:
    """A native database is on disk when its transaction ends."""
