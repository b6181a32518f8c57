"""What the store has on disk: its records, and the photos' files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from tests.journeys.running_store import RunningStore

_DEFECTS = "SELECT id FROM observation WHERE deleted_at IS NULL ORDER BY id"
_KEPT = """
SELECT photo.sha256, photo.size_bytes
FROM photo JOIN observation ON observation.id = photo.observation_id
           JOIN stored_photo ON stored_photo.sha256 = photo.sha256
WHERE photo.deleted_at IS NULL AND observation.deleted_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPhoto:
    """sha256, size_bytes: as the record has them. content: as the file has it."""

    sha256: str
    size_bytes: int
    content: bytes


def records_in(store: RunningStore) -> list[str]:
    """The ids of the defects."""
    return [row[0] for row in _ask(store, _DEFECTS)]


def photos_kept_by(store: RunningStore) -> list[StoredPhoto]:
    """Those of defects, when the store has said that it has their bytes."""
    folder = store.data / "photos"
    return [
        StoredPhoto(
            sha256=sha256,
            size_bytes=size_bytes,
            content=(folder / f"{sha256}.jpg").read_bytes(),
        )
        for sha256, size_bytes in _ask(store, _KEPT)
    ]


def _ask(store: RunningStore, question: str) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(store.data / "rundan.sqlite")) as database:
        return database.execute(question).fetchall()
