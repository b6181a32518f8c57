"""A walk on a phone whose storage is a folder, step by step, and what must be there afterwards."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.device.storage.errors import PhotoMissing, database_errors
from app.device.storage.native import NativeStorage
from sync.client.local_store import LocalStore
from sync.client.outbox import Outbox
from sync.client.photo_queue import PhotoQueue
from sync.client.recorder import Recorder
from sync.client.records import Content, NewPhoto, RoundRecord
from sync.client.walk_store import WalkStore
from sync.domain.ids import EntityId, Sha256
from sync.domain.words import Category, Cover, RoundKind
from tests.central.a_store import KIRSEBERG, Clock, sha256_of
from tests.client.a_phone import a_place

DEVICE = "samsphone00000000000"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a person was told is "Sparad"."""

    observation_id: EntityId
    text: str
    photos: Mapping[Sha256, bytes]


@dataclass(frozen=True, slots=True)
class Taken:
    """The store has it, and the phone has written that down."""

    sha256: Sha256


@dataclass
class PhoneOnDisk:
    """Opened; close it with `close`."""

    storage: NativeStorage
    local: LocalStore
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.walk = WalkStore(self.local)
        self.recorder = Recorder(local=self.local, flush=self.storage.flush)

    @staticmethod
    async def opened(folder: Path) -> PhoneOnDisk:
        """Raises StorageError, and leaves nothing open then."""
        storage, clock = NativeStorage(folder), Clock()
        await storage.open()
        try:
            local = LocalStore(
                storage.database_path, pragmas=storage.pragmas, now=clock, guard=database_errors
            )
        except BaseException:
            await storage.close()
            raise
        return PhoneOnDisk(storage, local, clock)

    async def close(self) -> None:
        self.local.close()
        await self.storage.close()

    def enrol(self) -> None:
        self.local.set_facts({"device_id": DEVICE, "nickname": "Sam", "token": "hemlig"})

    async def start_round(self) -> RoundRecord:
        round_id = await self.recorder.start_round(kind=RoundKind.INSPECTION, area=KIRSEBERG)
        found = self.walk.round(round_id)
        assert found is not None
        return found

    async def save(self, round_: RoundRecord, text: str, *, photos: int) -> Saved:
        saved = self.to_save(text, photos=photos)
        await self.keep(round_, saved)
        return saved

    def to_save(self, text: str, *, photos: int) -> Saved:
        """What a person has before the button is pressed; the ids stay when it is pressed again."""
        pictures = [os.urandom(3000) for _ in range(photos)]
        return Saved(self.local.new_id(), text, {sha256_of(data): data for data in pictures})

    async def keep(self, round_: RoundRecord, saved: Saved) -> None:
        """As the capture screen does: photos first, then the record that names them."""
        for sha256, data in saved.photos.items():
            await self.storage.photos.write(sha256, data)
        await self.recorder.save_observation(
            observation_id=saved.observation_id,
            round_=round_,
            content=Content(category=Category.LIGHTING, text=saved.text, place=a_place()),
            photos=[_new_photo(self.local, sha256, data) for sha256, data in saved.photos.items()],
            noted_at=self.clock(),
        )

    async def hand_in(self) -> list[Taken]:
        """What a sync round writes down when the store took everything."""
        changes = Outbox(self.local).next_message()
        self.local.apply_answer(
            accepted=[change.change_id for change in changes],
            refused=(),
            changes=(),
            facts={"cursor": str(len(changes))},
        )
        await self.storage.flush()
        sent = [photo.sha256 for photo in PhotoQueue(self.local).waiting()]
        for sha256 in sent:
            PhotoQueue(self.local).stored(sha256)
            await self.storage.flush()
        return [Taken(sha256) for sha256 in sent]

    async def missing(self, saved: Saved) -> list[str]:
        """What is not there of it, in words."""
        found = self.walk.observation(saved.observation_id)
        if found is None or found.content.text != saved.text:
            return [f"the record {saved.text!r} is gone"]
        waiting = {photo.sha256 for photo in PhotoQueue(self.local).waiting()}
        lost = []
        for sha256, data in saved.photos.items():
            try:
                is_right = await self.storage.photos.read(sha256) == data
            except PhotoMissing:
                is_right = False
            is_taken = self.is_taken(sha256)
            if not is_right and not is_taken:
                lost.append(f"a photo of {saved.text!r} is gone")
            if sha256 not in waiting and not is_taken:
                lost.append(f"a photo of {saved.text!r} waits no longer and is not sent")
        return lost

    def is_taken(self, sha256: Sha256) -> bool:
        row = self.local.db.execute(
            "SELECT stored_at FROM photo_file WHERE sha256 = ?", [sha256]
        ).fetchone()
        return row is not None and row[0] is not None

    async def half_there(self) -> list[str]:
        """What can be seen of a step that did not end: there must never be anything."""
        faults = [
            f"a photo's name with other bytes: {name}"
            for name in await self.storage.photos.names()
            if is_photo(name) and sha256_of(await self.storage.photos.read(name)) != name
        ]
        ids = [row[0] for row in self.local.db.execute("SELECT id FROM observation").fetchall()]
        there = set(await self.storage.photos.names())
        named = self.local.db.execute("SELECT sha256 FROM photo_file WHERE stored_at IS NULL")
        faults += [f"a row without its file: {row[0]}" for row in named if row[0] not in there]
        ordered = {row[0] for row in self.local.db.execute("SELECT entity_id FROM outbox")}
        synced = self.local.fact("cursor") is not None
        if not synced:
            faults += [
                f"a record without the order to send it: {i}" for i in ids if i not in ordered
            ]
        return faults


def is_photo(name: str) -> bool:
    """Else it is a small picture to show, which is named after its photo."""
    return "." not in name


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[PhoneOnDisk]:
    phone = await PhoneOnDisk.opened(folder)
    try:
        yield phone
    finally:
        await phone.close()


def integrity(database: Path) -> str:
    """ "ok", or what SQLite finds wrong with the file as it lies there."""
    connection = sqlite3.connect(database)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


async def whole_walk(folder: Path, promise: Callable[[object], None]) -> None:
    """Two starts of the app, a dozen defects, two sync rounds, photos cleared away."""
    async with opened(folder) as phone:
        phone.enrol()
        round_ = await phone.start_round()
        promise(round_.round_id)
        for number in range(5):
            promise(await phone.save(round_, f"Lampan {number} är trasig", photos=number % 3))
        for taken in await phone.hand_in():
            promise(taken)
            await phone.storage.photos.delete(taken.sha256)
        # more than a checkpoint's worth, so that the log is carried over to the database
        phone.local.keep_drafts({"utkast": {"text": "å" * 600_000}})
        promise(await phone.save(round_, "Efter en lång text", photos=1))
    async with opened(folder) as phone:
        found = phone.walk.round(round_.round_id)
        assert found is not None
        phone.local.keep_drafts({"utkast": None})
        for number in range(3):
            promise(await phone.save(found, f"Bänken {number} är trasig", photos=1))
        for taken in await phone.hand_in():
            promise(taken)


def _new_photo(local: LocalStore, sha256: Sha256, data: bytes) -> NewPhoto:
    return NewPhoto(
        photo_id=local.new_id(),
        sha256=sha256,
        width_px=320,
        height_px=240,
        size_bytes=len(data),
        taken_at=None,
        position=0,
        cover=Cover.NOTHING_TO_COVER,
    )
