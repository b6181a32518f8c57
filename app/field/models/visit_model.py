"""A later visit to one point: what it was then, a picture of how it is now, and one tap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import flet as ft

from app.device.photo.source import PhotoSource
from app.device.storage.errors import StorageError
from app.field.models.camera_model import CameraModel, CameraState
from app.field.models.cover_model import CoverModel
from app.field.models.draft_keeper import Draft, DraftKeeper
from app.field.models.draft_photo import DraftPhoto
from app.field.models.notices import Notices, save_trouble_key, telling_when_not_kept
from app.field.models.photos_model import PhotosModel
from app.field.models.small_pictures import SmallPictures
from app.field.models.typed_text import many_lines
from app.field.services import Services
from app.i18n import Words
from sync.client.open_points import OpenPoint, OpenPoints
from sync.client.photo_references import photo_size
from sync.client.records import ObservationRecord, RecheckRecord, RoundRecord
from sync.domain.fields import Place
from sync.domain.ids import EntityId
from sync.domain.words import Verdict

VISIT_DRAFT = "visit/"
ASPECT = 4 / 3
"""Of a before-photo whose size is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitWorld:
    """What a visit belongs to. here: where the phone is. closed: the screen goes away.

    recorded: something was written. again: opens a visit anew, with what had been done in it.
    """

    services: Services
    round_: RoundRecord
    notices: Notices
    words: Words
    drafts: DraftKeeper
    open_cover: Callable[[CoverModel | None], None]
    here: Callable[[], Place | None]
    recorded: Callable[[], None]
    closed: Callable[[], None]
    again: Callable[[EntityId, str, tuple[DraftPhoto, ...]], None]


@ft.observable
class VisitModel:
    """before: the picture from when it was noted. visits: later ones, the newest first.

    is_ghost_shown: the before-picture lies over the camera's. problem: key of the words.
    """

    def __init__(self, world: VisitWorld, finding: ObservationRecord, point: OpenPoint) -> None:
        services = world.services
        self.finding, self.point = finding, point
        self.visits: list[RecheckRecord] = services.walk.rechecks(finding.observation_id)
        self.before: bytes | None = None
        self.text = ""
        self.number = 0
        self.is_ghost_shown = True
        self.is_saving = False
        self.save_problem: str | None = None
        self.lens = CameraModel(
            services, world.notices, world.words, pressed=lambda: None, taken=self._take_in
        )
        self.pictures = PhotosModel(
            services, changed=self._changed, keep=self._keep, open_cover=world.open_cover
        )
        self._world, self._services = world, services
        self._recheck_id = services.local.new_id()  # one, however often the button is pressed
        self._small = SmallPictures(services)
        self._name = f"{VISIT_DRAFT}{world.round_.round_id}/{finding.observation_id}"
        draft = world.drafts.kept(self._name) or {}
        self.text = str(draft.get("text", ""))
        self.pictures.add_from_draft(draft.get("photos", []))

    def begin_with(self, text: str, photos: tuple[DraftPhoto, ...]) -> None:
        """As it was before a verdict that was taken back."""
        self.text, self.pictures.photos = text, list(photos)
        self.number += 1
        self._changed()

    @property
    def now(self) -> datetime:
        return self._services.now()

    @property
    def problem(self) -> str | None:
        return self.save_problem or self.pictures.trouble or self.lens.problem

    @property
    def before_aspect(self) -> float:
        """Width by height of the picture from then."""
        first = next((one for one in self.finding.photos if one.recheck_id is None), None)
        size = None if first is None else photo_size(self._services.local, first.photo_id)
        return ASPECT if size is None else size.width_px / size.height_px

    async def shown(self) -> None:
        """The screen is up: the pictures are read. The large one where this phone has it."""
        await self.pictures.load()
        sha256 = self.point.sha256
        if sha256 is not None and self.before is None:
            try:
                self.before = await self._services.storage.photos.read(sha256)
            except StorageError:
                self.before = await self._small.read(sha256)

    # How it is now

    def set_text(self, event: ft.Event[ft.TextField]) -> None:
        self.text = str(event.control.value)
        self._world.drafts.changed(self._name, self._draft, typing=True)

    def switch_ghost(self) -> None:
        self.is_ghost_shown = not self.is_ghost_shown

    async def pick(self) -> None:
        source = await self._services.picker.pick()
        if source is not None:
            await self._take_in(source)

    async def photograph(self) -> None:
        """With the phone's own camera, where the preview does not work."""
        source = await self._services.picker.photograph()
        if source is not None:
            await self._take_in(source)

    def retake(self) -> None:
        """The one on the screen was no good: it is gone, and the camera is back."""
        shown = self.pictures.shown_photo
        if shown is not None:
            self.pictures.remove(shown.sha256)
            self.pictures.another()

    async def _take_in(self, source: PhotoSource) -> None:
        self.save_problem, self.lens.problem = None, None
        await self.pictures.take_in(source)

    def _changed(self) -> None:
        self._world.drafts.changed(self._name, self._draft)

    async def _keep(self, before: DraftPhoto, after: DraftPhoto) -> None:
        self._changed()
        await self._world.drafts.now()

    def _draft(self) -> Draft | None:
        photos = self.pictures.to_draft()
        if not photos and not self.text.strip():
            return None
        return {"text": self.text, "photos": photos}

    # The verdict

    async def decide(self, verdict: Verdict) -> None:
        """On disk when this returns. A photo nobody has decided on is decided by this press."""
        taking = self.lens.state is CameraState.TAKING
        if self.is_saving or self.pictures.is_preparing or taking:
            return
        self.is_saving, self.save_problem = True, None
        undecided: set[str] = {photo.sha256 for photo in self.pictures.undecided}
        self.pictures.nothing_in_the_rest()
        recheck_id = self._recheck_id
        try:
            await self._write(recheck_id, verdict)
        except StorageError as error:
            self.save_problem = save_trouble_key(error)
            self._changed()
            return
        finally:
            self.is_saving = False
        self._services.signals.saved()
        await self.pictures.forget_removed()
        self._offer_undo(recheck_id, verdict, undecided)
        self._world.closed()
        self._world.recorded()

    async def _write(self, recheck_id: EntityId, verdict: Verdict) -> None:
        """The visit and the end of its draft are one."""
        self._world.drafts.dropped(self._name)
        await self._services.recorder.recheck(
            self.finding,
            recheck_id=recheck_id,
            round_=self._world.round_,
            verdict=verdict,
            place=self._world.here(),
            text=many_lines(self.text),
            photos=[replace(one, recheck_id=recheck_id) for one in self.pictures.new()],
            drafts={self._name: None},
        )

    def _offer_undo(self, recheck_id: EntityId, verdict: Verdict, undecided: set[str]) -> None:
        world, text, area = self._world, self.text, self.finding.area
        photos = tuple(
            photo.as_new(self._services.local.new_id(), is_undecided=photo.sha256 in undecided)
            for photo in self.pictures.photos
        )

        async def undo() -> None:
            with telling_when_not_kept(world.notices, world.words):
                await self._services.recorder.delete_recheck(area, recheck_id)
            world.recorded()
            world.again(self.finding.observation_id, text, photos)

        world.notices.show(world.words(f"revisit.done.{verdict.value}"), undo)


def visit_to(world: VisitWorld, observation_id: EntityId) -> VisitModel | None:
    """None for what is not on this phone any more."""
    finding = world.services.walk.observation(observation_id)
    point = OpenPoints(world.services.local).point(observation_id)
    if finding is None or point is None:
        return None
    return VisitModel(world, finding, point)
