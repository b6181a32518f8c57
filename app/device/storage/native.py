"""Storage in a folder: Android, iOS, a computer."""

import asyncio
import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.device.storage.database import DURABLE
from app.device.storage.errors import (
    AlreadyOpen,
    PhotoMissing,
    StorageFull,
    StorageUnavailable,
)
from app.device.storage.protocol import Persistence

PART = ".part"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = StorageFull if error.errno in FULL else StorageUnavailable
        raise kind(str(error)) from error


def _sync_folder(folder: Path) -> None:
    """Makes the folder's list of names durable, which fsync of a file does not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    """Makes it and all above it, durably.

    One that is there already may be from a start that was killed before its name was on disk.
    """
    missing = [level for level in (folder, *folder.parents) if not level.exists()]
    there = missing[-1].parent if missing else folder
    with suppress(PermissionError):  # in a folder that the app may not read it has made nothing
        _sync_folder(there.parent)
    for level in reversed(missing):
        level.mkdir(exist_ok=True)
        _sync_folder(level.parent)


class NativePhotos:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def write(self, name: str, content: bytes) -> None:
        await asyncio.to_thread(self._write, name, content)

    async def overwrite(self, name: str, content: bytes) -> None:
        await asyncio.to_thread(self._overwrite, name, content)

    async def read(self, name: str) -> bytes:
        return await asyncio.to_thread(self._read, name)

    async def delete(self, name: str) -> None:
        await asyncio.to_thread(self._delete, name)

    async def names(self) -> list[str]:
        with _disk_errors():
            found = [path.name for path in self.folder.iterdir() if path.suffix != PART]
        return sorted(found)

    def remove_parts(self) -> None:
        """What an interrupted write left behind."""
        for part in self.folder.glob(f"*{PART}"):
            part.unlink()

    def _write(self, name: str, content: bytes) -> None:
        part = self.folder / (name + PART)
        with _disk_errors():
            try:
                with part.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(self.folder / name)
            except OSError:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
                raise
            _sync_folder(self.folder)

    def _overwrite(self, name: str, content: bytes) -> None:
        """In place, and without a wait for the disk."""
        path = self.folder / name
        if not path.exists():
            self._write(name, content)
            return
        with _disk_errors(), path.open("r+b") as file:
            file.write(content)
            file.truncate()

    def _read(self, name: str) -> bytes:
        with _disk_errors():
            try:
                return (self.folder / name).read_bytes()
            except FileNotFoundError as error:
                raise PhotoMissing(name) from error

    def _delete(self, name: str) -> None:
        with _disk_errors():
            try:
                (self.folder / name).unlink()
            except FileNotFoundError as error:
                raise PhotoMissing(name) from error


class NativeStorage:
    """`folder` is made if missing. The lock goes with the process, however it ends."""

    persistence = Persistence.DURABLE
    pragmas = DURABLE

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: int | None = None
        self.photos = NativePhotos(folder / "photos")
        self.beside = NativePhotos(folder / "beside")

    @property
    def database_path(self) -> str:
        return str(self._folder / "rundan.db")

    async def open(self) -> None:
        with _disk_errors():
            _make_folder(self._folder)
            for files in (self.photos, self.beside):
                _make_folder(files.folder)
            descriptor = os.open(self._folder / "rundan.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                os.close(descriptor)
                raise AlreadyOpen(str(self._folder)) from error
            self._lock = descriptor
            try:
                self.photos.remove_parts()
                self.beside.remove_parts()
            except OSError:
                await self.close()  # or the next try would find Rundan open already
                raise

    async def flush(self) -> None:
        """Nothing to do: with synchronous = FULL a commit that returned is on disk."""

    async def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
