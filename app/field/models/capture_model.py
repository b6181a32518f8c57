"""One observation being recorded: photos, category, place and text, until it is on disk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.device.photo.codec import thumbnail_name
from app.device.photo.source import PhotoSource
from app.device.storage.errors import StorageError
from app.field.models.addresses import Addresses
from app.field.models.camera_model import CameraModel, CameraState
from app.field.models.cover_model import CoverModel
from app.field.models.draft_keeper import Draft, DraftKeeper
from app.field.models.draft_photo import DraftPhoto
from app.field.models.notices import Notices, save_trouble_key, telling_when_not_kept
from app.field.models.observation_form import ObservationForm
from app.field.models.photos_model import PhotosModel
from app.field.models.place_model import PlaceModel
from app.field.models.tiles import Tiles
from app.field.services import Services
from app.i18n import Words
from sync.client.records import RoundRecord
from sync.domain.ids import EntityId
from sync.domain.words import ObservationKind

__all__ = ["CameraState", "CaptureModel", "draft_name", "thumbnail_name"]

log = logging.getLogger(__name__)

ASKED_FOR: dict[ObservationKind, tuple[str, ...]] = {
    ObservationKind.DEFECT: ("photo", "category", "place"),
    ObservationKind.POSITIVE: ("place",),
    ObservationKind.PROPOSAL: (),
}
"""What is asked for once when it is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JustSaved:
    """The one before: on disk, and it can come back to this screen as it was."""

    observation_id: EntityId
    number: str | None
    draft: Draft
    photos: tuple[DraftPhoto, ...]


