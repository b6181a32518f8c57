"""A phone of the history: it records and sends, its clock jumps, and it dies without a warning."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.device.storage.database import DURABLE
from sync.client.engine import SyncEngine
from sync.client.enrolment import enrol
from sync.client.local_store import LocalStore
from sync.client.own_store import own_store
from sync.client.recorder import Recorder
from sync.client.records import Edit, NewPhoto
from sync.client.store_api import StoreApi
from sync.client.walk_store import WalkStore
from sync.domain.change import Change, Refusal
from sync.domain.ids import AreaCode, ChangeId, EntityId, Sha256
from sync.domain.words import Cover
from tests.history.link import Link
from tests.history.witness import Witness
from tests.history.world import BASE_URL, World, a_picture

FILES = ("rundan.db", "rundan.db-wal")


@dataclass(kw_only=True)
class Phone:
    """areas: where it walks. offset: how wrong its clock is.

    heard_from: the last change the store had when this phone first got all of its areas.
    """

    world: World
    name: str
    areas: tuple[AreaCode, ...]
    offset: timedelta = timedelta(0)
    photos: _Photos = field(default_factory=lambda: _Photos())
    lives: int = 0
    heard_from: int = 0

    def __post_init__(self) -> None:
        self.world.phones.append(self)
        self.link = Link(self.world.network)
        self._folder = self.world.folder / self.name
        self._life(0).mkdir(parents=True)
        self._open()

    @property
    def witness(self) -> Witness:
        return self.world.witness

    def now(self) -> datetime:
        return self.world.clock() + self.offset

    async def enrol(self) -> None:
        api = StoreApi(base_url=BASE_URL, token=None, transport=self.link)
        code = self.world.code(*self.areas)
        random = self.world.chance.randbytes
        await enrol(self.local, api, code=code, nickname=self.name, random=random)

    async def sync(self, *, with_photos: bool = True) -> None:
        """Raises SyncError, Killed."""

        async def may_send_photos() -> bool:
            return with_photos

        engine = SyncEngine(
            local=self.local,
            api=own_store(self.local, BASE_URL, self.link),
            photos=self.photos,
            flush=_on_disk_already,
            may_send_photos=may_send_photos,
        )
        await engine.round()

    async def die(self) -> None:
        """What is on disk at this moment is what the next life finds."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        before, self.lives = self._life(self.lives), self.lives + 1
        self._life(self.lives).mkdir()
        for name in FILES:
            if (before / name).exists():
                shutil.copy(before / name, self._life(self.lives) / name)
        self.local.close()
        shutil.rmtree(before)
        self._open()
        self.witness.lost += self.missing()

    def missing(self) -> list[str]:
        """What this phone said "Sparad" to and neither has nor has been relieved of."""
        rows = self.local.db.execute("SELECT change_id FROM outbox").fetchall()
        here = {row[0] for row in rows}
        saved, witness = self.witness.saved[self.name], self.witness
        gone = set(saved) - here - witness.accepted - set(witness.refused)
        lost = [f"{self.name}: {saved[one]}" for one in gone]
        if self.local.db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            lost.append(f"{self.name}: the database")
        return lost

    def a_photo(self, position: int, cover: Cover | None, **more: Any) -> NewPhoto:
        """Its file is on disk when this returns."""
        picture = a_picture(self.world.chance)
        sha256 = Sha256(hashlib.sha256(picture).hexdigest())
        self.photos[sha256] = picture
        return NewPhoto(
            photo_id=self.local.new_id(),
            sha256=sha256,
            width_px=64,
            height_px=48,
            size_bytes=len(picture),
            taken_at=None,
            position=position,
            cover=cover,
            **more,
        )

    def rows(self, table: str) -> list[dict[str, Any]]:
        return list(self.local.db.query(f"SELECT * FROM {table}"))

    def pick(self, table: str, condition: str = "1 = 1") -> EntityId | None:
        """Any one thing that this phone knows."""
        rows = self.local.db.execute(f"SELECT id FROM {table} WHERE {condition} ORDER BY id")
        ids = [row[0] for row in rows.fetchall()]
        return EntityId(self.world.chance.choice(ids)) if ids else None

    def _life(self, number: int) -> Path:
        return self._folder / str(number)

    def _open(self) -> None:
        self.local = _Witnessed(self)
        self.walk = WalkStore(self.local)
        self.recorder = Recorder(local=self.local, flush=_on_disk_already)

    @property
    def database(self) -> str:
        return str(self._life(self.lives) / FILES[0])


class _Photos(dict[str, bytes]):
    """The folder of photos: files do not die with the process."""

    async def read(self, name: str) -> bytes:
        return self[name]


class _Witnessed(LocalStore):
    """What it says is written down, after it has said it."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        super().__init__(
            phone.database, pragmas=DURABLE, now=phone.now, random=phone.world.chance.randbytes
        )

    def record(
        self, edits: Sequence[Edit], *, drafts: Mapping[str, dict[str, Any] | None] | None = None
    ) -> list[Change]:
        changes = super().record(edits, drafts=drafts)
        self._phone.witness.was_saved(self._phone.name, changes)
        return changes

    def adopt(self, changes: Sequence[Change], *args: Any, **rest: Any) -> None:
        super().adopt(changes, *args, **rest)
        self._phone.witness.was_saved(self._phone.name, changes)

    def apply_answer(
        self, *, accepted: Sequence[ChangeId], refused: Sequence[Refusal], **rest: Any
    ) -> None:
        world = self._phone.world
        world.witness.lost += [f"acknowledged: {one}" for one in world.not_in_log(accepted)]
        super().apply_answer(accepted=accepted, refused=refused, **rest)
        self._phone.heard_from = self._phone.heard_from or int(self.fact("cursor") or 0)
        world.witness.accepted.update(accepted)
        world.witness.refused.update({one.change_id: one.code for one in refused})


async def _on_disk_already() -> None:
    """A native database is on disk when its transaction ends."""
