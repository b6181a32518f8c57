"""The photos of one sync round: a few on their way at a time, none of them holding up another."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeAlias

from sync.client.errors import AnotherStore, NotReached, PhoneInTrouble, SyncError
from sync.client.exchange import Flush
from sync.client.local_store import LocalStore
from sync.client.phone_storage import PhoneStorageError
from sync.client.photo_queue import PhotoQueue
from sync.client.photo_upload import PIECE_BYTES, PhotoRefused, TakenBack, send_photo
from sync.client.records import WaitingPhoto
from sync.client.store_api import StoreApi
from sync.domain.ids import Sha256
from sync.photo_bundle import MAX_PHOTOS, BundledPhoto

log = logging.getLogger(__name__)

RECEIPTS_AT_A_TIME = 3
CUTS_ENOUGH = 3
"""So many photos that were cut off in one round, or that failed one after the other, and it is the
link, or the store: no more are begun in it."""


Read: TypeAlias = tuple[WaitingPhoto, bytes | None]
"""A photo and its bytes; None for what could not be read ahead."""


class PhotoSource(Protocol):
    async def read(self, name: str) -> bytes:
        """The bytes of a photo of this phone.

        Raises LookupError when it is gone, PhoneStorageError when it cannot be read now.
        """
        ...


def _is_small(photo: WaitingPhoto) -> bool:
    """Sent in one piece, and nothing of it has been sent."""
    return photo.size_bytes <= PIECE_BYTES and not photo.was_begun


def is_being_stopped() -> bool:
    """The running task was cancelled: whatever it still does, an error of it would take the
    cancellation's place, and the task would go on for ever."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class PhotoRound:
    """records_first: hands in what was saved meanwhile, which never waits for a photo.

    may_send: asked before each photo. has_moved: the store has got something of one.
    """

    def __init__(
        self,
        *,
        local: LocalStore,
        api: StoreApi,
        photos: PhotoSource,
        flush: Flush,
        progress: Callable[[], None],
        may_send: Callable[[], Awaitable[bool]],
        records_first: Callable[[], Awaitable[None]],
    ) -> None:
        self.has_moved = False
        self._queue, self._api, self._photos = PhotoQueue(local), api, photos
        self._flush, self._progress = flush, progress
        self._may_send, self._records_first = may_send, records_first
        self._receipts: list[Sha256] = []
        self._errors: list[SyncError] = []
        self._held = self._not_begun = self._in_a_row = 0

    async def run(self, at_a_time: int) -> tuple[int, int]:
        """How many the store has got, and how many are left for the next round.

        Raises the first SyncError when it got none. Those that may not go on this network are
        neither.
        """
        if not await self._may_send():
            return 0, 0
        waiting = self._queue.waiting()
        to_send = deque(waiting)
        on_their_way = asyncio.Semaphore(at_a_time)

        async def one_after_the_other() -> None:
            while photos := self._next(to_send):
                read = [(photo, await self._read_ahead(photo)) for photo in photos]
                async with on_their_way:
                    await self._in_their_turn(read)
                if self._is_the_link():
                    return

        readers = at_a_time + 1  # the next photo is read while those before it are on their way
        workers = [asyncio.ensure_future(one_after_the_other()) for _ in range(readers)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:  # none goes on into the next round when one has ended this one
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            if not is_being_stopped():
                await self._write_receipts()
        left = len(self._errors) + self._not_begun + len(to_send)
        sent = len(waiting) - left - self._held
        if self._errors and not sent:
            raise self._errors[0]
        return sent, left

    def _is_the_link(self) -> bool:
        """Or the store: one more photo would only go the same way."""
        cuts = sum(isinstance(each, NotReached) for each in self._errors)
        is_elsewhere = any(isinstance(each, AnotherStore) for each in self._errors)
        return is_elsewhere or max(cuts, self._in_a_row) >= CUTS_ENOUGH

    async def _read_ahead(self, photo: WaitingPhoto) -> bytes | None:
        """None for what cannot be read: when it is its turn that is met again, and told."""
        try:
            return await self._photos.read(photo.sha256)
        except (LookupError, PhoneStorageError):
            return None

    def _next(self, to_send: deque[WaitingPhoto]) -> list[WaitingPhoto]:
        """The next photo, and with it those small ones after it that may go in one request."""
        if not to_send:
            return []
        photos = [to_send.popleft()]
        room = self._api.bundle_bytes - photos[0].size_bytes
        while to_send and _is_small(photos[0]) and _is_small(to_send[0]):
            room -= to_send[0].size_bytes
            if room < 0 or len(photos) == MAX_PHOTOS:
                break
            photos.append(to_send.popleft())
        return photos

    async def _in_their_turn(self, photos: Sequence[Read]) -> None:
        if len(photos) > 1 and not self._is_the_link() and await self._may_send():
            await self._records_first()
            photos = await self._together(photos)
        for photo, data in photos:
            if self._is_the_link():
                self._not_begun += 1
            elif not await self._may_send():
                self._held += 1
            else:
                await self._records_first()
                await self._try(photo, data)

    async def _together(self, photos: Sequence[Read]) -> list[Read]:
        """Those that are to be sent alone after all: why not is heard then."""
        bundle = [
            BundledPhoto(sha256=photo.sha256, area=photo.area, length=len(data), data=data)
            for photo, data in photos
            if data and self._queue.may_send(photo.sha256)
        ]
        if len(bundle) < 2:
            return list(photos)
        try:
            stored = await self._api.send_bundle(bundle)
        except SyncError as error:
            log.info("a bundle was not taken: %s: %s", type(error).__name__, error)
            return [(replace(photo, was_begun=True), data) for photo, data in photos]
        self._receipts += stored
        self.has_moved |= bool(stored)
        await self._write_receipts()
        return [(photo, data) for photo, data in photos if photo.sha256 not in stored]

    async def _try(self, photo: WaitingPhoto, data: bytes | None) -> None:
        """Sends one photo; an error of one holds up no other."""
        got_nowhere = True

        def arrived() -> None:
            nonlocal got_nowhere
            got_nowhere, self.has_moved = False, True

        try:
            await self._send(photo, data, arrived)
        except (SyncError, PhoneStorageError) as error:
            self._queue.was_cut(photo.sha256, got_nowhere=got_nowhere)
            told = error if isinstance(error, SyncError) else PhoneInTrouble(str(error))
            self._errors.append(told)
            self._in_a_row += isinstance(error, SyncError)
        else:
            self._in_a_row = 0

    async def _send(
        self, photo: WaitingPhoto, data: bytes | None, arrived: Callable[[], None]
    ) -> None:
        try:
            if data is None:
                data = await self._photos.read(photo.sha256)
            if not self._queue.may_send(photo.sha256):
                return
            await send_photo(
                self._api, photo, data, partial(self._before_a_piece, photo.sha256), arrived
            )
        except TakenBack:
            await self._api.give_up_upload(photo.sha256)
        except LookupError:
            self._queue.refused(photo.sha256, "gone_from_phone", "the file is gone")
        except PhotoRefused as refusal:
            self._queue.refused(photo.sha256, refusal.code, refusal.reason)
        else:
            self._receipts.append(photo.sha256)
            self.has_moved = True
            if len(self._receipts) < RECEIPTS_AT_A_TIME:
                return
        await self._write_receipts()

    async def _before_a_piece(self, sha256: Sha256) -> None:
        await self._records_first()
        if not self._queue.may_send(sha256):
            raise TakenBack

    async def _write_receipts(self) -> None:
        """Writes down which photos the store has: a few at once, as each time the disk is asked.

        A phone that dies before asks for those few once more, and hears that they are there.
        """
        stored, self._receipts = self._receipts, []
        if stored:
            self._queue.stored(*stored)
        await self._flush()
        self._progress()