@ft.observable
class CaptureModel(ObservationForm):
    """missing: what a second press on save goes without; empty when nothing was asked.

    asks_outside: the first press on save asked whether a place outside the area is right.
    number: of the observation on this screen, so that each has text fields of its own.
    last: the one before is on disk, and nothing has been done to this one yet.
    at_stop: the stop the group stands at; where a new observation belongs. begun: called when
    there is something on the screen.
    """

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        place: PlaceModel,
        notices: Notices,
        words: Words,
        saved: Callable[[], None],
        *,
        drafts: DraftKeeper,
        open_cover: Callable[[CoverModel | None], None],
        at_stop: Callable[[], EntityId | None] = lambda: None,
        begun: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.missing: list[str] = []
        self.asks_outside = False
        self.is_saving = False
        self.save_problem: str | None = None
        self.last: JustSaved | None = None
        self.number = 0
        self.place = place
        self.tiles = Tiles(services.local, round_.area)
        self.lens = CameraModel(
            services, notices, words, pressed=self._shutter_pressed, taken=self._photographed
        )
        self.pictures = PhotosModel(
            services, changed=self.said_something, keep=self._keep, open_cover=open_cover
        )
        self._services, self._round, self._notices = services, round_, notices
        self._words, self._saved, self._drafts = words, saved, drafts
        self._at_stop, self._begun, self._addresses = at_stop, begun, Addresses(services)
        self._observation_id = services.local.new_id()
        self._name = draft_name(round_.round_id)
        self._begin_with(drafts.kept(self._name))
        place.when_changed = self.said_something

    # The camera

    @property
    def camera(self) -> CameraState:
        return self.lens.state

    def want_camera(self) -> None:
        self.lens.want()

    def camera_again(self) -> None:
        self.lens.again()

    async def preview_shown(self) -> None:
        await self.lens.shown()

    def camera_off(self) -> None:
        self.lens.off()

    async def shutter(self) -> None:
        if not self.pictures.is_preparing:
            await self.lens.shutter()
            self._let_go_without_photo()

    def _shutter_pressed(self) -> None:
        self.last = None
        self.place.lock()

    async def _photographed(self, source: PhotoSource) -> None:
        await self._take_in(source, is_fresh=True)

    # Photos

    @property
    def photos(self) -> list[DraftPhoto]:
        return self.pictures.photos

    @property
    def is_preparing(self) -> bool:
        return self.pictures.is_preparing

    @property
    def problem(self) -> str | None:
        """Key of the words for what went wrong with the saving, a photo or the camera."""
        return self.save_problem or self.pictures.trouble or self.lens.problem

    async def pick(self) -> None:
        source = await self._services.picker.pick()
        if source is not None:
            await self._take_in(source, is_fresh=False)

    async def photograph(self) -> None:
        """With the phone's own camera, where the preview does not work."""
        self.place.lock()
        source = await self._services.picker.photograph()
        if source is not None:
            await self._take_in(source, is_fresh=True)
        self._let_go_without_photo()

    def _let_go_without_photo(self) -> None:
        """No photo came of it: the place goes along with the phone again, unless it is a pin."""
        if not self.photos:
            self.place.photos_removed()

    async def _take_in(self, source: PhotoSource, *, is_fresh: bool) -> None:
        self.save_problem, self.lens.problem, self.last = None, None, None
        photo = await self.pictures.take_in(source)
        if photo is not None:
            self.missing = []
            self.place.photo_taken(photo, is_fresh=is_fresh)

    def retake(self) -> None:
        self.pictures.retake(self.remove_photo)

    def remove_photo(self, sha256: str) -> None:
        self.pictures.remove(sha256)
        if not self.photos:
            self.place.photos_removed()

    # The draft

    def said_something(self, *, typing: bool = False) -> None:
        self.missing, self.asks_outside, self.last = [], False, None
        if not self.is_empty:
            if self.stop_id is None:
                self.stop_id = self._at_stop()
            self._begun()
        if not self.is_saving:  # the record ends the draft; nothing is written of it after that
            self._drafts.changed(self._name, self._draft, typing=typing)

    def _draft(self) -> Draft | None:
        is_untouched = self.is_empty and self.kind is ObservationKind.DEFECT
        if is_untouched and not self.place.is_pin:
            return None
        return {
            "observation_id": self._observation_id,
            **self.said(),
            **self.place.to_draft(),
            "photos": self.pictures.to_draft(),
        }

    def _begin_with(self, draft: Draft | None) -> None:
        if draft is None:
            return
        try:
            self.say_again(draft)
            self.place.show_draft(draft)
            self.pictures.add_from_draft(draft.get("photos", []))
            self._observation_id = EntityId(draft["observation_id"])
        except (KeyError, TypeError, ValueError) as error:
            # of another release: what can be read is there, and the round opens
            log.warning("a draft could not be read: %s", type(error).__name__)

    async def shown(self) -> None:
        """The screen is up: the photos of a draft are read."""
        await self.pictures.load()

    async def _keep(self, before: DraftPhoto, after: DraftPhoto) -> None:
        """A photo was covered: the draft that names the new one is on disk."""
        self._drafts.changed(self._name, self._draft)
        await self._drafts.now()

    async def discard(self) -> None:
        """Throws away what is on the screen; one press brings it back."""
        draft, photos = self._draft(), tuple(self.photos)
        if draft is None:
            return
        self._clear()
        self._drafts.changed(self._name, self._draft)

        async def undo() -> None:
            self._bring_back(draft, photos)

        self._notices.show(self._words("capture.discarded"), undo)

    def _bring_back(self, draft: dict[str, Any], photos: tuple[DraftPhoto, ...]) -> None:
        """Over an empty screen; what was begun meanwhile is not thrown away for it."""
        if not self.is_empty:
            self._notices.show(self._words("capture.undo_too_late"))
            return
        self._begin_with({**draft, "photos": []})
        self.pictures.photos = list(photos)
        self.number += 1
        self.said_something()

    # Saving

    @property
    def is_empty(self) -> bool:
        return not self.photos and self.category is None and not self.text.strip()

    @property
    def just_saved(self) -> bool:
        return self.last is not None

    async def save(self) -> None:
        """Asks once when something is missing; the second press saves without it.

        A photo nobody has decided on is decided by this press: the button says so.
        """
        if self.is_saving or self.is_preparing or self.camera is CameraState.TAKING:
            return
        if self.is_empty:
            self._notices.show(self._words("capture.nothing"))
            return
        self.place.settle()
        missing, asks_outside = self._what_is_missing(), self.place.asks_outside
        is_answered = missing == list(self.missing) and asks_outside == self.asks_outside
        if (missing or asks_outside) and not is_answered:
            self.missing, self.asks_outside = missing, asks_outside
            return
        self.is_saving = True
        undecided = [photo.photo_id for photo in self.pictures.undecided]
        self.pictures.nothing_in_the_rest()
        before = self._snapshot(undecided)
        try:
            await self._write()
        except StorageError as error:
            self.save_problem = save_trouble_key(error)
            self._drafts.changed(self._name, self._draft)
            return
        finally:
            self.is_saving = False
        record = self._services.walk.observation(self._observation_id)
        self._services.signals.saved()
        self._addresses.complete(record, self._saved)
        await self.pictures.forget_removed()
        self._clear()
        self.last = JustSaved(
            observation_id=before.observation_id,
            number=None if record is None else record.number,
            draft=before.draft,
            photos=before.photos,
        )
        self._saved()

    def _what_is_missing(self) -> list[str]:
        found = {
            "photo": bool(self.photos),
            "category": self.category is not None or not self.tiles.shown(None),
            "place": self.place.chosen is not None,
        }
        return [what for what in ASKED_FOR[self.kind] if not found[what]]

    async def _write(self) -> None:
        """The record and the end of its draft are one: after a crash there is one or the other."""
        services = self._services
        if self.stop_id is None:
            self.stop_id = self._at_stop()
        place = self.place.chosen
        content = self.content(place, self._addresses.known(place, self.place.surroundings))
        photos = self.pictures.new()
        halfway = services.walk.observation(self._observation_id)  # of a save that was not flushed
        self._drafts.dropped(self._name)
        if halfway is None:
            await services.recorder.save_observation(
                observation_id=self._observation_id,
                round_=self._round,
                content=content,
                photos=photos,
                noted_at=services.now(),
                drafts={self._name: None},
            )
            return
        wanted = {one.photo_id for one in photos}
        await services.recorder.change_observation(
            halfway,
            content,
            photos=photos,
            taken_off=[one.photo_id for one in halfway.photos if one.photo_id not in wanted],
            drafts={self._name: None},
        )

    def _snapshot(self, undecided: list[EntityId]) -> JustSaved:
        """What undoing brings back, as a new observation: ids are never used again."""
        photos = [
            one.as_new(self._services.local.new_id(), is_undecided=one.photo_id in undecided)
            for one in self.photos
        ]
        draft = {**(self._draft() or {}), "observation_id": self._services.local.new_id()}
        return JustSaved(
            observation_id=self._observation_id, number=None, draft=draft, photos=tuple(photos)
        )

    async def undo_saved(self) -> None:
        """The one just saved was wrong: it is deleted, and here again to be changed."""
        last, self.last = self.last, None
        record = None if last is None else self._services.walk.observation(last.observation_id)
        if last is None or record is None or not self.is_empty:
            return
        with telling_when_not_kept(self._notices, self._words):
            self._bring_back(last.draft, last.photos)
            await self._drafts.now()
            await self._services.recorder.delete_observation(record)
        self._saved()

    def on_screen(self) -> dict[str, Draft]:
        """What a start would show again, by the name of its draft."""
        draft = self._draft()
        return {} if draft is None else {self._name: draft}

    def handed_over(self) -> dict[str, None]:
        """Something else takes what is on the screen: it forgets these drafts when it is written.

        Then it calls clear().
        """
        self._drafts.dropped(self._name)
        return {self._name: None}

    def kept_after_all(self) -> None:
        """What took it could not be written: it is a draft again."""
        self._drafts.changed(self._name, self._draft)

    def clear(self) -> None:
        """What was on the screen is on disk as part of something else."""
        self._clear()

    def briefed(self) -> None:
        """The store has said which categories the area uses."""
        self.tiles.briefed()

    def _clear(self) -> None:
        self.say_nothing()
        self.pictures.clear()
        self.lens.problem = self.save_problem = None
        self.missing, self.asks_outside, self.last = [], False, None
        self.number += 1
        self._observation_id = self._services.local.new_id()
        self.place.clear()


def draft_name(round_id: EntityId) -> str:
    return f"new/{round_id}"
