"""The map of a round: what lies in the view, where the phone is, and what a finger has chosen."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.device.location import Fix
from app.field.models.map_download_model import MapDownloadModel
from app.field.services import Services
from app.i18n import Words
from app.widgets.base_map import BaseMap
from sync.client.briefing import BriefedArea, KnownPlace, read_briefing
from sync.client.clusters import Cluster, PixelBox, Spot, clustered, spot_of, view_box, zoom_to_part
from sync.client.map_store import MapMark, MapStore
from sync.client.records import ObservationRecord, RoundRecord, StopRecord
from sync.client.round_store import RoundStore
from sync.client.route_store import RouteStore
from sync.domain.geo import GeoBox, GeoPoint, distance_m
from sync.domain.ids import EntityId
from sync.domain.malmo import LIMITS
from sync.domain.tiles import box_around, fitting_zoom, metres_per_px, world_px

log = logging.getLogger(__name__)

START_ZOOM = 15.0
HERE_ZOOM = 16.0
NEAR_DEG = 0.02
"""About two kilometres."""
CLOSE_ZOOM = 18.0
PIN_ZOOM = 17.0
MIN_ZOOM, MAX_ZOOM = 11.0, 20.0
AROUND = 1.6
"""So many screens wide and high is what is built: the finger reaches the edge before that."""
PIN_AROUND = 3.0
"""The same for the map of a pin, which is built once."""
NEAREST = 12

MoveTo = Callable[[GeoPoint, float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the map shows: its middle, its zoom and the size of the screen that it has."""

    centre: GeoPoint
    zoom: float
    width_px: float = 412.0
    height_px: float = 640.0

    def box(self, screens: float) -> PixelBox:
        return view_box(self.centre, self.zoom, self.width_px * screens, self.height_px * screens)


