"""What the walk passes that is worth another look: offered, put off, or opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import flet as ft

from app.device.location import Fix
from app.field.models.cover_model import CoverModel
from app.field.models.draft_keeper import DraftKeeper
from app.field.models.draft_photo import DraftPhoto
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.place_model import PlaceModel, place_of
from app.field.models.small_pictures import SmallPictures
from app.field.models.visit_model import VisitModel, VisitWorld, visit_to
from app.field.services import Services
from app.i18n import Words
from sync.client.nearby import REVISIT_WITHIN_M, NearbyStore, NearPoint, near_of
from sync.client.open_points import OpenPoints
from sync.client.records import RoundRecord
from sync.client.store_clock import right_now
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId

WORST_ACCURACY_M = 50.0
"""A fix less exact than this does not know what the walk passes."""
LEFT_BEHIND_M = REVISIT_WITHIN_M + 20.0
"""What was offered stays until it is this far away: it does not flicker when positions jump."""
NEARER_M = 10.0
"""By so much another one must be nearer to take its place under the thumb."""


NEAREST = 400
"""So many open points, the nearest, are looked through for pictures to fetch."""
FETCH_AT_MOST = 200
"""Pictures of some 15 kB each: those of what may be offered first, then the nearest."""
FETCH_EVERY_S = 600.0


@ft.observable
class RevisitModel:
    """offered: on the banner. small: its picture. open: the visit that fills the screen.

    turned: called when the visit's screen comes, and when it goes.
    """

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        place: PlaceModel,
        notices: Notices,
        words: Words,
        *,
        drafts: DraftKeeper,
        open_cover: Callable[[CoverModel | None], None],
        recorded: Callable[[], None],
        turned: Callable[[], None],
    ) -> None:
        self.offered: NearPoint | None = None
        self.small: bytes | None = None
        self.open: VisitModel | None = None
        self.record = round_
        self._services, self._place, self._notices = services, place, notices
        self._words, self._turned = words, turned
        self._recorded = recorded
        self._near = NearbyStore(services.local)
        self._pictures = SmallPictures(services)
        self._fetched_s: float | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._world = VisitWorld(
            services=services,
            round_=round_,
            notices=notices,
            words=words,
            drafts=drafts,
            open_cover=open_cover,
            here=self._here,
            recorded=self._visited,
            closed=self.close,
            again=self._open_again,
        )

    # Passing by

    def heard(self, fix: Fix) -> None:
        """The phone is there now."""
        if self.record.ended_at is not None or self.open is not None or not _is_exact(fix):
            return
        self._offer(self._best(fix.point))

    def refresh(self) -> None:
        """Something was visited, or the store has said something: what is offered may be over."""
        fix = self._place.live
        is_over = self.record.ended_at is not None or fix is None or not _is_exact(fix)
        self._offer(None if is_over or fix is None else self._best(fix.point))

    def in_contact(self) -> None:
        """The store has answered: pictures of what the walk may meet are fetched for the way."""
        now, loop_s = right_now(self._services.local), asyncio.get_running_loop().time()
        is_recent = self._fetched_s is not None and loop_s - self._fetched_s < FETCH_EVERY_S
        if is_recent or self.record.ended_at is not None:
            return
        self._fetched_s = loop_s
        live = self._place.live
        here = None if live is None else live.point
        points = OpenPoints(self._services.local)
        nearest = points.ids(self.record.area, here)[:NEAREST]
        offered = self._near.pictures_worth_having(nearest, round_id=self.record.round_id, now=now)
        others = (one.sha256 for one in points.some(nearest) if one.sha256 is not None)
        wanted = list(dict.fromkeys((*offered, *others)))
        self._fetching = asyncio.get_running_loop().create_task(
            self._pictures.fetch(wanted[:FETCH_AT_MOST])
        )

    def synced(self, fresh: RoundRecord) -> None:
        self.record = fresh
        if fresh.ended_at is not None:
            self.offered = None

    def _best(self, here: GeoPoint) -> NearPoint | None:
        now = right_now(self._services.local)
        best = self._near.worth_a_visit(
            self.record.area,
            here,
            round_id=self.record.round_id,
            now=now,
        )
        present = None if self.offered is None else near_of(here, self.offered.point)
        if present is None or present.distance_m > LEFT_BEHIND_M:
            return best
        is_due = self._near.is_worth_a_visit(
            present.point.observation_id,
            round_id=self.record.round_id,
            now=now,
        )
        if not is_due or (best is not None and best.distance_m < present.distance_m - NEARER_M):
            return best
        return present

    def _offer(self, near: NearPoint | None) -> None:
        before = None if self.offered is None else self.offered.point.observation_id
        self.offered = near
        if near is not None and near.point.observation_id != before:
            self.small = None
            self._services.signals.noticed()

    async def load(self) -> None:
        """The picture of what is offered."""
        near = self.offered
        if near is not None and near.point.sha256 is not None:
            small = await self._pictures.read(near.point.sha256)
            if self.offered is not None and self.offered.point.sha256 == near.point.sha256:
                self.small = small

    # What the person says

    async def not_now(self) -> None:
        """Not offered again on this round, on this phone."""
        near = self.offered
        if near is None:
            return
        round_id, observation_id = self.record.round_id, near.point.observation_id

        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                self._near.take_back_decline(round_id, observation_id)
                await self._services.storage.flush()
            self.refresh()

        with telling_when_not_kept(self._notices, self._words):
            self._near.decline(round_id, observation_id)
            await self._services.storage.flush()
            self._notices.show(self._words("revisit.not_now.done"), undo)
        self.refresh()

    def look(self) -> None:
        """Opens what is offered."""
        if self.offered is not None:
            self.open_for(self.offered.point.observation_id)

    def open_for(self, observation_id: EntityId) -> None:
        """A visit by hand, from the list or the map."""
        self._notices.dismiss()
        self.open = visit_to(self._world, observation_id)
        self._turned()

    def close(self) -> None:
        """What was begun in it is kept."""
        if self.open is not None:
            self.open.lens.off()
        self.open = None
        self._turned()
        self.refresh()

    def _open_again(
        self, observation_id: EntityId, text: str, photos: tuple[DraftPhoto, ...]
    ) -> None:
        if self.open is None:
            self.open_for(observation_id)
            if self.open is not None:
                self.open.begin_with(text, photos)

    def _visited(self) -> None:
        self.refresh()
        self._recorded()

    def _here(self) -> Place | None:
        fix = self._place.live
        return None if fix is None else place_of(fix, self._services.now())


def _is_exact(fix: Fix) -> bool:
    accuracy_m = fix.point.accuracy_m
    return accuracy_m is not None and accuracy_m <= WORST_ACCURACY_M
