"""What this phone could not send, written to the file of sync.hand_over."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from hashlib import sha256 as sha256_of

from sync.client.local_store import LocalStore
from sync.client.outbox_body import change_of
from sync.client.phone_storage import PhoneStorageError
from sync.client.photo_round import PhotoSource
from sync.client.seal import last_position
from sync.client.without_record import WITHOUT_RECORD
from sync.domain.ids import AreaCode, Sha256
from sync.domain.instants import to_text
from sync.hand_over.file import VERSION, Counts, Manifest, UnsentChange, Writable, write_file

HANDED_OVER = "handed_over"
"""Fact: the last place in the outbox when all that could not be sent was given away as a file."""


def is_anything_unsent(local: LocalStore) -> bool:
    row = local.db.execute(_ANYTHING).fetchone()
    return bool(row[0])


def is_all_handed_over(local: LocalStore) -> bool:
    """A file with all that could not be sent was given away, and nothing has come since.

    A photo that nobody has looked for faces in was not in it.
    """
    is_latest = local.fact(HANDED_OVER) == str(last_position(local))
    return is_latest and local.db.execute(_UNCHECKED).fetchone()[0] == 0


async def write_hand_over(
    out: Writable, local: LocalStore, photos: PhotoSource, now: datetime
) -> Manifest:
    """Writes the zip to `out`, one photo in memory at a time, and says what is in it.

    A photo that is gone, or that the disk does not give now, is counted and keeps nothing else out.
    """
    gone: list[str] = []
    unread: list[str] = []

    async def contents() -> AsyncIterator[tuple[Sha256, AreaCode, bytes]]:
        for name, area in local.db.execute(_PHOTOS).fetchall():
            try:
                content = await sound_photo(photos, name)
            except PhoneStorageError as error:
                log.warning("a photo is not in the file: %s", type(error).__name__)
                unread.append(name)
                continue
            if content is None:
                gone.append(name)
            else:
                yield Sha256(name), AreaCode(area), content

    def manifest() -> Manifest:
        return Manifest(
            version=VERSION,
            store_id=local.fact("store_id"),
            device_id=local.fact("device_id"),
            letter=local.fact("letter"),
            nickname=local.fact("nickname"),
            made_at=to_text(now),
            counts=Counts(
                changes=0,
                refused=0,
                photos=0,
                photos_unchecked=int(local.db.execute(_UNCHECKED).fetchone()[0]),
                photos_gone=len(gone),
                photos_unread=len(unread),
                drafts=len(local.drafts()),
            ),
        )

    return await write_file(out, list(unsent_changes(local)), contents(), manifest)


def unsent_changes(local: LocalStore) -> Iterator[UnsentChange]:
    """All that is in the outbox, refused or not, in the order it was made."""
    for body, code, reason in local.db.execute(_CHANGES).fetchall():
        try:
            change = change_of(body)
        except ValueError as error:
            log.warning("a change that cannot be read is not in the file: %s", type(error).__name__)
            continue
        yield UnsentChange(change=change, refused=None if code is None else (code, reason or ""))


async def sound_photo(photos: PhotoSource, name: str) -> bytes | None:
    """The bytes of a photo of this phone; None when it is gone or damaged.

    Raises PhoneStorageError when it cannot be read now.
    """
    try:
        content = await photos.read(name)
    except LookupError:
        return None
    return content if sha256_of(content).hexdigest() == name else None


log = logging.getLogger(__name__)

_CHANGES = "SELECT body, refused_code, refused_reason FROM outbox ORDER BY position"

_PHOTOS = f"""
SELECT sha256, area FROM wanted_photo WHERE stored_at IS NULL AND cover IS NOT NULL
UNION
SELECT f.sha256, f.area FROM photo_file f WHERE {WITHOUT_RECORD}
ORDER BY sha256
"""

_UNCHECKED = """
SELECT COUNT(DISTINCT sha256) FROM wanted_photo WHERE stored_at IS NULL AND cover IS NULL
"""

_ANYTHING = f"""
SELECT EXISTS (SELECT 1 FROM outbox)
    OR EXISTS (SELECT 1 FROM wanted_photo WHERE stored_at IS NULL)
    OR EXISTS (SELECT 1 FROM photo_file f WHERE {WITHOUT_RECORD})
"""
