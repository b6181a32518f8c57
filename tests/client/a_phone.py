"""A phone of its own against a store in the same process, over a link that can be cut."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import FastAPI

from app.device.storage.database import DURABLE
from sync.central.api.app import create_api
from sync.central.api.services import Services
from sync.client.engine import RoundResult, SyncEngine
from sync.client.enrolment import enrol
from sync.client.local_store import LocalStore
from sync.client.own_store import own_store
from sync.client.recorder import Recorder
from sync.client.records import Content, NewPhoto, ObservationRecord, RoundRecord
from sync.client.store_api import StoreApi
from sync.client.transport import Request, Response, Unreachable
from sync.client.walk_store import WalkStore
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, EntityId
from sync.domain.words import Category, Cover, PlaceSource, RoundKind
from tests.central.a_store import KIRSEBERG, AStore, a_jpeg, sha256_of

BASE_URL = "http://store.test"
Fault = Callable[[Request], "Response | None"]


@dataclass
class Link:
    """Carries requests to the ASGI app. A fault may answer itself, or cut before or after."""

    store: AStore
    is_up: bool = True
    loses_answers: bool = False
    answers_itself: Fault = lambda _: None
    requests: list[Request] = field(default_factory=list)
    _app: tuple[Services, FastAPI] | None = None

    async def request(self, request: Request) -> Response:
        self.requests.append(request)
        if not self.is_up:
            raise Unreachable("the link is cut")
        own = self.answers_itself(request)
        if own is not None:
            return own
        answer = await self.the_stores_own(request)
        if self.loses_answers or not self.is_up:
            raise Unreachable("the answer was lost")
        return answer

    async def the_stores_own(self, request: Request) -> Response:
        if self._app is None or self._app[0] is not self.store.services:
            self._app = self.store.services, create_api(self.store.services)
        transport = httpx.ASGITransport(app=self._app[1])
        async with httpx.AsyncClient(transport=transport) as client:
            answer = await client.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                content=request.body or b"",
            )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status_code, headers=headers, body=answer.content)


class PhotoFiles(dict[str, bytes]):
    async def read(self, name: str) -> bytes:
        return self[name]


async def nothing_to_flush() -> None:
    """A native database is on disk when its transaction ends."""


@dataclass
class WalkingPhone:
    store: AStore
    path: Path
    photos: PhotoFiles = field(default_factory=PhotoFiles)

    def __post_init__(self) -> None:
        self.link = Link(self.store)
        self.local = LocalStore(
            str(self.path), pragmas=DURABLE, now=self.store.clock, random=os.urandom
        )
        self.walk = WalkStore(self.local)
        self.recorder = Recorder(local=self.local, flush=nothing_to_flush)

    @property
    def api(self) -> StoreApi:
        return own_store(self.local, BASE_URL, self.link)

    async def enrol(self, code: str, nickname: str = "Sam") -> None:
        api = StoreApi(base_url=BASE_URL, token=None, transport=self.link)
        await enrol(self.local, api, code=code, nickname=nickname, random=os.urandom)

    def engine(self, *, photos_that_may_go: int = 1_000_000) -> SyncEngine:
        """photos_that_may_go: before the network becomes one that photos are not to use."""
        asked = itertools.count()

        async def may_send_photos() -> bool:
            return next(asked) <= photos_that_may_go

        return SyncEngine(
            local=self.local,
            api=self.api,
            photos=self.photos,
            flush=nothing_to_flush,
            may_send_photos=may_send_photos,
        )

    async def sync(self) -> RoundResult:
        return await self.engine().round()

    async def start_round(self, area: AreaCode = KIRSEBERG) -> RoundRecord:
        round_id = await self.recorder.start_round(kind=RoundKind.INSPECTION, area=area)
        found = self.walk.round(round_id)
        assert found is not None
        return found

    async def save_defect(
        self,
        round_: RoundRecord,
        *,
        photos: int = 0,
        photo_px: tuple[int, int] = (320, 240),
        text: str = "Lampan är trasig",
    ) -> ObservationRecord:
        pictures = [a_jpeg(*photo_px) for _ in range(photos)]
        self.photos.update({sha256_of(data): data for data in pictures})
        observation_id = self.local.new_id()
        await self.recorder.save_observation(
            observation_id=observation_id,
            round_=round_,
            content=Content(category=Category.LIGHTING, text=text, place=a_place()),
            photos=[
                NewPhoto(
                    photo_id=self.local.new_id(),
                    sha256=sha256_of(data),
                    width_px=photo_px[0],
                    height_px=photo_px[1],
                    size_bytes=len(data),
                    taken_at=None,
                    position=position,
                    cover=Cover.NOTHING_TO_COVER,
                )
                for position, data in enumerate(pictures)
            ],
            noted_at=self.store.clock(),
        )
        return self.finding(observation_id)

    def finding(self, observation_id: EntityId) -> ObservationRecord:
        found = self.walk.observation(observation_id)
        assert found is not None
        return found


def a_place(lat_deg: float = 55.6110, lon_deg: float = 13.0320) -> Place:
    return Place(
        point=GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=8.0), source=PlaceSource.GPS
    )


async def an_enrolled_phone(store: AStore, path: Path, nickname: str = "Sam") -> WalkingPhone:
    phone = WalkingPhone(store, path)
    await phone.enrol(store.code(), nickname)
    return phone
