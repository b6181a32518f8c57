"""One phone with the whole field app on it: real storage, codec and store, devices in the hand."""

from __future__ import annotations

import asyncio
import functools
import os
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.device.connectivity import Link as LinkKind
from app.device.native_tiles import NativeTiles
from app.device.permissions import Needed, Permission
from app.device.photo.native import PillowCodec
from app.device.room import Room as PhoneRoom
from app.device.storage.errors import StorageError
from app.device.storage.protocol import Persistence
from app.field.log_ring import LogRing
from app.field.models.app_model import AppModel
from app.field.models.capture_model import CaptureModel
from app.field.models.round_model import RoundModel
from app.field.models.sync_model import SyncModel
from app.field.opening import DatabaseDamaged, open_database, sealed
from app.field.rescue import Rescue
from app.field.reserve import with_reserve
from app.field.services import Services
from app.i18n import Words
from sync.client.recorder import Recorder
from sync.client.records import ObservationRecord
from sync.client.walk_store import WalkStore
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId, uuid7
from sync.domain.instants import to_ms, to_text
from sync.domain.words import Category, EntityKind, RoundKind, Writer
from tests.central.a_store import KIRSEBERG, AStore, Clock, a_jpeg
from tests.client.a_phone import BASE_URL, Link
from tests.field.devices import (
    KIRSEBERGS_TORG,
    CrampedStorage,
    HandCamera,
    HandLocation,
    HandPicker,
    HandSharing,
    HandSignals,
    History,
    Looks,
    Room,
)

PATIENCE_S = 30.0
POLL_S = 0.005
Test = Callable[..., Coroutine[Any, Any, None]]


