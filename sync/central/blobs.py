"""The photos' bytes, each under its SHA-256, in a folder or in S3-compatible storage."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from threading import get_ident
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from sync.central.durable import make_folder, sync_to_disk
from sync.domain.ids import Sha256

if TYPE_CHECKING:
    from obstore.store import ObjectStore

INCOMING = "incoming"
"""Where a file is until all of it is on disk; what is there at a start was never acknowledged."""


_BEGINS_WRITING = getattr(os, "POSIX_FADV_DONTNEED", None)
"""On Linux, to say that a file is not needed begins to write it, and waits for nothing."""


def blob_path(sha256: Sha256) -> str:
    return f"{sha256}.jpg"


def _path_before_0_3(sha256: Sha256) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}.jpg"


class Blobs:
    """folder: where a local store keeps its files; None when the storage is elsewhere."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store, self._folder = store, folder

    @staticmethod
    def in_folder(folder: Path) -> Blobs:
        incoming = folder / INCOMING
        make_folder(folder)
        incoming.mkdir(exist_ok=True)
        for left_over in incoming.iterdir():
            left_over.unlink()
        return Blobs(LocalStore(folder), folder)

    def put(self, sha256: Sha256, data: bytes) -> None:
        """Returns when the bytes would survive a power cut. They appear whole or not at all."""
        self.write({sha256: data})
        self.settle()

    def write(self, photos: Mapping[Sha256, bytes]) -> None:
        """As `put`, but for the names, which may be lost until `settle` has been called."""
        if self._folder is None:
            for sha256, data in photos.items():
                obstore.put(self._store, blob_path(sha256), data)
            return
        folder = str(self._folder)  # a Path takes longer to put together than its file to write
        incoming = {name: f"{folder}/{INCOMING}/{name}-{get_ident()}" for name in photos}
        try:
            _write_to_disk({incoming[name]: data for name, data in photos.items()})
            for name, path in incoming.items():
                os.replace(path, f"{folder}/{blob_path(name)}")  # noqa: PTH105
        except OSError:
            for path in incoming.values():
                Path(path).unlink(missing_ok=True)
            raise

    def settle(self) -> None:
        """Makes the names of all that was written durable, in one go."""
        if self._folder is not None:
            sync_to_disk(self._folder)

    def get(self, sha256: Sha256) -> bytes:
        """Raises FileNotFoundError for a photo that is not here, OSError when it cannot be read."""
        try:
            return self._read(blob_path(sha256))
        except FileNotFoundError:
            return self._read(_path_before_0_3(sha256))

    def names(self) -> Iterator[Sha256]:
        """Every photo that is here, known to the database or not."""
        for found in obstore.list(self._store):
            for one in found:
                path = PurePosixPath(one["path"])
                if path.suffix == ".jpg" and path.parts[0] != INCOMING:
                    yield Sha256(path.stem)

    def _read(self, path: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, path).bytes())
        except BaseError as error:
            raise OSError(f"{path}: {error}") from error

    def exists(self, sha256: Sha256) -> bool:
        for path in (blob_path(sha256), _path_before_0_3(sha256)):
            try:
                obstore.head(self._store, path)
            except FileNotFoundError:
                continue
            return True
        return False


def _write_to_disk(files: Mapping[str, bytes]) -> None:
    """By path. All are on their way to the disk before the first of them is waited for."""
    opened: list[int] = []
    try:
        for path, data in files.items():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            opened.append(descriptor)
            written = 0
            while written < len(data):
                written += os.write(descriptor, memoryview(data)[written:])
            if _BEGINS_WRITING is not None:
                os.posix_fadvise(descriptor, 0, 0, _BEGINS_WRITING)
        for descriptor in opened:
            os.fsync(descriptor)
    finally:
        for descriptor in opened:
            os.close(descriptor)
