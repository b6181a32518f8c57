"""The photos' bytes, each under its SHA-256, in a folder or in S3-compatible storage."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.store import LocalStore

from sync.domain.ids import Sha256

if TYPE_CHECKING:
    from obstore.store import ObjectStore


def blob_path(sha256: Sha256) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}.jpg"


class Blobs:
    """folder: where a local store keeps its files; None when the storage is elsewhere."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store, self._folder = store, folder

    @staticmethod
    def in_folder(folder: Path) -> Blobs:
        return Blobs(LocalStore(folder, mkdir=True), folder)

    def put(self, sha256: Sha256, data: bytes) -> None:
        """Returns when the bytes would survive a power cut. They appear whole or not at all."""
        path = blob_path(sha256)
        if self._folder is None:
            obstore.put(self._store, path, data)
            return
        target = self._folder / path
        is_new_folder = not target.parent.exists()
        obstore.put(self._store, path, data)
        sync_to_disk(target)
        sync_to_disk(target.parent)
        if is_new_folder:
            sync_to_disk(target.parent.parent)
            sync_to_disk(self._folder)

    def get(self, sha256: Sha256) -> bytes:
        """Raises FileNotFoundError for a photo that is not here."""
        return bytes(obstore.get(self._store, blob_path(sha256)).bytes())

    def exists(self, sha256: Sha256) -> bool:
        try:
            obstore.head(self._store, blob_path(sha256))
        except FileNotFoundError:
            return False
        return True


def sync_to_disk(path: Path) -> None:
    """Waits until a file's bytes, or a folder's list of names, are on disk."""
    with _descriptor(path) as descriptor:
        os.fsync(descriptor)


@contextmanager
def _descriptor(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
