"""Sending and fetching by itself: what waits, what went wrong, when it went well last."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import flet as ft

from app.device.connectivity import Link
from app.device.storage.errors import is_damage
from app.field.preferences import kept_preferences
from app.field.services import Services
from sync.client import store_clock
from sync.client.engine import SyncEngine
from sync.client.errors import (
    AnotherStore,
    DeviceRevoked,
    NotReached,
    PhoneInTrouble,
    SignInNeeded,
    SyncError,
    TooOld,
)
from sync.client.kept_reports import send_kept_report
from sync.client.made_again import WENT_BACK
from sync.client.outbox import Outbox
from sync.client.photo_round import is_being_stopped
from sync.client.records import Waiting
from sync.client.schedule import WATCH_S, Pace, retry_delay_s
from sync.domain.instants import to_text

log = logging.getLogger(__name__)

LEAST_WAIT_S = 0.01
"""Timers are not finer than this: a wait of less would be over before the clock has moved."""
_BY_ITSELF = frozenset(
    {
        "kind", "place", "stop_id", "address", "offered", "is_outside_right",
        "observation_id", "round_id",
    }
)  # fmt: skip
"""What a draft has although nobody took, chose or wrote anything."""


@ft.observable
class SyncModel:
    """problem: key of the words for what is wrong, None when all is well.

    needs_code: the store does not know this phone, or has shut it out (is_shut_out).
    is_too_old: the store does not understand this release any more.
    is_another: at the address answers another store than the phone's.
    clock_off_min: minutes that the phone's clock is wrong by, 0 when it is right enough.
    is_clock_untold: the person has not been told of that yet.
    has_begun: something is half written, or a way is being recorded, and so not sent.
    photos_held: why photos stay on the phone although there is contact, None when they do not:
    the phone is on mobile data, or it does not tell what it is on.
    """

    def __init__(
        self,
        services: Services,
        changed: Callable[[], None],
        damaged: Callable[[], None] = lambda: None,
    ) -> None:
        self.is_busy = False
        self.problem: str | None = None
        self.synced_at: str | None = services.local.fact("synced_at")
        self.waiting: Waiting = services.walk.waiting()
        self.clock_off_min = 0
        self.is_clock_untold = False
        self.needs_code = False
        self.is_shut_out = False
        self.is_too_old = False
        self.is_another = False
        self.photos_held: Link | None = None
        self._services, self._changed, self._damaged = services, changed, damaged
        self._wake = asyncio.Event()
        self._failures = 0
        self._pace = Pace()
        self._saves = 0
        self._confirmed_saves = -1
        self._is_asked = False
        self._task: asyncio.Task[None] | None = None
        self.has_begun = is_anything_begun(services)
        services.local.when_kept = self._kept

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        """For good: the database is not to be touched any more."""
        if self._task is not None:
            self._task.cancel()

    @property
    def has_ended(self) -> bool:
        return self._task is not None and self._task.done()

    def recount(self) -> None:
        """What waits, as the database has it now."""
        self.waiting = self._services.walk.waiting()
        self._kept()

    def _kept(self) -> None:
        """A draft, say, which is not to be sent yet."""
        self.has_begun = is_anything_begun(self._services)

    def soon(self) -> None:
        """Something was saved: try now, as far as the pace allows."""
        self._saves += 1
        self.recount()
        self._wake.set()

    def contact_again(self) -> None:
        """The network is back, or the app is on the screen again."""
        self._failures = 0
        self.soon()

    async def now(self) -> None:
        """The person pressed the button: at once, unless they have pressed it all minute; also what
        stands aside, and the photos, if the phone does not know its network.
        """
        self._is_asked = True
        Outbox(self._services.local).try_all_again()
        self.contact_again()

    @property
    def is_stopped(self) -> bool:
        """Nothing is sent before somebody does something about the phone or its app."""
        return self.needs_code or self.is_too_old or self.is_another

    @property
    def may_hand_over(self) -> bool:
        """Everything of this phone is at the store, and the store has said so since the last save.

        Nothing waits, nothing was refused that nobody has looked at, nothing is half written, no
        route is being recorded, and the store has lost nothing that is still looked for. Asked of
        the database, not of what was counted last.
        """
        walk = self._services.walk
        return (
            walk.waiting().is_all_sent
            and self._services.local.fact(WENT_BACK) is None
            and self.problem is None
            and self._confirmed_saves == self._saves
            and not is_anything_begun(self._services)
        )

    @property
    def has_unsent_route(self) -> bool:
        return self._services.walk.has_unsent_route()

    @property
    def right_time(self) -> str:
        """What the phone's clock should show, as the store has it: a UTC text."""
        return to_text(store_clock.right_now(self._services.local))

    def told_clock(self) -> None:
        """The person has read it: not again before the clock is right, or wrong in another way."""
        store_clock.note_told(self._services.local)
        self.is_clock_untold = False

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        while not is_being_stopped():
            self._wake.clear()
            self._pace = self._pace.begun(clock())
            await self._one_round()
            if self.needs_code:
                await self._wake.wait()
            else:
                await self._woken(
                    retry_delay_s(self._failures, random.random()) if self._failures else WATCH_S
                )
            while (wait_s := self._pace.wait_s(clock(), is_asked=self._is_asked)) > 0:
                self._wake.clear()
                await self._woken(max(wait_s, LEAST_WAIT_S))

    async def _woken(self, within_s: float) -> None:
        """Returns when something is to be done, or when the time is over."""
        with suppress(TimeoutError):
            # not wait_for: on Python 3.11 it forgets a cancellation that meets the wake
            async with asyncio.timeout(within_s):
                await self._wake.wait()

    async def _one_round(self) -> None:
        try:
            await self._round()
        except Exception as error:
            # The edge of the loop: a fault of ours must not end sending for good.
            if is_being_stopped():
                return
            log.exception("a sync round failed")
            self.is_busy = False
            self._failed(SyncError(), has_moved=False)
            if is_damage(error):
                self._damaged()

    async def _round(self) -> None:
        services, saves = self._services, self._saves
        is_asked, self._is_asked = self._is_asked, False
        api = services.store_api

        async def may_send_photos() -> bool:
            self.photos_held = await self._holds_photos(is_asked)
            return self.photos_held is None

        engine = SyncEngine(
            local=services.local,
            api=api,
            photos=services.storage.photos,
            flush=services.storage.flush,
            progress=self._moved,
            may_send_photos=may_send_photos,
        )
        self.is_busy = not self.waiting.is_all_sent
        try:
            result = await engine.round(after_failures=self._failures)
            if await send_kept_report(services.local, api):
                await services.storage.flush()
        except SyncError as error:
            self._failed(error, engine.has_moved)
        else:
            self._is_well()
            self._failures = self._failures_after(engine.has_moved) if result.photos_left else 0
            self._confirmed_saves = saves
        self.is_busy = False
        self._progressed()

    async def _holds_photos(self, is_asked: bool) -> Link | None:
        if not kept_preferences(self._services.local).photos_on_wifi_only:
            return None
        link = await self._services.ask_link()
        if link is Link.MOBILE or (link is Link.UNKNOWN and not is_asked):
            return link
        return None

    def _moved(self) -> None:
        """A step of a round is done: the store's first good answer ends what was wrong between it
        and the phone, however long the rest takes. What is wrong with the phone itself is not."""
        if self.problem != PhoneInTrouble.key:
            self._is_well()
        self._progressed()

    def _progressed(self) -> None:
        local = self._services.local
        self.synced_at = local.fact("synced_at")
        self.clock_off_min = int(abs(store_clock.offset(local)) / timedelta(minutes=1))
        self.is_clock_untold = store_clock.is_untold(local)
        self.recount()
        self._changed()

    def _is_well(self) -> None:
        self.problem, self.needs_code, self.is_shut_out = None, False, False
        self.is_too_old, self.is_another = False, False

    def _failures_after(self, has_moved: bool) -> int:
        """A link that lets something through between its cuts is tried again soon."""
        return 1 if has_moved else self._failures + 1

    def _failed(self, error: SyncError, has_moved: bool) -> None:
        self.problem, self.needs_code = error.key, isinstance(error, SignInNeeded)
        self.is_shut_out = isinstance(error, DeviceRevoked)
        self.is_too_old = isinstance(error, TooOld)
        self.is_another = isinstance(error, AnotherStore)
        self._confirmed_saves = -1
        self._failures = self._failures_after(has_moved)
        if not isinstance(error, NotReached):
            log.warning("sync: %s: %s", type(error).__name__, error)


def is_anything_begun(services: Services) -> bool:
    """Something is half written, or a way is being recorded: it is not sent, and is not lost."""
    return services.walk.has_unsent_route() or drafts_begun(services) > 0


def drafts_begun(services: Services) -> int:
    return sum(map(has_content, services.local.drafts().values()))


def has_content(draft: dict[str, object]) -> bool:
    """A draft in which somebody took, chose or wrote something; where it is comes by itself."""
    return any(_says_something(value) for name, value in draft.items() if name not in _BY_ITSELF)


def _says_something(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_says_something, value.values()))
    return value is not None and value not in ("", [])
