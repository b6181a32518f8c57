"""A phone with the native transport, over a link, against a store in a process of its own."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.device.storage.database import DURABLE
from app.device.transport.native import NativeTransport
from sync.client.engine import SyncEngine
from sync.client.enrolment import enrol, enrolled_areas
from sync.client.errors import NotReached
from sync.client.local_store import LocalStore
from sync.client.own_store import own_store
from sync.client.recorder import Recorder
from sync.client.records import Content, NewPhoto, RoundRecord
from sync.client.store_api import StoreApi
from sync.client.walk_store import WalkStore
from sync.domain.words import Category, Cover, RoundKind
from tests.bench.sync.plain_transport import PlainTransport
from tests.central.a_store import sha256_of
from tests.client.a_phone import PhotoFiles, a_place, nothing_to_flush


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Attempts:
    """rounds: begun. failed: of them, those that were cut off."""

    rounds: int = 0
    failed: int = 0


@dataclass
class HttpPhone:
    """url: where it thinks the store is: the link's."""

    path: Path
    url: str
    transport: NativeTransport | PlainTransport = field(default_factory=NativeTransport)
    photos: PhotoFiles = field(default_factory=PhotoFiles)

    def __post_init__(self) -> None:
        self.local = LocalStore(str(self.path), pragmas=DURABLE, now=now)
        self.walk = WalkStore(self.local)
        self.recorder = Recorder(local=self.local, flush=nothing_to_flush)

    async def enrol(self, store_url: str, code: str) -> None:
        """Past the link."""
        api = StoreApi(base_url=store_url, token=None, transport=self.transport)
        await enrol(self.local, api, code=code, nickname="Sam", random=os.urandom)

    async def start_round(self) -> RoundRecord:
        area = enrolled_areas(self.local)[0].code
        round_id = await self.recorder.start_round(kind=RoundKind.INSPECTION, area=area)
        found = self.walk.round(round_id)
        assert found is not None
        return found

    async def save_defect(self, round_: RoundRecord, pictures: list[bytes]) -> None:
        self.photos.update({sha256_of(data): data for data in pictures})
        await self.recorder.save_observation(
            observation_id=self.local.new_id(),
            round_=round_,
            content=Content(category=Category.LIGHTING, text="Trasig", place=a_place()),
            photos=[
                NewPhoto(
                    photo_id=self.local.new_id(),
                    sha256=sha256_of(data),
                    width_px=320,
                    height_px=240,
                    size_bytes=len(data),
                    taken_at=None,
                    position=position,
                    cover=Cover.NOTHING_TO_COVER,
                )
                for position, data in enumerate(pictures)
            ],
            noted_at=now(),
        )

    async def one_round(self, after_failures: int = 0) -> bool:
        """True when the store has got something, or all is there. Raises all but NotReached."""
        engine = SyncEngine(
            local=self.local,
            api=own_store(self.local, self.url, self.transport),
            photos=self.photos,
            flush=nothing_to_flush,
        )
        try:
            await engine.round(after_failures=after_failures)
        except NotReached:
            return engine.has_moved
        return True

    async def send_all(self, most_rounds: int) -> Attempts:
        """Round after round, as the schedule would begin them, without its waits."""
        attempts, failures = Attempts(), 0
        while not self.walk.waiting().is_all_sent:
            assert attempts.rounds < most_rounds, (attempts, self.walk.waiting())
            attempts.rounds += 1
            has_moved = await self.one_round(failures)
            failures = 0 if has_moved else failures + 1
            attempts.failed += not has_moved
        return attempts

    def close(self) -> None:
        self.local.close()
        self.transport.close()


def run(phone: HttpPhone, most_rounds: int) -> Attempts:
    return asyncio.run(phone.send_all(most_rounds))
