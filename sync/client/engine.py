"""One sync round: send what waits, fetch what is new, then the photos. No clock, no sleep."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sync.client.briefing import refresh_briefing
from sync.client.errors import NotTheStore, SyncError
from sync.client.local_store import LocalStore
from sync.client.own_store import NAMED
from sync.client.photo_upload import PhotoRefused, send_photo
from sync.client.records import WaitingPhoto
from sync.client.spoken import ask_in_its_version
from sync.client.store_api import StoreApi
from sync.client.store_clock import heard
from sync.domain.ids import Sha256
from sync.wire import MAX_CHANGES, SyncRequest

log = logging.getLogger(__name__)

PHOTOS_AT_A_TIME = 3
RECEIPTS_AT_A_TIME = 3
FIRST_CHANGES = 40
"""In a round's first message: with more of them nothing would have a receipt for half a second on
a slow link, and all would be to be sent again after a cut."""
MAX_MESSAGES = 10_000
"""More messages than any round needs: a store that says "more" for ever is a broken store."""


class PhotoSource(Protocol):
    async def read(self, name: str) -> bytes:
        """The bytes of a photo of this phone; raises LookupError when it is gone."""
        ...


class Flush(Protocol):
    async def __call__(self) -> None:
        """Returns when all that was committed so far is on disk."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundResult:
    """What one sync round did. photos_left: those that failed and are tried again later."""

    sent: int
    fetched: int
    photos_sent: int
    photos_left: int


class SyncEngine:
    """progress is called after every step, so that a screen can count down."""

    def __init__(
        self,
        *,
        local: LocalStore,
        api: StoreApi,
        photos: PhotoSource,
        flush: Flush,
        progress: Callable[[], None] = lambda: None,
    ) -> None:
        self._local, self._api, self._photos = local, api, photos
        self._flush, self._progress = flush, progress
        self._receipts: list[Sha256] = []

    async def round(self, *, with_photos: bool = True) -> RoundResult:
        """Raises a SyncError when the store was not reached or cannot be trusted.

        with_photos: False on a network that photos are not to use; records always go.
        """
        sent, fetched = await self._records()
        await self._briefing()
        photos_sent, photos_left = await self._all_photos() if with_photos else (0, 0)
        return RoundResult(
            sent=sent, fetched=fetched, photos_sent=photos_sent, photos_left=photos_left
        )

    async def _records(self) -> tuple[int, int]:
        sent = fetched = 0
        for number in range(MAX_MESSAGES):
            changes = self._local.waiting_changes(MAX_CHANGES if number else FIRST_CHANGES)
            cursor = int(self._local.fact("cursor") or "0")
            request = SyncRequest(changes=tuple(changes), cursor=cursor)
            answer, spoken = await ask_in_its_version(self._local, self._api, request)
            self._local.apply_answer(
                accepted=answer.accepted,
                refused=answer.refused,
                changes=answer.changes,
                facts={
                    "cursor": str(answer.cursor),
                    "synced_at": answer.now,
                    NAMED: "1" if self._api.is_named else None,
                    **spoken,
                    **heard(self._local, answer.now),
                },
            )
            await self._flush()
            self._progress()
            settled = {*answer.accepted, *(refusal.change_id for refusal in answer.refused)}
            if changes and not settled & {change.change_id for change in changes}:
                raise NotTheStore("the store answered for none of what was sent")
            sent += len(answer.accepted)
            fetched += len(answer.changes)
            if not answer.more and not self._local.has_waiting_changes():
                return sent, fetched
        raise NotTheStore("the store never stopped sending")

    async def _briefing(self) -> None:
        """News of the areas; without them everything else goes on."""
        try:
            is_new = await refresh_briefing(self._local, self._api)
        except SyncError as error:
            log.info("no briefing: %s: %s", type(error).__name__, error)
            return
        if is_new:
            await self._flush()

    async def _all_photos(self) -> tuple[int, int]:
        waiting = self._local.waiting_photos()
        to_send = iter(waiting)
        errors: list[SyncError] = []

        async def one_after_the_other() -> None:
            for photo in to_send:
                error = await self._photo(photo)
                if error is not None:
                    errors.append(error)

        try:
            await asyncio.gather(*(one_after_the_other() for _ in range(PHOTOS_AT_A_TIME)))
        finally:
            await self._write_receipts()
        if errors and len(errors) == len(waiting):
            raise errors[0]
        return len(waiting) - len(errors), len(errors)

    async def _photo(self, photo: WaitingPhoto) -> SyncError | None:
        """Sends one photo; an error of one holds up no other and is given back."""
        try:
            data = await self._photos.read(photo.sha256)
            if not self._local.may_send_photo(photo.sha256):
                return None
            await send_photo(self._api, photo, data)
        except LookupError:
            self._local.photo_refused(photo.sha256, "gone_from_phone", "the file is gone")
        except PhotoRefused as refusal:
            self._local.photo_refused(photo.sha256, refusal.code, refusal.reason)
        except SyncError as error:
            return error
        else:
            self._receipts.append(photo.sha256)
            if len(self._receipts) < RECEIPTS_AT_A_TIME:
                return None
        await self._write_receipts()
        return None

    async def _write_receipts(self) -> None:
        """Writes down which photos the store has: a few at once, as each time the disk is asked.

        A phone that dies before asks for those few once more, and hears that they are there.
        """
        stored, self._receipts = self._receipts, []
        if stored:
            self._local.photo_stored(*stored)
        await self._flush()
        self._progress()