def walking(test: Test) -> Callable[..., None]:
    """A test that is a coroutine, in a loop of its own."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


async def until(what: Callable[[], object]) -> None:
    """Waits for what happens by itself, as sync does."""
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(POLL_S)


def typed(text: str) -> Any:
    """What a text field tells when a person has typed in it."""
    return SimpleNamespace(control=SimpleNamespace(value=text))


@dataclass(kw_only=True)
class Phone:
    """clock: the phone's own. cannot_open: what opening the storage raises."""

    store: AStore
    folder: Path
    clock: Clock = field(default_factory=Clock)
    room: Room = field(default_factory=Room)
    cannot_open: StorageError | None = None
    persistence: Persistence = Persistence.DURABLE
    nickname: str = "Räven"
    language: str = "sv"

    def __post_init__(self) -> None:
        self.link = Link(self.store)
        self.camera = HandCamera(picture=a_jpeg())
        self.picker = HandPicker()
        self.location = HandLocation(now=self.clock)
        self.history = History()
        self.times_loaded_anew = 0
        self.signals = HandSignals()
        self.sharing = HandSharing()
        self.looks = Looks()
        self.ring = LogRing(self.clock)
        self.link_kind = LinkKind.WIFI
        self.allowed: dict[Needed, Permission] = {}
        self.left = PhoneRoom(free_bytes=10_000_000_000, used_bytes=40_000_000)
        self._opened: list[Services] = []
        self._damaged: list[Rescue] = []

    # The app and its parts

    async def start(self, code: str = "") -> AppModel:
        """Starts the app, again if it ran: what was only in memory is gone."""
        await self.end()
        words = Words(self.language)
        self.app = AppModel(
            self._open_services,
            words,
            code,
            self.history.push,
            self.looks.show,
            self.ring,
            load_anew=self._load_anew,
        )
        await self.app.open()
        return self.app

    async def _load_anew(self) -> None:
        self.times_loaded_anew += 1

    async def enrol(self) -> AppModel:
        """A fresh app that has joined with a code."""
        await self.start(self.store.code())
        await self.app.pages.close()  # the pictures of the first start, skipped
        enrol = self.app.enrol
        assert enrol is not None
        enrol.set_nickname(typed(self.nickname))
        await enrol.go()
        assert self.app.home is not None, enrol.problem
        return self.app

    async def walk(self, *, at: GeoPoint = KIRSEBERGS_TORG) -> CaptureModel:
        """Joined, a round started, standing there: ready for the first defect."""
        await self.enrol()
        assert self.app.home is not None
        self.app.home.choose_kind(RoundKind.INSPECTION)  # news of a plan may have come already
        await self.app.home.start()
        await self.round.shown()
        self.location.walk_to(at)
        return self.capture

    @property
    def round(self) -> RoundModel:
        assert self.app.round is not None
        return self.app.round

    @property
    def capture(self) -> CaptureModel:
        return self.round.capture

    @property
    def sync(self) -> SyncModel:
        assert self.app.sync is not None
        return self.app.sync

    @property
    def services(self) -> Services:
        return self._opened[-1]

    @property
    def findings(self) -> list[ObservationRecord]:
        return self.services.walk.observations(self.round.record.round_id)

    @property
    def notice(self) -> str | None:
        shown = self.app.notices.shown
        return None if shown is None else shown.text

    # What a person does

    async def take_picture(self) -> None:
        if self.capture.camera != "ready":
            self.capture.want_camera()
            await self.capture.preview_shown()
        await self.capture.shutter()

    async def pick(self, picture: bytes) -> None:
        self.picker.chosen = picture
        await self.capture.pick()

    async def save_a_defect(
        self, text: str = "Lampan är trasig", category: Category = Category.LIGHTING
    ) -> ObservationRecord:
        """With a photo of its own, saved without a question, a second after the last."""
        self.clock.forward(seconds=1)
        await self.pick(a_jpeg())
        self.capture.choose(category)
        self.capture.set_text(typed(text))
        await self.capture.save()
        assert self.capture.is_empty, (self.capture.problem, list(self.capture.missing))
        return self.findings[0]

    def stand_at(self, point: GeoPoint) -> None:
        self.location.walk_to(point)

    # What the rest of the world does

    async def all_sent(self) -> None:
        await self.sync.now()
        await until(lambda: self.sync.waiting.is_all_sent)

    async def news(self) -> None:
        """What the store has to say is here.

        Twice, because the first answer may be of a question asked before this moment.
        """
        for _ in range(2):
            self.store.clock.forward(seconds=1)
            await self.sync.now()
            await until(lambda: self.sync.synced_at == to_text(self.store.clock()))

    def office_writes(self, observation_id: EntityId, **fields: str) -> None:
        with self.store.services.engine.begin() as connection:
            self.store.services.ledger.record(
                connection,
                area=KIRSEBERG,
                entity=EntityKind.OBSERVATION,
                entity_id=observation_id,
                fields=dict(fields),
                writer=Writer.OFFICE,
                received_from="anna",
            )

    def store_report(
        self,
        observation_id: EntityId,
        city_status: str,
        sent_at: str = "2026-05-12T10:00:00.000Z",
    ) -> None:
        """The store has sent it, and the city has just said this of it."""
        store = self.store
        with store.services.engine.begin() as connection:
            store.services.ledger.record(
                connection,
                area=KIRSEBERG,
                entity=EntityKind.REPORT,
                entity_id=EntityId(uuid7(to_ms(store.clock()), os.urandom(10))),
                fields={
                    "observation_id": observation_id,
                    "party": "fgk",
                    "state": "sent",
                    "case_ref": "412345",
                    "city_status": city_status,
                    "city_status_known": 1,
                    "city_status_at": to_text(store.clock()),
                    "sent_at": sent_at,
                },
                writer=Writer.STORE,
                received_from="worker",
            )

    def fill_database(self) -> None:
        """SQLite itself refuses to grow, as on a disk with no room. A long text needs room."""
        pages = self.services.local.db.execute("PRAGMA page_count").fetchone()[0]
        self.services.local.db.execute(f"PRAGMA max_page_count = {pages}").fetchall()

    def empty_database(self) -> None:
        self.services.local.db.execute("PRAGMA max_page_count = 1000000").fetchall()

    async def end(self) -> None:
        """Ends the app as the system does: without asking it."""
        if not self._opened and not self._damaged:
            return
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
        for services in self._opened:
            services.local.close()
            await services.storage.close()
        self._opened.clear()
        for rescue in self._damaged:
            rescue.close()
            await rescue.storage.close()
        self._damaged.clear()

    async def ask_link(self) -> LinkKind:
        return self.link_kind

    async def ask_permission(self, needed: Needed) -> Permission:
        return self.allowed.get(needed, Permission.GRANTED)

    async def ask_room(self) -> PhoneRoom | None:
        return self.left

    async def _open_services(self) -> Services:
        if self.cannot_open is not None:
            raise self.cannot_open
        storage = CrampedStorage(self.folder, self.room)
        storage.persistence = self.persistence
        await storage.open()
        try:
            local = await open_database(storage, self.clock)
        except DatabaseDamaged as damage:
            damage.rescue.sharing = self.sharing
            self._damaged.append(damage.rescue)
            raise
        services = Services(
            storage=storage,
            local=local,
            walk=WalkStore(local),
            recorder=Recorder(
                local=local,
                flush=sealed(local, storage),
                keep=functools.partial(with_reserve, storage),
            ),
            codec=PillowCodec(),
            picker=self.picker,
            camera=self.camera,
            location=self.location,
            transport=self.link,
            base_url=BASE_URL,
            now=self.clock,
            random=os.urandom,
            persist=_promised,
            signals=self.signals,
            ask_link=self.ask_link,
            ask_room=self.ask_room,
            ask_permission=self.ask_permission,
            sharing=self.sharing,
            tiles=NativeTiles(self.folder / "tiles", BASE_URL, self.link),
        )
        self._opened.append(services)
        return services


async def _promised() -> bool:
    return True
