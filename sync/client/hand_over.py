"""What a phone could not send, as one zip file for the coordinator, and reading it back.

    manifest.json          version, store_id, device_id, letter, made_at, counts
    changes.jsonl          a change per line as in sync.wire, oldest first; a refused one has
                           "refused": {"code", "reason"} beside its own keys
    photos/<sha256>.jpg    covered photos that the store has not got

Photos that nobody has checked for faces and number plates stay on the phone; they are counted. The
same phone at the same moment makes the same file, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256 as sha256_of
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sync.client.engine import PhotoSource
from sync.client.local_store import LocalStore
from sync.domain.change import Change
from sync.domain.ids import Sha256
from sync.domain.instants import to_text
from sync.wire import change_from_json, change_to_json

VERSION = 1
MANIFEST, CHANGES, PHOTOS = "manifest.json", "changes.jsonl", "photos/"
_SAME_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """refused: of the changes, those that the store has said no to.

    photos_unchecked: left on the phone, because nobody has looked for faces. photos_gone: their
    files are no longer there, or damaged. drafts: begun and never saved, so not in the file.
    """

    changes: int
    refused: int
    photos: int
    photos_unchecked: int
    photos_gone: int
    drafts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    version: int
    store_id: str | None
    device_id: str | None
    letter: str | None
    made_at: str
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentChange:
    """refused: code and reason, None for one that was never answered."""

    change: Change
    refused: tuple[str, str] | None


def is_anything_unsent(local: LocalStore) -> bool:
    row = local.db.execute(_ANYTHING).fetchone()
    return bool(row[0])


async def write_hand_over(
    out: BinaryIO, local: LocalStore, photos: PhotoSource, now: datetime
) -> Manifest:
    """Writes the zip to `out`, one photo in memory at a time, and says what is in it.

    Raises what reading a photo raises, but LookupError: that photo is counted as gone.
    """
    changes = list(unsent_changes(local))
    with ZipFile(out, "w") as file:
        lines = (json.dumps(_line(one), ensure_ascii=False) + "\n" for one in changes)
        file.writestr(_entry(CHANGES, ZIP_DEFLATED), "".join(lines).encode())
        written = gone = 0
        for name in _sendable_photos(local):
            content = await _read(photos, name)
            if content is None:
                gone += 1
                continue
            file.writestr(_entry(f"{PHOTOS}{name}.jpg", ZIP_STORED), content)
            written += 1
        manifest = Manifest(
            version=VERSION,
            store_id=local.fact("store_id"),
            device_id=local.fact("device_id"),
            letter=local.fact("letter"),
            made_at=to_text(now),
            counts=Counts(
                changes=len(changes),
                refused=sum(one.refused is not None for one in changes),
                photos=written,
                photos_unchecked=int(local.db.execute(_UNCHECKED).fetchone()[0]),
                photos_gone=gone,
                drafts=len(local.drafts()),
            ),
        )
        told = json.dumps(asdict(manifest), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        file.writestr(_entry(MANIFEST, ZIP_DEFLATED), told.encode())
    return manifest


def unsent_changes(local: LocalStore) -> Iterator[UnsentChange]:
    """All that is in the outbox, refused or not, in the order it was made."""
    for body, code, reason in local.db.execute(_CHANGES).fetchall():
        change = change_from_json(json.loads(body))
        yield UnsentChange(change=change, refused=None if code is None else (code, reason or ""))


def _line(one: UnsentChange) -> Mapping[str, object]:
    line = change_to_json(one.change)
    if one.refused is not None:
        line["refused"] = {"code": one.refused[0], "reason": one.refused[1]}
    return line


def _sendable_photos(local: LocalStore) -> list[Sha256]:
    return [Sha256(row[0]) for row in local.db.execute(_PHOTOS).fetchall()]


async def _read(photos: PhotoSource, name: Sha256) -> bytes | None:
    try:
        content = await photos.read(name)
    except LookupError:
        return None
    return content if sha256_of(content).hexdigest() == name else None


def _entry(name: str, method: int) -> ZipInfo:
    entry = ZipInfo(name, _SAME_DATE)
    entry.compress_type = method
    entry.create_system = 3  # the same on every machine; the mode below is Unix's
    entry.external_attr = 0o644 << 16
    return entry


_CHANGES = "SELECT body, refused_code, refused_reason FROM outbox ORDER BY position"

_PHOTOS = """
SELECT DISTINCT sha256 FROM wanted_photo
WHERE stored_at IS NULL AND cover IS NOT NULL ORDER BY sha256
"""

_UNCHECKED = """
SELECT COUNT(DISTINCT sha256) FROM wanted_photo WHERE stored_at IS NULL AND cover IS NULL
"""

_ANYTHING = """
SELECT EXISTS (SELECT 1 FROM outbox)
    OR EXISTS (SELECT 1 FROM wanted_photo WHERE stored_at IS NULL)
"""
