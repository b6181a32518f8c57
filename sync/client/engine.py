"""One sync round: send what waits, fetch what is new, then the photos. No clock, no sleep."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from sync.client.briefing import refresh_briefing
from sync.client.errors import NotReached, PhoneInTrouble, SyncError
from sync.client.exchange import Exchange, Flush
from sync.client.gone_from_store import GoneFromStore
from sync.client.local_store import LocalStore
from sync.client.outbox import Outbox
from sync.client.phone_storage import PhoneStorageError
from sync.client.photo_upload import PhotoRefused, TakenBack, send_photo
from sync.client.records import WaitingPhoto
from sync.client.store_api import StoreApi
from sync.domain.ids import Sha256
from sync.wire import MAX_CHANGES

log = logging.getLogger(__name__)

PHOTOS_AT_A_TIME = 3
RECEIPTS_AT_A_TIME = 3
FIRST_CHANGES = 40
"""In a round's first message: with more of them nothing would have a receipt for half a second on
a slow link, and all would be to be sent again after a cut."""
CUTS_ENOUGH = 3
"""So many photos that were cut off in one round, and it is the link: no more are begun in it."""


class PhotoSource(Protocol):
    async def read(self, name: str) -> bytes:
        """The bytes of a photo of this phone.

        Raises LookupError when it is gone, PhoneStorageError when it cannot be read now.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundResult:
    """What one sync round did. photos_left: those that failed and are tried again later."""

    sent: int
    fetched: int
    photos_sent: int
    photos_left: int


async def _always() -> bool:
    return True


def is_being_stopped() -> bool:
    """The running task was cancelled: whatever it still does, an error of it would take the
    cancellation's place, and the task would go on for ever."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class SyncEngine:
    """progress is called after every step, so that a screen can count down.

    may_send_photos: asked before each photo; False on a network that photos are not to use.
    Records always go.
    has_moved: the store has got something in the round, also in one that then failed.
    """

    def __init__(
        self,
        *,
        local: LocalStore,
        api: StoreApi,
        photos: PhotoSource,
        flush: Flush,
        progress: Callable[[], None] = lambda: None,
        may_send_photos: Callable[[], Awaitable[bool]] = _always,
    ) -> None:
        self.has_moved = False
        self._local, self._api, self._photos = local, api, photos
        self._flush, self._progress, self._may_send_photos = flush, progress, may_send_photos
        self._outbox = Outbox(local)
        self._records_turn = asyncio.Lock()
        self._receipts: list[Sha256] = []

    async def round(self, *, after_failures: int = 0) -> RoundResult:
        """Raises a SyncError when the store was not reached or cannot be trusted.

        after_failures: rounds in a row that failed before this one; its first message is smaller.
        """
        try:
            at_most = max(1, min(FIRST_CHANGES, MAX_CHANGES >> min(after_failures, 16)))
            sent, fetched = await self._records(at_most)
            await self._mend()
            await self._briefing()
            await self._look_for_what_is_gone()
            photos_sent, photos_left = await self._all_photos(
                1 if after_failures else PHOTOS_AT_A_TIME
            )
        except PhoneStorageError as error:
            raise PhoneInTrouble(str(error)) from error
        return RoundResult(
            sent=sent, fetched=fetched, photos_sent=photos_sent, photos_left=photos_left
        )

    async def _records(self, at_most: int = MAX_CHANGES) -> tuple[int, int]:
        exchange = Exchange(
            local=self._local,
            api=self._api,
            flush=self._flush,
            progress=self._progress,
            at_most=at_most,
        )
        try:
            await exchange.run()
        finally:
            self.has_moved |= exchange.done.sent > 0
        return exchange.done.sent, exchange.done.fetched

    async def _mend(self) -> None:
        """Things whose refusals a person has seen become what the store has of them."""
        for kind, entity_id in self._outbox.seen_refusals():
            changes = await self._api.thing(kind, entity_id)
            if changes is None:
                self._local.forget_seen(entity_id)
            else:
                self._local.become(kind, entity_id, changes)
            await self._flush()
            self._progress()

    async def _briefing(self) -> None:
        """News of the areas; without them everything else goes on."""
        try:
            is_new = await refresh_briefing(self._local, self._api)
        except SyncError as error:
            log.info("no briefing: %s: %s", type(error).__name__, error)
            return
        if is_new:
            await self._flush()

    async def _look_for_what_is_gone(self) -> None:
        """What the store has lost of this phone's goes again, in this round."""
        gone = GoneFromStore(local=self._local, api=self._api, photos=self._photos)
        if await gone.look():
            await self._flush()
            await self._records_first()
            self._progress()

    async def _all_photos(self, at_a_time: int) -> tuple[int, int]:
        if not await self._may_send_photos():
            return 0, 0
        waiting = self._local.waiting_photos()
        to_send = iter(waiting)
        errors: list[SyncError] = []
        held = 0

        async def one_after_the_other() -> None:
            nonlocal held
            for photo in to_send:
                if not await self._may_send_photos():
                    held += 1
                    continue
                await self._records_first()
                error = await self._photo(photo)
                if error is not None:
                    errors.append(error)
                if sum(isinstance(each, NotReached) for each in errors) >= CUTS_ENOUGH:
                    return

        workers = [asyncio.ensure_future(one_after_the_other()) for _ in range(at_a_time)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:  # none goes on into the next round when one has ended this one
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            if not is_being_stopped():
                await self._write_receipts()
        left = len(errors) + sum(1 for _ in to_send)
        sent = len(waiting) - left - held
        if errors and not sent:
            raise errors[0]
        return sent, left

    async def _photo(self, photo: WaitingPhoto) -> SyncError | None:
        """Sends one photo; an error of one holds up no other and is given back."""
        got_nowhere = True

        def arrived() -> None:
            nonlocal got_nowhere
            got_nowhere, self.has_moved = False, True

        try:
            await self._send(photo, arrived)
        except (SyncError, PhoneStorageError) as error:
            self._local.photo_was_cut(photo.sha256, got_nowhere=got_nowhere)
            return error if isinstance(error, SyncError) else PhoneInTrouble(str(error))
        return None

    async def _send(self, photo: WaitingPhoto, arrived: Callable[[], None]) -> None:
        try:
            data = await self._photos.read(photo.sha256)
            if not self._local.may_send_photo(photo.sha256):
                return
            await send_photo(
                self._api, photo, data, partial(self._before_a_piece, photo.sha256), arrived
            )
        except TakenBack:
            await self._api.give_up_upload(photo.sha256)
        except LookupError:
            self._local.photo_refused(photo.sha256, "gone_from_phone", "the file is gone")
        except PhotoRefused as refusal:
            self._local.photo_refused(photo.sha256, refusal.code, refusal.reason)
        else:
            self._receipts.append(photo.sha256)
            self.has_moved = True
            if len(self._receipts) < RECEIPTS_AT_A_TIME:
                return
        await self._write_receipts()

    async def _before_a_piece(self, sha256: Sha256) -> None:
        await self._records_first()
        if not self._local.may_send_photo(sha256):
            raise TakenBack

    async def _write_receipts(self) -> None:
        """Writes down which photos the store has: a few at once, as each time the disk is asked.

        A phone that dies before asks for those few once more, and hears that they are there.
        """
        stored, self._receipts = self._receipts, []
        if stored:
            self._local.photo_stored(*stored)
        await self._flush()
        self._progress()

    async def _records_first(self) -> None:
        """A record saved meanwhile does not wait for the photos that are still to go."""
        async with self._records_turn:
            if self._outbox.has_more():
                await self._records()
