"""The photos that have not arrived whole: one file each, whose length is how far it has come."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.central.durable import make_folder, sync_to_disk
from sync.central.problems import Problem
from sync.domain.ids import Sha256

log = logging.getLogger(__name__)


class Part:
    """The bytes so far of one photo, locked for whoever holds this."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor, self._path = descriptor, path

    @property
    def size(self) -> int:
        return os.fstat(self._descriptor).st_size

    @property
    def touched_at_s(self) -> float:
        """When the last piece came, in seconds since 1970."""
        return os.fstat(self._descriptor).st_mtime

    def append(self, piece: bytes) -> int:
        """The size once the piece is on disk. Nothing of it stays after an OSError."""
        before = self.size
        try:
            written = 0
            while written < len(piece):
                written += os.write(self._descriptor, memoryview(piece)[written:])
            os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, before)
            raise
        return before + len(piece)

    def read(self) -> bytes:
        return self._path.read_bytes()

    def remove(self) -> None:
        _remove(self._path)

    def empty(self) -> None:
        os.ftruncate(self._descriptor, 0)


class Parts:
    """A lock is the operating system's, on the file: it holds between processes too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_folder(folder)

    @contextmanager
    def locked(self, sha256: Sha256) -> Iterator[Part]:
        """The part, made when there is none. Raises Problem upload_busy when another has it."""
        path = self._path(sha256)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise _busy() from error
            if not _is_still(descriptor, path):
                raise _busy()  # it was finished or given up between opening and locking
            part = Part(descriptor, path)
            if part.size == 0:  # new, or not on disk yet: its name goes before its bytes
                sync_to_disk(self._folder)
            yield part
        finally:
            os.close(descriptor)

    def size(self, sha256: Sha256) -> int:
        path = self._path(sha256)
        return path.stat().st_size if path.exists() else 0

    def remove(self, sha256: Sha256) -> None:
        """What came in pieces of a photo that is stored, as it came whole after all."""
        _remove(self._path(sha256))

    def names(self) -> list[Sha256]:
        """The photos of which something is here."""
        return [Sha256(path.stem) for path in self._folder.glob("*.part")]

    def untouched_since(self, moment_s: float) -> list[Sha256]:
        """The photos of which nothing has arrived since a moment (seconds since 1970)."""
        return [
            Sha256(path.stem)
            for path in self._folder.glob("*.part")
            if path.stat().st_mtime < moment_s
        ]

    def _path(self, sha256: Sha256) -> Path:
        return self._folder / f"{sha256}.part"


def _remove(path: Path) -> None:
    """Now, or when the next sweep comes by: what it was for is done already."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        log.exception("a part stays for the sweeper")


def _is_still(descriptor: int, path: Path) -> bool:
    try:
        return os.fstat(descriptor).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


def _busy() -> Problem:
    return Problem("upload_busy", "another request is sending this photo; ask for its offset")
