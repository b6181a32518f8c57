"""The round that this phone records on: its two tabs, ending it, opening it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

import flet as ft

from app.field.models.capture_model import CaptureModel
from app.field.models.edit_model import EditModel
from app.field.models.findings_model import FindingsModel
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.place_model import PlaceModel
from app.field.services import Services
from app.i18n import Words
from sync.client.enrolment import enrolled_areas
from sync.client.records import ObservationRecord, RoundRecord
from sync.domain.geo import GeoPoint


class Tab(StrEnum):
    CAPTURE = "capture"
    LIST = "list"


@ft.observable
class RoundModel:
    """edit: the defect being changed, None when the tabs are shown."""

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        notices: Notices,
        words: Words,
        *,
        saved: Callable[[], None],
        left: Callable[[], Awaitable[None]],
    ) -> None:
        self.record = round_
        self.tab = Tab.LIST if round_.ended_at else Tab.CAPTURE
        self.count = services.walk.count_of_round(round_.round_id)
        self.edit: EditModel | None = None
        self.is_picking_place = False
        self.place = PlaceModel(services.location, services.now)
        self.capture = CaptureModel(services, round_, self.place, notices, words, self._recorded)
        self.findings = FindingsModel(services, round_, notices, words, self._recorded)
        self._services, self._notices, self._words = services, notices, words
        self._saved, self._left = saved, left

    @property
    def area_name(self) -> str:
        areas = enrolled_areas(self._services.local)
        code = self.record.area
        return next((area.name for area in areas if area.code == code), code)

    @property
    def outlines(self) -> list[dict[str, Any]]:
        """The outline of the round's area, for the map."""
        areas = enrolled_areas(self._services.local)
        return [area.outline for area in areas if area.code == self.record.area]

    @property
    def known_places(self) -> list[GeoPoint]:
        """Where the round's other defects are."""
        return [one.place.point for one in self.findings.findings if one.place is not None]

    async def shown(self) -> None:
        """The screen is up: begin to listen for the place, read the pictures."""
        if not self.record.ended_at:
            self.capture.camera_again()
            await self.place.start()
        await self.findings.load_thumbnails()

    async def show_tab(self, tab: Tab) -> None:
        self.tab = tab
        if tab is Tab.CAPTURE:
            self.capture.camera_again()
        else:
            self.capture.camera_off()
        self.findings.refresh()
        await self.findings.load_thumbnails()

    def synced(self) -> None:
        """The store answered: receipts, and what other phones found."""
        fresh = self._services.walk.round(self.record.round_id)
        if fresh is not None and fresh != self.record:
            self.record = fresh
        self.count = self._services.walk.count_of_round(self.record.round_id)
        self.findings.refresh()

    def open_edit(self, finding: ObservationRecord) -> None:
        self.edit = EditModel(self._services, finding, self._notices, self._words, self._edit_done)

    def pick_place(self) -> None:
        self.is_picking_place = True

    def place_picked(self) -> None:
        self.is_picking_place = False

    @property
    def path(self) -> str:
        if self.edit is not None:
            return "/andra"
        if self.is_picking_place:
            return "/plats"
        return "/lista" if self.tab is Tab.LIST and not self.record.ended_at else ""

    async def back(self) -> None:
        if self.edit is not None:
            self.edit.cancel()
        elif self.is_picking_place:
            self.place_picked()
        elif self.tab is Tab.LIST and not self.record.ended_at:
            await self.show_tab(Tab.CAPTURE)
        else:
            await self.leave()

    async def leave(self) -> None:
        self.capture.camera_off()
        await self.place.stop()
        await self._left()

    async def end(self) -> None:
        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.end_round(self.record)
            self._refresh_record()
            await self.place.stop()
            await self.show_tab(Tab.LIST)
            self._notices.show(self._words("round.ended"), self.reopen)

    async def reopen(self) -> None:
        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.reopen_round(self.record)
            self._refresh_record()
            self._notices.show(self._words("round.reopened"))
        await self.place.start()

    def _refresh_record(self) -> None:
        fresh = self._services.walk.round(self.record.round_id)
        if fresh is not None:
            self.record = fresh
        self._saved()

    def _recorded(self) -> None:
        self.count = self._services.walk.count_of_round(self.record.round_id)
        self.findings.refresh()
        self._saved()

    def _edit_done(self) -> None:
        self.edit = None
        self._recorded()
