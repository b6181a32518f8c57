"""The start screen: the rounds under way, and starting one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.field.models.notices import Notices, telling_when_not_kept
from app.field.services import Services
from app.i18n import Words
from sync.client.enrolment import Area, enrolled_areas
from sync.client.records import RoundRecord
from sync.domain.ids import AreaCode, EntityId
from sync.domain.words import RoundKind

ENDED_SHOWN = 5


@ft.observable
class HomeModel:
    def __init__(
        self,
        services: Services,
        notices: Notices,
        words: Words,
        opened: Callable[[EntityId], Awaitable[None]],
    ) -> None:
        self.areas: list[Area] = enrolled_areas(services.local)
        self.area: AreaCode = self.areas[0].code
        self.kind: RoundKind = RoundKind.INSPECTION
        self.under_way: list[RoundRecord] = []
        self.ended: list[RoundRecord] = []
        self.is_busy = False
        self._services, self._opened = services, opened
        self._notices, self._words = notices, words
        self.refresh()

    @property
    def nickname(self) -> str:
        return self._services.local.fact("nickname") or ""

    def area_name(self, code: AreaCode) -> str:
        return next((area.name for area in self.areas if area.code == code), code)

    def refresh(self) -> None:
        self.under_way = self._services.walk.rounds_under_way()
        self.ended = self._services.walk.ended_rounds(ENDED_SHOWN)

    def choose_kind(self, kind: RoundKind) -> None:
        self.kind = kind

    def choose_area(self, area: AreaCode) -> None:
        self.area = area

    async def start(self) -> None:
        if self.is_busy:
            return
        self.is_busy = True
        try:
            with telling_when_not_kept(self._notices, self._words):
                round_id = await self._services.recorder.start_round(kind=self.kind, area=self.area)
                await self._opened(round_id)
        finally:
            self.is_busy = False

    async def join(self, round_id: EntityId) -> None:
        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.join_round(round_id)
        await self._opened(round_id)
