"""The route of the walk: recorded only while the round runs, and only when switched on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import flet as ft

from app.device.location import Fix
from app.device.storage.errors import StorageError
from app.field.models.notices import Notices, telling_when_not_kept, trouble_key
from app.field.services import Services
from app.i18n import Words
from sync.client.records import RoundRecord, RouteRecord
from sync.client.round_store import RoundStore
from sync.client.route_store import RouteStore
from sync.client.track import Track

log = logging.getLogger(__name__)


@ft.observable
class RouteModel:
    """length_m, duration_s: of what is being recorded. routes: those of the round that are done.

    is_seen: the app is on the screen; nothing is recorded behind another one.
    """

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        notices: Notices,
        words: Words,
        saved: Callable[[], None],
    ) -> None:
        self.record = round_
        self.routes: list[RouteRecord] = []
        self.length_m = 0
        self.duration_s = 0
        self.is_seen = True
        self._services, self._saved = services, saved
        self._notices, self._words = notices, words
        self._store = RouteStore(
            local=services.local, recorder=services.recorder, flush=services.storage.flush
        )
        self.is_on = self._store.is_recording(round_.round_id) and round_.ended_at is None
        self._track = Track(self._store.points(round_.round_id))
        self._flushing: asyncio.Task[None] | None = None
        self._measure()
        self.refresh()

    def refresh(self) -> None:
        found = RoundStore(self._services.local).routes(self.record.round_id)
        if found != list(self.routes):
            self.routes = found

    async def shown(self) -> None:
        """A route whose round ended while the app was closed is finished now."""
        if not self.is_on:
            await self.finish()

    def synced(self, fresh: RoundRecord) -> None:
        self.record = fresh
        if fresh.ended_at is not None:
            self.is_on = False  # at once: no fix is kept after the end
        self.refresh()

    @property
    def is_unfinished(self) -> bool:
        """There are points that are no route yet."""
        return bool(self._track.points)

    # Recording

    def heard(self, fix: Fix) -> None:
        """Every fix comes here; what is kept of it is on disk at once."""
        if not self.is_on or not self.is_seen or fix.is_mocked or self.record.ended_at is not None:
            return
        kept = self._track.heard(fix.point, fix.taken_at)
        if kept is None:
            return
        try:
            self._store.keep(self.record.round_id, kept)
        except StorageError as error:
            self._not_kept(error)
        else:
            self._flush_soon()
        self._measure()

    async def switch(self) -> None:
        """On: from here and now. Off: what was recorded is thinned and stored."""
        if self.is_on:
            await self.finish()
            return
        if self.record.ended_at is not None or self.record.started_at is None:
            return
        with telling_when_not_kept(self._notices, self._words):
            await self._store.switch(self.record.round_id)
            self._track = Track(self._store.points(self.record.round_id))
            self.is_on = True
            self._measure()

    async def finish(self) -> None:
        """Off; what was recorded becomes a route. Done again it does nothing."""
        was_on, self.is_on = self.is_on, False
        with telling_when_not_kept(self._notices, self._words):
            if self._store.is_recording(self.record.round_id):
                await self._store.switch(None)
            await self._write(tells=was_on)

    async def pause(self) -> None:
        """The round is left: what was recorded is stored, and going on is recorded as before."""
        if self.is_on:
            with telling_when_not_kept(self._notices, self._words):
                await self._write(tells=False)

    async def _write(self, *, tells: bool) -> None:
        had_points = bool(self._track.points)
        written = await self._store.finish(self.record) if had_points else 0
        self._track = Track(self._store.points(self.record.round_id))
        self._measure()
        self.refresh()
        if written:
            self._saved()
        elif tells:
            self._notices.show(self._words("round.route.too_short"))

    # Throwing away

    async def throw_away_recording(self) -> None:
        """What is being recorded goes, unsent; recording stops."""
        record = self.record

        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                for one in thrown:
                    self._store.keep(record.round_id, one)
                if self.record.ended_at is None:
                    await self._store.switch(record.round_id)
                    self._track, self.is_on = Track(self._store.points(record.round_id)), True
                    self._measure()
                else:
                    self._track = Track(thrown)
                    await self._write(tells=False)

        with telling_when_not_kept(self._notices, self._words):
            self.is_on = False
            thrown = await self._store.forget(record.round_id)
            await self._store.switch(None)
            self._track = Track()
            self._measure()
            self._notices.show(self._words("round.route.thrown"), undo)

    async def throw_away(self, route: RouteRecord) -> None:
        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                await self._store.put_back(route)
            self._changed()

        with telling_when_not_kept(self._notices, self._words):
            await self._store.throw_away(route)
            self._notices.show(self._words("round.route.thrown"), undo)
        self._changed()

    # The inside

    def _changed(self) -> None:
        self.refresh()
        self._saved()

    def _measure(self) -> None:
        self.length_m = round(self._track.length_m)
        self.duration_s = round(self._track.duration_s)

    def _flush_soon(self) -> None:
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.get_running_loop().create_task(self._flush())

    async def _flush(self) -> None:
        try:
            await self._store.flush()
        except StorageError as error:
            self._not_kept(error)

    def _not_kept(self, error: StorageError) -> None:
        log.warning("a point of the route could not be written: %s", error)
        self._notices.show(self._words(trouble_key(error)))
