"""Opening the phone's database so that damage is noticed, and making sure that it will be again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from app.device.storage.errors import (
    PhotoMissing,
    StorageDamaged,
    StorageError,
    database_errors,
    opening_errors,
)
from app.device.storage.protocol import Storage
from app.field.rescue import Rescue, finish_starting_over
from sync.client import seal as seals
from sync.client.exchange import Flush
from sync.client.hand_over import unsent_changes
from sync.client.local_store import LocalStore
from sync.client.seal import Seal

Drafts = Mapping[str, dict[str, Any]]

log = logging.getLogger(__name__)


class DatabaseDamaged(StorageDamaged):
    """rescue: what can be done about it."""

    def __init__(self, rescue: Rescue) -> None:
        super().__init__("the database is damaged, or has lost what was saved")
        self.rescue = rescue


async def open_database(storage: Storage, now: Callable[[], datetime]) -> LocalStore:
    """storage: opened. Raises DatabaseDamaged, with nothing changed, and other StorageErrors.

    The log is read before SQLite opens it: what SQLite does not understand of it, it overwrites.
    """
    await finish_starting_over(storage, now)
    path = Path(storage.database_path)
    log_bytes = _bytes(path.with_name(f"{path.name}-wal"))
    seal = await _read_seal(storage)
    local: LocalStore | None = None
    try:
        if log_bytes and not _size(path):
            raise StorageDamaged("a log, and no database")  # whose log SQLite would delete
        with opening_errors():
            local = LocalStore(
                storage.database_path, pragmas=storage.pragmas, now=now, guard=database_errors
            )
            check(local, seal)
        if seals.is_blank(local) and await storage.photos.names():
            raise StorageDamaged("there are photos, and nothing knows of them")
        return local
    except StorageDamaged as error:
        log.warning("the database is damaged: %s", error)
    rescue = Rescue(
        storage=storage,
        now=now,
        database=_bytes(path),
        log=log_bytes,
        facts={} if seal is None else seal.facts,
        position=0 if seal is None else seal.position,
        opened=local,
    )
    raise DatabaseDamaged(rescue)


def check(local: LocalStore, seal: Seal | None) -> None:
    """Every page (33 ms of a start with 10 000 observations, measured on a computer), and the seal.

    Raises StorageDamaged, and what SQLite raises.
    """
    told = str(local.db.execute("PRAGMA quick_check(1)").fetchone()[0])
    if told != "ok":
        raise StorageDamaged(told)
    for _ in unsent_changes(local):
        pass  # raises when one is not what was written
    if seal is not None and seals.is_broken(seal, local):
        raise StorageDamaged(f"{seals.last_position(local)} of {seal.position} changes are there")


async def rescue_of(
    storage: Storage, local: LocalStore, now: Callable[[], datetime], drafts: Drafts
) -> Rescue:
    """For damage that shows while the app runs. drafts: what stands on the screen."""
    path = Path(storage.database_path)
    try:
        seal = await _read_seal(storage)
    except StorageError as error:  # then only the database itself says who the phone is
        log.warning("the seal could not be read: %s", type(error).__name__)
        seal = None
    return Rescue(
        storage=storage,
        now=now,
        database=_bytes(path),
        log=_bytes(path.with_name(f"{path.name}-wal")),
        facts={} if seal is None else seal.facts,
        position=0 if seal is None else seal.position,
        opened=local,
        drafts=drafts,
    )


def sealed(local: LocalStore, storage: Storage) -> Flush:
    """The storage's flush, which also writes down what has been promised, if it has grown.

    A seal that cannot be written is an old one, which claims less: no reason to fail a save.
    """
    written: list[Seal] = []

    async def flush_and_seal() -> None:
        await storage.flush()
        seal = seals.seal_of(local)
        if written and written[-1] == seal:
            return
        try:
            await storage.beside.overwrite(seals.NAME, seals.to_bytes(seal))
        except StorageError as error:
            log.warning("the seal could not be written: %s", type(error).__name__)
        else:
            written[:] = [seal]

    return flush_and_seal


async def _read_seal(storage: Storage) -> Seal | None:
    try:
        return seals.from_bytes(await storage.beside.read(seals.NAME))
    except PhotoMissing:
        return None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _bytes(path: Path) -> bytes:
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return b""
