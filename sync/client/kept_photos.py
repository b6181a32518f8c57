"""The photo files on this phone: how much room they take, and which have done their work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sync.client.local_store import LocalStore
from sync.domain.ids import Sha256
from sync.domain.instants import to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPhotos:
    count: int
    size_bytes: int


def kept_photos(local: LocalStore, names: Iterable[str]) -> KeptPhotos:
    """names: of the files that are there. Thumbnails are not counted: a hundredth of a photo."""
    there = set(names)
    rows = local.db.execute("SELECT sha256, size_bytes FROM photo_file").fetchall()
    sizes = [int(size) for sha256, size in rows if sha256 in there]
    return KeptPhotos(count=len(sizes), size_bytes=sum(sizes))


def database_bytes(local: LocalStore) -> int:
    pages = local.db.execute("PRAGMA page_count").fetchone()[0]
    size = local.db.execute("PRAGMA page_size").fetchone()[0]
    return int(pages) * int(size)


def confirmed_photos(local: LocalStore, before: datetime) -> list[Sha256]:
    """Photos that the store has hashed again and has had on its disk since before that moment."""
    rows = local.db.execute(
        "SELECT sha256 FROM photo_file WHERE stored_at IS NOT NULL AND stored_at <= ?"
        " ORDER BY stored_at",
        [to_text(before)],
    ).fetchall()
    return [Sha256(row[0]) for row in rows]


def photos_in_drafts(local: LocalStore) -> set[Sha256]:
    """What somebody has taken and not saved yet."""
    return {
        Sha256(str(photo["sha256"]))
        for draft in local.drafts().values()
        for photo in draft.get("photos") or ()
    }
