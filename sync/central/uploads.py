"""Photos on their way in. Whole means: every byte is here, hashed again, a photo, and on disk.

The order is always bytes first, then the row that says they are there, then the cleaning up. A
store that dies in between says after its start that it has what it has, and the phone goes on.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from sync.central.blobs import Blobs
from sync.central.devices import Device
from sync.central.engine import reading
from sync.central.jpeg import check_photo
from sync.central.parts import Part, Parts
from sync.central.photos import (
    Complete,
    announce,
    announced_before,
    give_up,
    known_photo,
    note_area,
    note_stored,
    stored_size,
)
from sync.central.problems import Problem
from sync.central.ready import Plain, plain_reading, plain_writing
from sync.central.shared_commit import SharedCommit
from sync.domain.fields import MAX_PHOTO_BYTES
from sync.domain.ids import AreaCode, Sha256
from sync.photo_bundle import BundledPhoto

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an upload is; offset equals length only for a photo that is stored."""

    offset: int
    length: int


class Uploads:
    def __init__(
        self, *, engine: Engine, parts: Parts, blobs: Blobs, now: Callable[[], datetime]
    ) -> None:
        self._engine, self._parts, self._blobs, self._now = engine, parts, blobs, now
        self._commit: SharedCommit[Sequence[Complete]] = SharedCommit(self._commit_all)

    def create(
        self, device: Device, *, sha256: Sha256, area: AreaCode, length: int, first_piece: bytes
    ) -> Progress:
        """Announces a photo and takes its first bytes; may be called again at any time.

        Raises Problem: not_your_area, too_large, bad_length, and those of `append`.
        """
        if area not in device.areas:
            raise Problem("not_your_area", f"the device does not belong to {area}", field="area")
        if length > MAX_PHOTO_BYTES:
            raise Problem("too_large", f"a photo has at most {MAX_PHOTO_BYTES} bytes")
        if length < 1 or len(first_piece) > length:
            raise Problem("bad_length", "Upload-Length is not the photo's length")
        with plain_reading(self._engine) as plain:
            known = known_photo(plain, sha256, [area])
        if known.stored_bytes is not None and self._blobs.exists(sha256):
            if not known.is_of_areas:
                with self._engine.begin() as connection:
                    note_area(connection, sha256, area)
            return Progress(offset=known.stored_bytes, length=known.stored_bytes)
        if len(first_piece) == length and known.announced_bytes is None:
            progress = self._store(sha256, first_piece, area)
            self._parts.remove(sha256)  # of a store that died before it had noted a first piece
            return progress
        with self._parts.locked(sha256) as part:
            is_new = known.announced_bytes != length
            if is_new:
                part.empty()
            if is_new or not known.is_of_areas:
                with self._engine.begin() as connection:
                    announce(connection, sha256, length, device.device_id, self._now())
                    note_area(connection, sha256, area)
            if len(first_piece) > part.size:
                part.append(first_piece[part.size :])
            return self._progress(sha256, part, length)

    def take_bundle(self, device: Device, photos: Sequence[BundledPhoto]) -> list[Sha256]:
        """Those of a bundle that the store has on disk now.

        Whatever is wrong with another is said when it is sent alone; what a cut has left of one is
        kept as its first bytes.
        """
        with plain_reading(self._engine) as plain:
            new = {one.sha256: one for one in photos if _is_new_and_whole(plain, device, one)}
        stored = self._store_together(list(new.values()))
        for one in photos:
            if one.sha256 not in new and self._is_stored_alone(device, one):
                stored.append(one.sha256)
        return stored

    def _is_stored_alone(self, device: Device, one: BundledPhoto) -> bool:
        try:
            progress = self.create(
                device,
                sha256=one.sha256,
                area=one.area,
                length=one.length,
                first_piece=one.data,
            )
        except Problem as problem:
            log.info("a photo of a bundle was not taken: %s", problem.code)
            return False
        return progress.offset == progress.length

    def _store_together(self, photos: Sequence[BundledPhoto]) -> list[Sha256]:
        sound: list[BundledPhoto] = []
        for one in photos:
            try:
                _check(one.sha256, one.data)
            except Problem as problem:
                log.info("a photo of a bundle was not taken: %s", problem.code)
            else:
                sound.append(one)
        if sound:
            self._blobs.write({one.sha256: one.data for one in sound})
            self._commit(
                [Complete(sha256=one.sha256, size_bytes=one.length, area=one.area) for one in sound]
            )
        for one in sound:
            self._parts.remove(one.sha256)
        return [one.sha256 for one in sound]

    def take(self, sha256: Sha256, area: AreaCode, data: bytes) -> bool:
        """A whole photo that came in a file. False when it was here already.

        Raises Problem: hash_mismatch, not_a_photo, has_metadata. What has come of it in pieces is
        left to `sweep`, unless the phone asks for its offset first and hears that all is here.
        """
        with self._engine.begin() as connection:
            if stored_size(connection, sha256) is not None and self._blobs.exists(sha256):
                note_area(connection, sha256, area)
                return False
        self._store(sha256, data, area)
        return True

    def progress(self, device: Device, sha256: Sha256) -> Progress:
        """Raises Problem not_found for a photo that was not announced for the device's areas."""
        stored, length = self._known(device, sha256)
        if stored is not None:
            return Progress(offset=stored, length=stored)
        size = self._parts.size(sha256)
        if size < length:
            return Progress(offset=size, length=length)
        with self._parts.locked(sha256) as part:
            return self._progress(sha256, part, length)

    def append(self, device: Device, sha256: Sha256, *, offset: int, piece: bytes) -> Progress:
        """Takes the bytes from `offset` on.

        Raises Problem: not_found, wrong_offset, bad_length, upload_busy; and once all
        bytes are here hash_mismatch, not_a_photo, has_metadata, after which none of them are kept.
        """
        stored, length = self._known(device, sha256)
        if stored is not None:
            raise _wrong_offset(stored)
        with self._parts.locked(sha256) as part:
            if offset != part.size:
                raise _wrong_offset(part.size)
            if offset + len(piece) > length:
                raise Problem("bad_length", f"the photo was announced with {length} bytes")
            part.append(piece)
            return self._progress(sha256, part, length)

    def discard(self, device: Device, sha256: Sha256) -> None:
        """Gives up an upload. Raises Problem already_stored for a photo that is complete."""
        stored, _ = self._known(device, sha256)
        if stored is not None:
            raise Problem("already_stored", "a complete photo is not removed by a phone")
        with self._parts.locked(sha256) as part:
            self._give_up(sha256, part)

    def sweep(self, untouched_for: timedelta) -> int:
        """Gives up uploads that have stood still; how many there were. For a start, or a night.

        Those count too whose photo is whole: a store that died has left their bytes. The photo
        itself is never touched.
        """
        swept = 0
        moment = self._now() - untouched_for
        still = self._parts.untouched_since(moment.timestamp())
        finished = self._finished()
        for sha256 in {*still, *finished, *self._without_bytes(moment)}:
            try:
                with self._parts.locked(sha256) as part:
                    goes_on = part.size and part.touched_at_s >= moment.timestamp()
                    if goes_on and sha256 not in finished:
                        continue  # a piece came after the look
                    self._give_up(sha256, part)
            except Problem as problem:
                log.info("an old upload stays: %s", problem.code)
            else:
                swept += 1
        return swept

    def _finished(self) -> list[Sha256]:
        """Not those whose file the store has lost: what came of such a photo is of its next try."""
        with reading(self._engine) as connection:
            noted = [n for n in self._parts.names() if stored_size(connection, n) is not None]
        return [sha256 for sha256 in noted if self._blobs.exists(sha256)]

    def _without_bytes(self, moment: datetime) -> list[Sha256]:
        """Announced before a moment, and nothing is here: given up, or lost in a power cut."""
        with reading(self._engine) as connection:
            announced = announced_before(connection, moment)
        return [sha256 for sha256 in announced if not self._parts.size(sha256)]

    def _known(self, device: Device, sha256: Sha256) -> tuple[int | None, int]:
        """The size if it is stored, and the length that was announced.

        A photo whose file the store has lost is as one that never came.
        """
        with plain_reading(self._engine) as plain:
            known = known_photo(plain, sha256, device.areas)
        stored = known.stored_bytes
        if stored is not None and not self._blobs.exists(sha256):
            stored = None
        if known.is_of_areas and (stored, known.announced_bytes) != (None, None):
            return stored, known.announced_bytes or 0
        raise Problem("not_found", "no such photo for this device")

    def _progress(self, sha256: Sha256, part: Part, length: int) -> Progress:
        if part.size < length:
            return Progress(offset=part.size, length=length)
        try:
            progress = self._store(sha256, part.read(), None)
        except Problem as problem:
            log.info("a photo was not taken: %s", problem.code)
            self._give_up(sha256, part)
            raise
        part.remove()
        return progress

    def _store(self, sha256: Sha256, data: bytes, area: AreaCode | None) -> Progress:
        _check(sha256, data)
        self._blobs.write({sha256: data})
        self._commit([Complete(sha256=sha256, size_bytes=len(data), area=area)])
        return Progress(offset=len(data), length=len(data))

    def _commit_all(self, requests: Sequence[Sequence[Complete]]) -> None:
        """The bytes are on disk; their names get there, and then the rows that say so."""
        self._blobs.settle()
        with plain_writing(self._engine) as plain:
            note_stored(plain, [photo for photos in requests for photo in photos], self._now())

    def _give_up(self, sha256: Sha256, part: Part) -> None:
        with self._engine.begin() as connection:
            give_up(connection, [sha256])
        part.remove()


def _is_new_and_whole(plain: Plain, device: Device, one: BundledPhoto) -> bool:
    if one.area not in device.areas or len(one.data) < one.length:
        return False
    known = known_photo(plain, one.sha256, [one.area])
    return known.stored_bytes is None and known.announced_bytes is None


def _check(sha256: Sha256, data: bytes) -> None:
    """Raises Problem: hash_mismatch, not_a_photo, has_metadata."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Problem("hash_mismatch", "the photo's bytes have another SHA-256; begin again")
    check_photo(data)


def _wrong_offset(offset: int) -> Problem:
    return Problem(
        "wrong_offset", f"the store has {offset} bytes", headers={"Upload-Offset": str(offset)}
    )