@ft.observable
class MapModel:
    """shown: clusters in and around the view. chosen: what a finger has tapped, for its card.

    start: the view that a new map begins with; start_number: changes when a new one is wanted.
    """

    def __init__(self, services: Services, round_: RoundRecord, words: Words) -> None:
        self.record = round_
        self.shown: list[Cluster[MapMark]] = []
        self.count = 0
        self.stops: list[StopRecord] = []
        self.routes: list[list[GeoPoint]] = []
        self.live: Fix | None = None
        self.chosen: list[ObservationRecord] = []
        self.is_panel_open = False
        self.only_this_round = False
        self.is_here_missing = False
        self.start_number = 0
        self.zoom = START_ZOOM
        self.download = MapDownloadModel(services, round_.area)
        self.area: BriefedArea | None = read_briefing(services.local).area(round_.area)
        self._services, self._words = services, words
        self._marks: list[MapMark] = []
        self._spots: list[Spot[MapMark]] = []
        self._move_to: MoveTo | None = None
        self._is_up = self._was_up = False
        self.start = self._first_view()
        self._view = self._built_for = self.start

    # What there is

    @property
    def outline(self) -> dict[str, Any] | None:
        return None if self.area is None else self.area.outline

    @property
    def places(self) -> tuple[KnownPlace, ...]:
        return () if self.area is None else self.area.places

    @property
    def base_map(self) -> BaseMap | None:
        """None without tiles: the outline and the known places are the map then."""
        kept, briefed = self.download.on_phone, self.download.briefed
        tiles = kept or self.download.offer or briefed
        if tiles is None:
            return None
        return BaseMap(
            template=self._services.tiles.template(self.download.version),
            min_zoom=tiles.min_zoom,
            max_zoom=tiles.max_zoom,
            attribution=tiles.attribution,
        )

    @property
    def is_on_phone(self) -> bool:
        """The whole picture, so that no contact is needed for it."""
        kept = self.download.on_phone
        return kept is not None and kept.is_whole

    @property
    def middle(self) -> GeoPoint:
        """Of the area; of the city where the area is not known."""
        box = self._box()
        return LIMITS.centre if box is None else box.centre

    @property
    def nearest(self) -> list[tuple[MapMark, float]]:
        """The marks closest to the phone, or to the middle of the map, with metres."""
        here = self._view.centre if self.live is None else self.live.point
        far = [(mark, distance_m(here, mark.point)) for mark in self._wanted(self._marks)]
        return sorted(far, key=lambda one: one[1])[:NEAREST]

    def around(self, centre: GeoPoint, own: EntityId | None) -> list[Cluster[MapMark]]:
        """What lies about a place as it is recorded now, for a map that does not move much.

        own: the observation whose place it is, which is not among what lies about it.
        """
        marks = MapStore(self._services.local).marks(self.record.area)
        others = [mark for mark in self._wanted(marks) if mark.observation_id != own]
        view = View(centre=centre, zoom=PIN_ZOOM)
        spots = [spot_of(mark, mark.point) for mark in others]
        return clustered(spots, view.box(PIN_AROUND), view.zoom)

    def refresh(self) -> None:
        """Reads the records anew; nothing changes on the screen when they are the same."""
        self.area = read_briefing(self._services.local).area(self.record.area)
        self.download.read_briefing()
        marks = MapStore(self._services.local).marks(self.record.area)
        if marks != self._marks:
            self._marks = marks
            self._gather()
        store = RoundStore(self._services.local)
        stops = store.stops(self.record.round_id)
        if stops != list(self.stops):
            self.stops = stops
        self._read_routes(store)

    async def shown_on_screen(self) -> None:
        """The tab is up; the first time it begins where the phone is."""
        self._is_up = True
        if not self._was_up:
            self._was_up = True
            first = self._first_view()
            self.start = self._view = replace(self._view, centre=first.centre, zoom=first.zoom)
            self.zoom = first.zoom
            self.start_number += 1
        self.refresh()
        await self.download.refresh()

    def left_screen(self) -> None:
        self._is_up, self._move_to = False, None
        self.start = self._view

    def synced(self, fresh: RoundRecord) -> None:
        self.record = fresh
        self.refresh_if_up()

    def refresh_if_up(self) -> None:
        """Nobody looks at a map behind another tab; it is read when it is shown."""
        if self._is_up:
            self.refresh()

    # The view

    def heard(self, fix: Fix) -> None:
        """Every position of the phone."""
        self.live, self.is_here_missing = fix, False
        if self._is_up:
            self._read_routes(RoundStore(self._services.local))

    def attach(self, move_to: MoveTo) -> None:
        """The map on the screen, which can be told to go somewhere."""
        self._move_to = move_to

    def moved(self, centre: GeoPoint, zoom: float) -> None:
        """The finger moved the map: many times a second, so most of them change nothing."""
        self._view = replace(self._view, centre=centre, zoom=zoom)
        if abs(zoom - self.zoom) > 0.1:
            self.zoom = zoom
        if self._is_far_from_built():
            self._build()

    def resized(self, width_px: float, height_px: float) -> None:
        self._view = replace(self._view, width_px=width_px, height_px=height_px)
        if self._is_far_from_built():
            self._build()

    async def show_me(self) -> None:
        if self.live is None:
            self.is_here_missing = True
        else:
            await self._go(self.live.point, max(self._view.zoom, CLOSE_ZOOM))

    async def show_area(self) -> None:
        box = self._box()
        if box is None:
            await self._go(self.middle, START_ZOOM)
            return
        zoom = fitting_zoom(box, self._view.width_px * 0.9, self._view.height_px * 0.9)
        await self._go(box.centre, max(MIN_ZOOM, min(CLOSE_ZOOM, zoom)))

    async def closer(self) -> None:
        await self._go(self._view.centre, min(MAX_ZOOM, self._view.zoom + 1.0))

    async def farther(self) -> None:
        await self._go(self._view.centre, max(MIN_ZOOM, self._view.zoom - 1.0))

    # What a finger does

    async def tapped(self, cluster: Cluster[MapMark]) -> None:
        """A cluster comes apart; what lies in one place is listed; one thing shows its card."""
        if not cluster.is_one:
            members = set(cluster.things)
            spots = [spot for spot in self._spots if spot.thing in members]
            zoom = zoom_to_part(cluster, spots, self._view.zoom, MAX_ZOOM)
            if zoom < MAX_ZOOM:
                await self._go(cluster.point, zoom)
                return
        self.choose([mark.observation_id for mark in cluster.things])

    def choose(self, observation_ids: list[EntityId]) -> None:
        walk = self._services.walk
        found = [walk.observation(one) for one in observation_ids]
        self.chosen = [record for record in found if record is not None]

    @property
    def chosen_marks(self) -> list[MapMark]:
        """The marks of what is on the card."""
        chosen = {record.observation_id for record in self.chosen}
        return [mark for mark in self._marks if mark.observation_id in chosen]

    def close_card(self) -> None:
        self.chosen = []

    def toggle_panel(self) -> None:
        self.is_panel_open = not self.is_panel_open
        self.chosen = []

    def toggle_scope(self) -> None:
        self.only_this_round = not self.only_this_round
        self._gather()

    # The inside

    def _wanted(self, marks: list[MapMark]) -> list[MapMark]:
        if not self.only_this_round:
            return marks
        return [mark for mark in marks if mark.round_id == self.record.round_id]

    def _gather(self) -> None:
        self._spots = [spot_of(mark, mark.point) for mark in self._wanted(self._marks)]
        self.count = len(self._spots)
        self._build()

    def _build(self) -> None:
        self._built_for = self._view
        shown = clustered(self._spots, self._view.box(AROUND), self._view.zoom)
        if shown != list(self.shown):
            self.shown = shown

    def _is_far_from_built(self) -> bool:
        built, view = self._built_for, self._view
        if int(built.zoom) != int(view.zoom) or view.zoom < built.zoom - 0.5:
            return True
        if (built.width_px, built.height_px) != (view.width_px, view.height_px):
            return True
        (was_x, was_y), (is_x, is_y) = (world_px(one.centre, view.zoom) for one in (built, view))
        room = (AROUND - 1.0) / 3.0
        far_x, far_y = abs(is_x - was_x), abs(is_y - was_y)
        return far_x > view.width_px * room or far_y > view.height_px * room

    async def _go(self, centre: GeoPoint, zoom: float) -> None:
        self.moved(centre, zoom)
        if self._move_to is not None:
            try:
                await self._move_to(centre, zoom)
                return
            except (RuntimeError, TimeoutError) as error:
                log.info("the map does not move, a new one is made: %s", error)
        self.start = self._view
        self.start_number += 1

    def _read_routes(self, store: RoundStore) -> None:
        routes = [list(route.points) for route in store.routes(self.record.round_id)]
        routes.append(self._recording())
        routes = [route for route in routes if len(route) > 1]
        if routes != [list(route) for route in self.routes]:
            self.routes = routes

    def _recording(self) -> list[GeoPoint]:
        local, services = self._services.local, self._services
        store = RouteStore(local=local, recorder=services.recorder, flush=services.storage.flush)
        return [one.point for one in store.points(self.record.round_id)]

    def _first_view(self) -> View:
        """Where the phone is when that is in or near the area; else the area's middle."""
        box = self._box()
        if self.live is not None and (box is None or _near(box).holds(self.live.point)):
            return View(centre=self.live.point, zoom=HERE_ZOOM)
        return View(centre=self.middle, zoom=START_ZOOM)

    def _box(self) -> GeoBox | None:
        try:
            return None if self.outline is None else box_around(self.outline)
        except (ValueError, LookupError, TypeError):
            log.warning("the outline of %s is no polygon", self.record.area)
            return None

    @property
    def metres_per_px(self) -> float:
        return metres_per_px(self._view.centre.lat_deg, self.zoom)


def _near(box: GeoBox) -> GeoBox:
    return GeoBox(
        south=box.south - NEAR_DEG,
        west=box.west - NEAR_DEG,
        north=box.north + NEAR_DEG,
        east=box.east + NEAR_DEG,
    )
