"""One defect being recorded: photos, category, place and text, until it is on disk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import flet as ft

from app.device.camera import CameraError
from app.device.photo.codec import PreparedPhoto
from app.device.photo.errors import PhotoError
from app.device.photo.source import BytesSource, PhotoSource
from app.device.storage.errors import StorageError, StorageFull
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.place_model import PlaceModel
from app.field.models.typed_text import many_lines
from app.field.services import Services
from app.i18n import Words
from sync.client.records import NewPhoto, RoundRecord
from sync.domain.ids import EntityId, Sha256
from sync.domain.instants import to_text
from sync.domain.words import Category

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPhoto:
    """A photo of the defect being recorded; its file is on disk."""

    photo_id: EntityId
    photo: PreparedPhoto


CAMERA_USED = "camera_used"
MAX_PHOTOS = 10


class CameraState(StrEnum):
    OFF = "off"
    STARTING = "starting"
    READY = "ready"
    TAKING = "taking"


@ft.observable
class CaptureModel:
    """problem: key of the words for what went wrong with the camera, a photo or the saving.

    missing: what a second press on save goes without; empty when nothing was asked.
    number: of the defect on this screen, so that each has a text field of its own.
    just_saved: the one before is on disk, and nothing has been done to this one yet.
    """

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        place: PlaceModel,
        notices: Notices,
        words: Words,
        saved: Callable[[], None],
    ) -> None:
        self.camera = CameraState.OFF
        self.photos: list[DraftPhoto] = []
        self.is_preparing = False
        self.wants_another = False
        self.category: Category | None = None
        self.text = ""
        self.problem: str | None = None
        self.missing: list[str] = []
        self.is_saving = False
        self.just_saved = False
        self.number = 0
        self.place = place
        self._services, self._round, self._notices = services, round_, notices
        self._words, self._saved = words, saved
        self._observation_id = services.local.new_id()
        self._opening = 0

    # The camera

    @property
    def preview(self) -> ft.Control:
        return self._services.camera.preview

    def want_camera(self) -> None:
        """Shows the preview; opening follows once it is on the screen."""
        self.problem, self.camera = None, CameraState.STARTING

    def camera_again(self) -> None:
        """The screen is back: the camera too, for a person who has used it before."""
        if self._services.local.fact(CAMERA_USED) and self.camera is CameraState.OFF:
            self.camera = CameraState.STARTING

    async def preview_shown(self) -> None:
        local = self._services.local
        self._opening += 1
        opening = self._opening
        try:
            await self._services.camera.open()
        except CameraError as error:
            if opening != self._opening or self.camera is not CameraState.STARTING:
                return  # the person has gone elsewhere meanwhile
            self.problem, self.camera = error.key, CameraState.OFF
            with telling_when_not_kept(self._notices, self._words):
                local.set_facts({CAMERA_USED: None})
        else:
            if opening != self._opening or self.camera is not CameraState.STARTING:
                return
            self.camera = CameraState.READY
            if not local.fact(CAMERA_USED):
                with telling_when_not_kept(self._notices, self._words):
                    local.set_facts({CAMERA_USED: "yes"})

    def camera_off(self) -> None:
        self.camera = CameraState.OFF

    async def shutter(self) -> None:
        if self.camera is not CameraState.READY or self.is_preparing:
            return
        self.camera, self.just_saved = CameraState.TAKING, False
        self.place.lock()
        try:
            picture = await self._services.camera.take()
        except CameraError as error:
            if self.camera is CameraState.TAKING:
                self.problem, self.camera = error.key, CameraState.OFF
            return
        if self.camera is CameraState.TAKING:
            self.camera = CameraState.READY
        await self._take_in(BytesSource(picture), is_fresh=True)

    # Files

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

    async def _take_in(self, source: PhotoSource, *, is_fresh: bool) -> None:
        self.problem, self.is_preparing, self.just_saved = None, True, False
        try:
            photo = await self._services.codec.prepare(source)
            files = self._services.storage.photos
            await files.write(photo.sha256, photo.jpeg)
            await files.write(thumbnail_name(photo.sha256), photo.thumbnail)
        except PhotoError as error:
            self.problem = error.key
            return
        except StorageError as error:
            is_full = isinstance(error, StorageFull)
            self.problem = "app.storage_full.body" if is_full else "app.storage_trouble"
            return
        finally:
            self.is_preparing = False
        if all(photo.sha256 != other.photo.sha256 for other in self.photos):
            self.photos.append(DraftPhoto(photo_id=self._services.local.new_id(), photo=photo))
        self.missing, self.wants_another = [], False
        self.place.photo_taken(photo, is_fresh=is_fresh)

    @property
    def may_take_another(self) -> bool:
        return len(self.photos) < MAX_PHOTOS

    def another(self) -> None:
        """One more photo of the same defect: the camera and the buttons are back."""
        self.wants_another = True

    def remove_photo(self, sha256: str) -> None:
        self.photos = [one for one in self.photos if one.photo.sha256 != sha256]
        if not self.photos:
            self.place.photos_removed()

    # The rest

    def choose(self, category: Category) -> None:
        self.category = None if self.category is category else category
        self.missing, self.just_saved = [], False

    def set_text(self, event: ft.Event[ft.TextField]) -> None:
        self.text = str(event.control.value)
        self.just_saved = False

    @property
    def is_empty(self) -> bool:
        return not self.photos and self.category is None and not self.text.strip()

    async def save(self) -> None:
        """Asks once when something is missing; the second press saves without it."""
        if self.is_saving or self.is_preparing or self.camera is CameraState.TAKING:
            return
        if self.is_empty:
            self._notices.show(self._words("capture.nothing"))
            return
        self.place.settle()
        missing = self._what_is_missing()
        if missing and missing != list(self.missing):
            self.missing = missing
            return
        self.is_saving = True
        try:
            await self._write()
        except StorageError as error:
            is_full = isinstance(error, StorageFull)
            self.problem = "capture.save_failed" if is_full else "app.storage_trouble"
            return
        finally:
            self.is_saving = False
        self._clear()
        self.just_saved = True
        self._saved()

    def _what_is_missing(self) -> list[str]:
        found = {
            "photo": bool(self.photos),
            "category": self.category is not None,
            "place": self.place.chosen is not None,
        }
        return [what for what, is_there in found.items() if not is_there]

    async def _write(self) -> None:
        services = self._services
        halfway = services.walk.observation(self._observation_id)  # of a save that was not flushed
        wanted = {one.photo_id for one in self.photos}
        await services.recorder.save_defect(
            observation_id=self._observation_id,
            round_=self._round,
            category=self.category,
            text=many_lines(self.text),
            place=self.place.chosen,
            photos=[
                NewPhoto(
                    photo_id=one.photo_id,
                    sha256=Sha256(one.photo.sha256),
                    width_px=one.photo.width_px,
                    height_px=one.photo.height_px,
                    size_bytes=len(one.photo.jpeg),
                    taken_at=None if one.photo.taken_at is None else to_text(one.photo.taken_at),
                    position=position,
                )
                for position, one in enumerate(self.photos)
            ],
            noted_at=services.now(),
            taken_off=[
                one.photo_id
                for one in (() if halfway is None else halfway.photos)
                if one.photo_id not in wanted
            ],
        )

    def _clear(self) -> None:
        self.photos, self.category, self.text = [], None, ""
        self.wants_another = False
        self.problem, self.missing = None, []
        self.number += 1
        self._observation_id = self._services.local.new_id()
        self.place.clear()


def thumbnail_name(sha256: str) -> str:
    """The file of a photo's small picture, beside the photo."""
    return f"{sha256}.small"
