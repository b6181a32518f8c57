"""The walk of one phone: what a person does, in order, and how to see later that it is kept.

A person whose app has died does again what was not said to be saved. So does this walk: with the
same ids, which a draft keeps, and on the round that is under way.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from app.device.storage.errors import PhotoMissing
from app.device.storage.protocol import PhotoFiles
from app.field.services import Services
from sync.client.engine import SyncEngine
from sync.client.enrolment import enrol
from sync.client.errors import SyncError
from sync.client.kept_photos import photos_in_drafts
from sync.client.local_store import LocalStore
from sync.client.own_store import own_store
from sync.client.recorder import Recorder
from sync.client.records import Content, NewPhoto, ObservationRecord, RoundRecord
from sync.client.store_api import StoreApi
from sync.client.transport import Transport
from sync.client.walk_store import WalkStore
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId
from sync.domain.words import Category, Cover, PlaceSource, RoundKind, Verdict
from tests.central.a_store import KIRSEBERG
from tests.kills.plan import CAMERA, Plan

TRIES = 20_000
PAUSE_S = 0.005
TORGET = Place(
    point=GeoPoint(lat_deg=55.6110, lon_deg=13.0320, accuracy_m=8.0), source=PlaceSource.GPS
)
FIRST_TEXT, LAST_TEXT = "Lampan är trasig", "Lampan är trasig och lutar"


@dataclass(kw_only=True)
class Walk:
    folder: Path
    plan: Plan
    photos: PhotoFiles
    local: LocalStore
    recorder: Recorder
    transport: Transport

    def __post_init__(self) -> None:
        self.store = WalkStore(self.local)

    @property
    def verbs(self) -> dict[str, tuple[Callable[[], Awaitable[None]], Callable[[], bool]]]:
        """name -> what is done, and whether that is still kept; in the order of the walk."""
        return {
            "enrolled": (self.enrol, lambda: self.local.fact("letter") is not None),
            "started": (self.start, lambda: bool(self.store.rounds_under_way())),
            "drafted": (self.draft, self._has_draft_or_photos),
            "saved": (self.save, lambda: self._has_photos(self.plan.first, self.plan.second)),
            "decided": (self.decide, lambda: self._cover(self.plan.second) is not None),
            "covered": (self.cover, lambda: self._cover(self.plan.first) is Cover.COVERED),
            "edited": (self.edit, lambda: self._kept().text == LAST_TEXT),
            "saved other": (self.save_other, lambda: self._exists(self.plan.dropped)),
            "dropped": (self.drop, lambda: self._deleted(self.plan.dropped)),
            "seen again": (self.see_again, lambda: self._has_photos(self.plan.third)),
            "sent": (self.send, lambda: self.store.waiting().is_all_sent),
            "looked": (self.look, lambda: True),
        }

    # What is done

    async def enrol(self) -> None:
        api = StoreApi(base_url=self.plan.url, token=None, transport=self.transport)
        plan = self.plan

        async def once() -> bool:
            await enrol(self.local, api, code=plan.code, nickname=plan.nickname, random=os.urandom)
            return True

        await _until(once)

    async def start(self) -> None:
        if not self.store.rounds_under_way():
            await self.recorder.start_round(kind=RoundKind.INSPECTION, area=KIRSEBERG)

    async def draft(self) -> None:
        taken = [await self._take("uncovered"), await self._take("large")]
        draft = {"photos": [{"sha256": sha256} for sha256 in taken]}
        self.local.keep_drafts({"capture": draft})

    async def save(self) -> None:
        plan = self.plan
        await self.recorder.save_observation(
            observation_id=plan.kept,
            round_=self._round(),
            content=_content(FIRST_TEXT),
            photos=[self._photo(plan.first, "uncovered"), self._photo(plan.second, "large", 1)],
            noted_at=self.local.now(),
            drafts={"capture": None},
        )

    async def decide(self) -> None:
        await self.recorder.decide_photo(self._kept(), self.plan.second, Cover.NOTHING_TO_COVER)

    async def cover(self) -> None:
        await self._take("covered")
        photo = self._photo(self.plan.first, "covered", cover=Cover.COVERED)
        await self.recorder.replace_photo(self._kept(), photo)
        try:
            await self.photos.delete(self.plan.hashes["uncovered"])
        except PhotoMissing:
            return  # deleted before the app died, or when it started

    async def edit(self) -> None:
        await self.recorder.change_observation(self._kept(), _content(LAST_TEXT))

    async def save_other(self) -> None:
        await self.recorder.save_observation(
            observation_id=self.plan.dropped,
            round_=self._round(),
            content=_content("Fel plats"),
            photos=[],
            noted_at=self.local.now(),
        )

    async def drop(self) -> None:
        other = self.store.observation(self.plan.dropped)
        if other is not None:
            await self.recorder.delete_observation(other)

    async def see_again(self) -> None:
        await self._take("later")
        plan = self.plan
        await self.recorder.recheck(
            self._kept(),
            recheck_id=plan.recheck,
            round_=self._round(),
            verdict=Verdict.REMAINS,
            place=TORGET,
            photos=[
                self._photo(
                    plan.third,
                    "later",
                    2,
                    cover=Cover.NOTHING_TO_COVER,
                    recheck_id=plan.recheck,
                )
            ],
        )

    async def send(self) -> None:
        engine = SyncEngine(
            local=self.local, api=self._api, photos=self.photos, flush=_on_disk_already
        )

        async def once() -> bool:
            result = await engine.round()
            return result.photos_left == 0 and self.store.waiting().is_all_sent

        await _until(once)

    async def look(self) -> None:
        """At the small picture of a photo, which the store makes when it is first asked for."""

        async def once() -> bool:
            return isinstance(await self._api.thumbnail(self.plan.hashes["large"]), bytes)

        await _until(once)

    # What is seen

    async def broken(self) -> list[str]:
        """What is on this phone and not whole."""
        found = []
        if self.local.db.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            found.append("the database")
        for name in await self.photos.names():
            if hashlib.sha256(await self.photos.read(name)).hexdigest() != name:
                found.append(f"photo {name}")
        return found

    async def missing_photos(self) -> list[str]:
        """Of this phone's records and drafts, without the file."""
        rows = self.local.db.execute("SELECT sha256 FROM wanted_photo").fetchall()
        wanted = {row[0] for row in rows} | photos_in_drafts(self.local)
        return [f"file {one}" for one in sorted(wanted - set(await self.photos.names()))]

    async def remove_unused_photos(self) -> None:
        """As the app does when it starts."""
        phone = SimpleNamespace(walk=self.store, storage=SimpleNamespace(photos=self.photos))
        await Services.remove_unused_photos(cast(Services, phone))

    @property
    def _api(self) -> StoreApi:
        return own_store(self.local, self.plan.url, self.transport)

    async def _take(self, picture: str) -> str:
        name = self.plan.hashes[picture]
        await self.photos.write(name, (self.folder / CAMERA / picture).read_bytes())
        return name

    def _photo(
        self, photo_id: EntityId, picture: str, position: int = 0, **decided: Any
    ) -> NewPhoto:
        return NewPhoto(
            photo_id=photo_id,
            sha256=self.plan.hashes[picture],
            width_px=64,
            height_px=48,
            size_bytes=(self.folder / CAMERA / picture).stat().st_size,
            taken_at=None,
            position=position,
            **decided,
        )

    def _round(self) -> RoundRecord:
        return self.store.rounds_under_way()[0]

    def _kept(self) -> ObservationRecord:
        found = self.store.observation(self.plan.kept)
        assert found is not None
        return found

    def _exists(self, observation_id: EntityId) -> bool:
        """Also when it has been deleted since."""
        query = "SELECT 1 FROM observation WHERE id = ? AND noted_at IS NOT NULL"
        return self.local.db.execute(query, [observation_id]).fetchone() is not None

    def _deleted(self, observation_id: EntityId) -> bool:
        return self._exists(observation_id) and self.store.observation(observation_id) is None

    def _has_photos(self, *ids: EntityId) -> bool:
        found = self.store.observation(self.plan.kept)
        return found is not None and set(ids) <= {one.photo_id for one in found.photos}

    def _has_draft_or_photos(self) -> bool:
        is_saved = self._has_photos(self.plan.first, self.plan.second)
        return is_saved or self.local.draft("capture") is not None

    def _cover(self, photo_id: EntityId) -> Cover | None:
        return {one.photo_id: one.cover for one in self._kept().photos}[photo_id]


async def _until(once: Callable[[], Awaitable[bool]]) -> None:
    """Tries again while the store is away, as the app does, only sooner."""
    for _ in range(TRIES):
        try:
            if await once():
                return
        except SyncError as error:
            last = str(error)
        else:
            last = "not all of it"
        await asyncio.sleep(PAUSE_S)
    raise AssertionError(f"the store never came back: {last}")


async def _on_disk_already() -> None:
    """A native database is on disk when its transaction ends."""


def _content(text: str) -> Content:
    return Content(category=Category.LIGHTING, text=text, place=TORGET)
