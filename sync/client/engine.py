"""One sync round: send what waits, fetch what is new, then the photos. No clock, no sleep."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from sync.client.briefing import refresh_briefing
from sync.client.errors import PhoneInTrouble, StoreInTrouble, SyncError
from sync.client.exchange import Exchange, Flush
from sync.client.gone_from_store import GoneFromStore
from sync.client.local_store import LocalStore
from sync.client.outbox import Outbox
from sync.client.phone_storage import PhoneStorageError
from sync.client.photo_round import PhotoRound, PhotoSource
from sync.client.store_api import StoreApi
from sync.domain.ids import EntityId
from sync.domain.words import EntityKind
from sync.wire import MAX_CHANGES

log = logging.getLogger(__name__)

PHOTOS_AT_A_TIME = 3
FIRST_CHANGES = 40
"""In a round's first message: with more of them nothing would have a receipt for half a second on
a slow link, and all would be to be sent again after a cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundResult:
    """What one sync round did. photos_left: those that failed and are tried again later."""

    sent: int
    fetched: int
    photos_sent: int
    photos_left: int


async def _always() -> bool:
    return True


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
        self._put_off: list[SyncError] = []
        self._local, self._api, self._photos = local, api, photos
        self._flush, self._progress, self._may_send_photos = flush, progress, may_send_photos
        self._outbox = Outbox(local)
        self._records_turn = asyncio.Lock()

    async def round(self, *, after_failures: int = 0) -> RoundResult:
        """Raises a SyncError when the store was not reached or cannot be trusted.

        after_failures: rounds in a row that failed before this one; its first message is smaller.
        """
        try:
            at_most = max(1, min(FIRST_CHANGES, MAX_CHANGES >> min(after_failures, 16)))
            sent, fetched = await self._records(at_most, own_first=after_failures > 0)
            self._put_off.clear()
            await self._mend()
            await self._briefing()
            await self._try(self._look_for_what_is_gone)
            photos_sent, photos_left = await self._all_photos(
                1 if after_failures else PHOTOS_AT_A_TIME
            )
            if self._put_off:
                raise self._put_off[0]
        except PhoneStorageError as error:
            raise PhoneInTrouble(str(error)) from error
        return RoundResult(
            sent=sent, fetched=fetched, photos_sent=photos_sent, photos_left=photos_left
        )

    async def _records(
        self, at_most: int = MAX_CHANGES, *, own_first: bool = False
    ) -> tuple[int, int]:
        exchange = Exchange(
            local=self._local,
            api=self._api,
            flush=self._flush,
            progress=self._progress,
            at_most=at_most,
            own_first=own_first,
        )
        try:
            await exchange.run()
        finally:
            self.has_moved |= exchange.done.sent > 0
        return exchange.done.sent, exchange.done.fetched

    async def _mend(self) -> None:
        """Things whose refusals a person has seen become what the store has of them."""
        for kind, entity_id in self._outbox.seen_refusals():
            await self._try(partial(self._mend_one, kind, entity_id))

    async def _mend_one(self, kind: EntityKind, entity_id: EntityId) -> None:
        changes = await self._api.thing(kind, entity_id)
        if changes is None:
            self._local.forget_seen(entity_id)
        else:
            self._local.become(kind, entity_id, changes)
        await self._flush()
        self._progress()

    async def _try(self, step: Callable[[], Awaitable[None]]) -> None:
        """What the store cannot say of one thing is told at the end: the photos go first."""
        try:
            await step()
        except StoreInTrouble as error:
            self._put_off.append(error)

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
        photos = PhotoRound(
            local=self._local,
            api=self._api,
            photos=self._photos,
            flush=self._flush,
            progress=self._progress,
            may_send=self._may_send_photos,
            records_first=self._records_first,
        )
        try:
            return await photos.run(at_a_time)
        finally:
            self.has_moved |= photos.has_moved

    async def _records_first(self) -> None:
        """A record saved meanwhile does not wait for the photos that are still to go."""
        async with self._records_turn:
            if self._outbox.has_more():
                await self._records()
