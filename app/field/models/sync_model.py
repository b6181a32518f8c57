"""Sending and fetching by itself: what waits, what went wrong, when it went well last."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import flet as ft

from app.field.services import Services
from sync.client.engine import SyncEngine
from sync.client.errors import NotReached, SignInNeeded, SyncError
from sync.client.records import Waiting
from sync.client.schedule import WATCH_S, retry_delay_s
from sync.client.store_api import StoreApi
from sync.domain.instants import from_text

log = logging.getLogger(__name__)

CLOCK_TOLERANCE = timedelta(minutes=5)


@ft.observable
class SyncModel:
    """problem: key of the words for what is wrong, None when all is well.

    needs_code: the store does not know this phone, or has shut it out.
    clock_off_min: minutes that the phone's clock is wrong by, 0 when it is right enough.
    """

    def __init__(self, services: Services, changed: Callable[[], None]) -> None:
        self.is_busy = False
        self.problem: str | None = None
        self.synced_at: str | None = services.local.fact("synced_at")
        self.waiting: Waiting = services.walk.waiting()
        self.clock_off_min = 0
        self.needs_code = False
        self._services, self._changed = services, changed
        self._wake = asyncio.Event()
        self._failures = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def recount(self) -> None:
        """What waits, as the database has it now."""
        self.waiting = self._services.walk.waiting()

    def soon(self) -> None:
        """Something was saved, or the network is back: try now."""
        self.recount()
        self._failures = 0
        self._wake.set()

    async def now(self) -> None:
        """The person pressed the button."""
        self.soon()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            await self._one_round()
            if self.needs_code:
                await self._wake.wait()
                continue
            delay_s = retry_delay_s(self._failures, random.random()) if self._failures else WATCH_S
            with suppress(TimeoutError):
                # not wait_for: on Python 3.11 it forgets a cancellation that meets the wake
                async with asyncio.timeout(delay_s):
                    await self._wake.wait()

    async def _one_round(self) -> None:
        services = self._services
        api = StoreApi(
            base_url=services.base_url,
            token=services.local.fact("token"),
            transport=services.transport,
        )
        engine = SyncEngine(
            local=services.local,
            api=api,
            photos=services.storage.photos,
            flush=services.storage.flush,
            progress=self._progressed,
        )
        before = services.local.fact("synced_at")
        self.is_busy = not self.waiting.is_all_sent
        try:
            result = await engine.round()
        except SyncError as error:
            self._failed(error)
        except Exception:
            # The edge of the loop: a fault of ours must not end sending for good.
            log.exception("a sync round failed")
            self._failed(SyncError())
        else:
            self.problem, self.needs_code = None, False
            self._failures = 1 if result.photos_left else 0
        self.is_busy = False
        self.synced_at = services.local.fact("synced_at")
        if self.synced_at != before:
            self._check_clock()
        self._progressed()

    def _progressed(self) -> None:
        self.recount()
        self._changed()

    def _failed(self, error: SyncError) -> None:
        self.problem, self.needs_code = error.key, isinstance(error, SignInNeeded)
        self._failures += 1
        if not isinstance(error, NotReached):
            log.warning("sync: %s: %s", type(error).__name__, error)

    def _check_clock(self) -> None:
        if self.synced_at is None:
            return
        off = abs(self._services.now() - from_text(self.synced_at))
        self.clock_off_min = int(off / timedelta(minutes=1)) if off > CLOCK_TOLERANCE else 0
