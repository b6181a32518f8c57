"""The start screen: rounds to join, rounds that were planned, and starting one nobody planned."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import flet as ft

from app.field.models.notices import Notices, Undo, telling_when_not_kept
from app.field.services import Services
from app.i18n import Words, local
from sync.client.enrolment import Area, enrolled_areas
from sync.client.records import RoundRecord, StopRecord
from sync.client.round_store import RoundStore
from sync.client.store_clock import right_now
from sync.domain.ids import AreaCode, EntityId
from sync.domain.instants import to_text
from sync.domain.words import RoundKind

ENDED_SHOWN = 5
COMING_SHOWN = 5
MISSED_FOR = timedelta(days=1)
"""A planned round that nobody started is offered for so long after its time."""
OUT_FOR = timedelta(hours=12)
"""A round that has been under way for longer was forgotten: today's stand above it."""


@ft.observable
class HomeModel:
    """today, coming, missed: planned rounds that nobody has started, the next first.

    forgotten: begun long ago and never ended.
    stops: of the planned rounds.
    told_whole: of these planned rounds all stops are named, however many there are.

    kind: of a round that nobody planned; None until one is chosen, when others are planned today.
    opened, closed: what shows a round, and leaves the one that is shown. begun: tells that the one
    that is shown has begun, with undo.
    chosen: what the person chose of it.
    """

    def __init__(
        self,
        services: Services,
        notices: Notices,
        words: Words,
        opened: Callable[[EntityId], Awaitable[None]],
        closed: Callable[[], Awaitable[None]],
        begun: Callable[[Undo | None], None],
    ) -> None:
        self.areas: list[Area] = enrolled_areas(services.local)
        self.area: AreaCode = self.areas[0].code
        self.under_way: list[RoundRecord] = []
        self.forgotten: list[RoundRecord] = []
        self.today: list[RoundRecord] = []
        self.coming: list[RoundRecord] = []
        self.missed: list[RoundRecord] = []
        self.ended: list[RoundRecord] = []
        self.shows_all_coming = False
        self.stops: list[StopRecord] = []
        self.told_whole: list[EntityId] = []
        self.is_busy = False
        self._services, self._opened = services, opened
        self._closed, self._begun = closed, begun
        self._notices, self._words = notices, words
        self.chosen: RoundKind | None = None
        self.refresh()

    @property
    def kind(self) -> RoundKind | None:
        return self.chosen or (None if self.today else RoundKind.INSPECTION)

    @property
    def nickname(self) -> str:
        return self._services.local.fact("nickname") or ""

    @property
    def is_empty(self) -> bool:
        """No round to join or to start by a tap."""
        return not (self.under_way or self.forgotten or self.today or self.coming or self.missed)

    @property
    def coming_shown(self) -> list[RoundRecord]:
        return self.coming if self.shows_all_coming else self.coming[:COMING_SHOWN]

    def area_name(self, code: AreaCode) -> str:
        return next((area.name for area in self.areas if area.code == code), code)

    def days_until(self, round_: RoundRecord) -> int:
        """0 today, 1 tomorrow, by the calendar of the phone's own zone."""
        if round_.planned_start_at is None:
            return 0
        today = right_now(self._services.local).astimezone().date()
        return (local(round_.planned_start_at).date() - today).days

    def stops_of(self, round_id: EntityId) -> list[StopRecord]:
        """Of a planned round, in the order of the walk."""
        return [one for one in self.stops if one.round_id == round_id]

    def number_among_alike(self, round_: RoundRecord) -> int:
        """1; more when rounds of the same kind, area and minute stand above it."""
        shown = (self.under_way, self.today, self.forgotten, self.missed, self.coming, self.ended)
        alike = [one.round_id for part in shown for one in part if _looks(one) == _looks(round_)]
        return alike.index(round_.round_id) + 1

    def refresh(self) -> None:
        walk, now = self._services.walk, right_now(self._services.local)
        begun, own = walk.rounds_under_way(), self._services.now()
        since, own_since = to_text(now - OUT_FOR), to_text(own - OUT_FOR)
        self.under_way = [
            one
            for one in begun
            if one.started_at is not None
            # this phone wrote down when it began it by a clock that may be slow
            and (one.started_at >= since or own_since <= one.started_at <= to_text(own))
        ]
        self.forgotten = [one for one in begun if one not in self.under_way]
        self.ended = walk.ended_rounds(ENDED_SHOWN)
        planned = walk.planned_rounds(to_text(now - MISSED_FOR))
        self.stops = RoundStore(self._services.local).stops_of([one.round_id for one in planned])
        self.today = [one for one in planned if self.days_until(one) == 0]
        self.coming = [one for one in planned if self.days_until(one) > 0]
        self.missed = [one for one in planned if self.days_until(one) < 0]

    def choose_kind(self, kind: RoundKind) -> None:
        self.chosen = kind

    def choose_area(self, area: AreaCode) -> None:
        self.area = area

    def tell_all_stops(self, round_id: EntityId) -> None:
        self.told_whole.append(round_id)

    def show_all_coming(self) -> None:
        self.shows_all_coming = True

    async def start(self) -> None:
        """A round that nobody planned. Undone it is gone, unless something was recorded on it."""
        if self.is_busy or self.kind is None:
            return
        self.is_busy = True
        try:
            with telling_when_not_kept(self._notices, self._words):
                round_id = await self._services.recorder.start_round(kind=self.kind, area=self.area)
                await self._opened(round_id)
                self._begun(None)
        finally:
            self.is_busy = False

    async def start_planned(self, round_: RoundRecord) -> None:
        """Also before its time: who stands there knows better. Undone it is planned again."""
        fresh = self._services.walk.round(round_.round_id)
        if fresh is not None and fresh.started_at is not None:  # somebody was quicker
            await self.join(round_.round_id)
            return
        if self.is_busy:
            return

        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                await self._services.recorder.unstart_planned(round_)
                await self._closed()

        self.is_busy = True
        try:
            with telling_when_not_kept(self._notices, self._words):
                await self._services.recorder.start_planned(round_)
                await self._opened(round_.round_id)
                self._begun(undo)
        finally:
            self.is_busy = False

    async def join(self, round_id: EntityId) -> None:
        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.join_round(round_id)
        await self._opened(round_id)


def _looks(round_: RoundRecord) -> tuple[RoundKind, AreaCode, str]:
    minute = len("2026-11-20T09:00")
    return round_.kind, round_.area, (round_.started_at or round_.planned_start_at or "")[:minute]
