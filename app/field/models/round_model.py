"""The round that this phone records on: its tabs, ending it, opening it again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import flet as ft

from app.field.models.capture_model import CaptureModel
from app.field.models.cover_model import CoverModel
from app.field.models.draft_keeper import DraftKeeper
from app.field.models.edit_model import EditModel
from app.field.models.end_model import EndModel
from app.field.models.facts_model import FactsModel, FactsPart
from app.field.models.findings_model import FindingsModel
from app.field.models.known_model import KnownModel
from app.field.models.map_model import MapModel
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.others_pictures import OthersPictures
from app.field.models.place_model import PlaceModel
from app.field.models.revisit_model import RevisitModel
from app.field.models.round_path import Tab
from app.field.models.round_start import RoundStart
from app.field.models.route_model import RouteModel
from app.field.models.stops_model import StopsModel
from app.field.models.surroundings import NOWHERE, surroundings_of
from app.field.models.unsaved_edits import UnsavedEdits
from app.field.services import Services
from app.i18n import Words
from sync.client.enrolment import enrolled_areas
from sync.client.records import ObservationRecord, RoundRecord
from sync.domain.ids import EntityId

__all__ = ["RoundModel", "Tab"]


@ft.observable
class RoundModel:
    """edit: the observation being changed, None when the tabs are shown. cover: over all of it."""

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        notices: Notices,
        words: Words,
        *,
        saved: Callable[[], None],
        left: Callable[[], Awaitable[None]],
        again: Callable[[EntityId], Awaitable[None]],
    ) -> None:
        self.record = round_
        self.tab = Tab.LIST if round_.ended_at else Tab.CAPTURE
        self.count = services.walk.count_of_round(round_.round_id)
        self.edit: EditModel | None = None
        self.cover: CoverModel | None = None
        self.is_picking_place = False
        self.drafts = DraftKeeper(
            services.local, services.storage.flush, lambda key: notices.show(words(key))
        )
        self.start = RoundStart(
            services,
            notices,
            words,
            record=lambda: self.record,
            settle=self._all_kept,
            leave=self.leave,
            saved=saved,
            again=again,
        )
        self.place = PlaceModel(services.location, services.now, NOWHERE)
        self.stops = StopsModel(services, round_, self.place, notices, words, self._facts_saved)
        self.facts = FactsModel(services, round_, self.place, notices, words, self._facts_saved)
        self.route = RouteModel(services, round_, notices, words, self._facts_saved)
        self.place.surroundings = surroundings_of(
            services.local, round_.area, self.stops.named_places
        )
        self.capture = CaptureModel(
            services,
            round_,
            self.place,
            notices,
            words,
            self._recorded,
            drafts=self.drafts,
            open_cover=self.open_cover,
            at_stop=lambda: self.stops.stop_id,
            begun=self.start.hold,
        )
        self.unsaved = UnsavedEdits(services, round_.round_id, self.drafts, notices, words)
        self.findings = FindingsModel(
            services,
            round_,
            notices,
            words,
            self._recorded,
            open_cover=self.open_cover,
            here=lambda: None if self.place.live is None else self.place.live.point,
        )
        self.known = KnownModel(
            services,
            round_,
            self.capture,
            notices,
            words,
            drafts=self.drafts,
            recorded=self._recorded,
        )
        self.revisits = RevisitModel(
            services,
            round_,
            self.place,
            notices,
            words,
            drafts=self.drafts,
            open_cover=self.open_cover,
            recorded=self._recorded,
            turned=self._visit_turned,
        )
        self._services, self._notices, self._words = services, notices, words
        self._saved, self._left = saved, left
        self.place.hear(self.route.heard)
        self.map = MapModel(services, round_, words)
        self.place.hear(self.map.heard)
        self.place.hear(self.revisits.heard)
        self._pictures = OthersPictures(services, round_.round_id)
        self._ending: asyncio.Task[None] | None = None
        self._is_ending = False
        self._keeping: asyncio.Task[None] | None = None
        self.end_page: EndModel | None = self._new_end() if round_.ended_at else None

    @property
    def area_name(self) -> str:
        areas = enrolled_areas(self._services.local)
        code = self.record.area
        return next((area.name for area in areas if area.code == code), code)

    @property
    def tabs(self) -> list[Tab]:
        """Nothing new is recorded on a round that has ended."""
        return [tab for tab in Tab if tab is not Tab.CAPTURE or not self.record.ended_at]

    # The screen

    async def shown(self) -> None:
        """The screen is up: begin to listen for the place, read the pictures."""
        if not self.record.ended_at:
            self.capture.camera_again()
            await self.place.start()
        await self.capture.shown()
        await self.route.shown()
        await self.stops.shown()
        await self.facts.settle()
        await self.findings.load_thumbnails()

    async def show_tab(self, tab: Tab) -> None:
        await self._settle()
        self.tab = tab
        if tab is Tab.CAPTURE:
            self.capture.camera_again()
        else:
            self.capture.camera_off()
        if tab is Tab.ROUND:
            await self.facts.shown()
        self.findings.refresh()
        await self.findings.load_thumbnails()

    async def say_not_here(self) -> None:
        """What is being recorded was not found at the stop, nor is what follows."""
        await self.stops.say_not_here()
        self.capture.stop_id = None

    async def say_here(self) -> None:
        await self.stops.say_here()
        self.capture.stop_id = None  # asked for anew

    async def record_here(self) -> None:
        """From a stop's screen to a new observation, which belongs to the stop."""
        self.tab = Tab.CAPTURE  # first: the browser's history then has one step, not two at once
        await self.stops.close()
        await self.show_tab(Tab.CAPTURE)

    def unwritten(self) -> dict[str, dict[str, Any]]:
        """Drafts that are not on disk, because it could not be written."""
        return {**self.drafts.unwritten(), **self.capture.on_screen()}

    def seen(self, is_seen: bool) -> None:
        """The app is on the screen, or behind another one."""
        self.route.is_seen = is_seen
        if not is_seen:
            self._keeping = asyncio.get_running_loop().create_task(self.drafts.try_now())

    def synced(self) -> None:
        """The store answered: receipts, and what other phones found."""
        fresh = self._services.walk.round(self.record.round_id)
        if fresh is not None and fresh != self.record:
            has_ended = fresh.ended_at is not None and self.record.ended_at is None
            self._has_become(fresh)
            if has_ended and not self._is_ending:
                self._ending = asyncio.get_running_loop().create_task(self._ended())
        self.stops.refresh()
        self.route.refresh()
        self.map.refresh_if_up()
        self.count = self._services.walk.count_of_round(self.record.round_id)
        self.findings.refresh()
        self.revisits.refresh()
        self.revisits.in_contact()
        self._pictures.soon()
        self._refresh_end()
        self.capture.briefed()
        if self.edit is not None:
            self.edit.synced()

    def open_edit(self, finding: ObservationRecord) -> None:
        """To change it, or to look at one that cannot be changed any more."""
        self.capture.camera_off()  # there is one camera
        self.edit = EditModel(
            self._services,
            finding,
            self._notices,
            self._words,
            self._edit_done,
            drafts=self.drafts,
            open_cover=self.open_cover,
            recorded=self._recorded,
            tiles=self.capture.tiles,
            surroundings=self.place.surroundings,
        )

    async def continue_edit(self) -> None:
        """The change that was begun and not saved."""
        finding = self.unsaved.finding
        if finding is not None:
            self.open_edit(finding)
            if self.edit is not None:
                await self.edit.continue_draft()

    def _visit_turned(self) -> None:
        """There is one camera: the visit has it, or the tab that had it before."""
        if self.revisits.open is not None:
            self.capture.camera_off()
        else:
            self._camera_again()

    def want_camera(self) -> None:
        """Of the screen that is up."""
        shown = self.capture if self.edit is None else self.edit
        shown.lens.want()

    def _camera_again(self) -> None:
        if self.tab is Tab.CAPTURE and not self.record.ended_at:
            self.capture.camera_again()

    def open_cover(self, cover: CoverModel | None) -> None:
        self.cover = cover

    def pick_place(self) -> None:
        self.is_picking_place = True

    def place_picked(self) -> None:
        self.is_picking_place = False

    # The round

    async def leave(self) -> None:
        self.capture.camera_off()
        await self._all_kept()
        await self.route.pause()
        await self.place.stop()
        await self._left()

    async def end(self) -> None:
        await self._settle()
        await self.route.finish()
        with telling_when_not_kept(self._notices, self._words), self._ending_it():
            await self._services.recorder.end_round(self.record)
            self._refresh_record()
            await self.place.stop()
            await self.show_tab(Tab.LIST)
            self.end_page = self.end_page or self._new_end()
            self._notices.show(self._words("round.ended"), self.reopen)

    @contextmanager
    def _ending_it(self) -> Iterator[None]:
        """An answer of the store's that comes meanwhile tells of no ending of somebody else's."""
        self._is_ending = True
        try:
            yield
        finally:
            self._is_ending = False

    async def open_end(self) -> None:
        """What was found, what is missing, the protocol; from there the round is ended."""
        self.capture.camera_off()
        await self._all_kept()
        self.end_page = self._new_end()

    def close_end(self) -> None:
        self.end_page = None

    async def _open_facts(self, part: FactsPart) -> None:
        self.close_end()
        self.facts.wanted = part
        await self.show_tab(Tab.ROUND)

    def _new_end(self) -> EndModel:
        return EndModel(
            self._services,
            self.record,
            self._notices,
            self._words,
            route=self.route,
            open_edit=self.open_edit,
            open_facts=self._open_facts,
            end_round=self.end,
            close=self.close_end,
            remove=self.start.remove,
            may_be_removed=lambda: self.start.may_be_removed,
        )

    def _refresh_end(self) -> None:
        if self.end_page is not None:
            self.end_page.refresh()

    async def reopen(self) -> None:
        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.reopen_round(self.record)
            self._refresh_record()
            self._notices.show(self._words("round.reopened"))
        await self.place.start()

    async def _ended(self) -> None:
        """Somebody else ended the round: nobody listens to where this phone is any more."""
        self.capture.camera_off()
        await self._all_kept()
        await self.route.finish()
        await self.place.stop()
        if self.tab not in self.tabs:
            self.tab = Tab.LIST
        self.end_page = self.end_page or self._new_end()

    async def _all_kept(self) -> None:
        """What is begun is on disk as a draft, what was typed as a change."""
        await self.drafts.try_now()
        await self._settle()

    async def _settle(self) -> None:
        """What was typed in a field becomes a change when the field's screen goes."""
        await self.facts.settle()
        if self.stops.open is not None:
            await self.stops.open.settle()

    # The inside

    def _has_become(self, fresh: RoundRecord) -> None:
        self.record = fresh
        self.facts.synced(fresh)
        self.stops.synced(fresh)
        self.route.synced(fresh)
        self.map.synced(fresh)
        self.revisits.synced(fresh)

    def _refresh_record(self) -> None:
        fresh = self._services.walk.round(self.record.round_id)
        if fresh is not None:
            self._has_become(fresh)
        self._refresh_end()
        self._saved()

    def _facts_saved(self) -> None:
        fresh = self._services.walk.round(self.record.round_id)
        if fresh is not None:
            self.record = fresh
        self._saved()

    def _recorded(self) -> None:
        self.count = self._services.walk.count_of_round(self.record.round_id)
        self.findings.refresh()
        self._refresh_end()
        self._saved()

    def _edit_done(self) -> None:
        if self.edit is not None:
            self.edit.lens.off()
        self.edit = None
        self._camera_again()
        self._keeping = asyncio.get_running_loop().create_task(self._edit_kept())
        self._recorded()

    async def _edit_kept(self) -> None:
        await self.drafts.try_now()
        self.unsaved.refresh()
