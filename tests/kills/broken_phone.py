"""The phone broken on purpose, to prove that the matrix sees it. No fault is the product."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.device.storage.errors import database_errors
from app.device.storage.native import NativePhotos, NativeStorage
from sync.client.local_store import LocalStore
from sync.client.recorder import Drafts, Recorder
from sync.client.records import Edit

SMALL_LOG = ("wal_autocheckpoint=2",)
"""Nearly every commit also carries the log over into the database, which else is rare."""


class PhoneFault(StrEnum):
    NONE = ""
    SAYS_SAVED_TOO_EARLY = "says saved too early"
    WRITES_PHOTOS_IN_PLACE = "writes photos in place"
    SENDS_UNDER_NEW_IDS = "sends under new ids"


def a_storage(fault: PhoneFault, folder: Path) -> NativeStorage:
    storage = NativeStorage(folder)
    if fault is PhoneFault.WRITES_PHOTOS_IN_PLACE:
        storage.photos = _InPlace(folder / "photos")
    return storage


def a_local_store(fault: PhoneFault, storage: NativeStorage) -> LocalStore:
    """The storage is open."""
    kind = _NewIds if fault is PhoneFault.SENDS_UNDER_NEW_IDS else LocalStore
    return kind(
        storage.database_path,
        pragmas=(*storage.pragmas, *SMALL_LOG),
        now=lambda: datetime.now(UTC),
        guard=database_errors,
    )


def a_recorder(fault: PhoneFault, local: LocalStore, storage: NativeStorage) -> Recorder:
    kind = _TooEarly if fault is PhoneFault.SAYS_SAVED_TOO_EARLY else Recorder
    return kind(local=local, flush=storage.flush)


class _InPlace(NativePhotos):
    """Without the part and the rename: a photo that is there need not be whole."""

    def _write(self, name: str, content: bytes) -> None:
        with (self.folder / name).open("wb") as file:
            file.write(content)


class _TooEarly(Recorder):
    """Says "Sparad" and writes right after."""

    async def _write(self, *edits: Edit, drafts: Drafts | None = None) -> None:
        write: Callable[[], object] = lambda: self._local.record(edits, drafts=drafts)  # noqa: E731
        asyncio.get_running_loop().call_soon(write)


class _NewIds(LocalStore):
    """A change that was not acknowledged before the phone died is another change afterwards."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for (change_id,) in self.db.execute("SELECT change_id FROM outbox").fetchall():
            with self.db.atomic():
                self.db.execute(
                    "UPDATE outbox SET change_id = :new, body = json_set(body, '$.change_id', :new)"
                    " WHERE change_id = :old",
                    {"new": self.new_id(), "old": change_id},
                )
