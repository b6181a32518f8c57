"""The photos of one observation: taken in, looked at, decided on, removed, and brought back."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.device.photo.codec import PreparedPhoto, thumbnail_name
from app.device.photo.errors import PhotoError
from app.device.photo.shapes import CoverShape
from app.device.photo.source import PhotoSource
from app.device.storage.errors import PhotoMissing, StorageError
from app.field.models.cover_model import CoverModel, CoverResult
from app.field.models.draft_photo import DraftPhoto, from_draft, taken
from app.field.models.notices import trouble_key
from app.field.services import Services
from sync.client.photo_references import is_in_use, is_referred_to
from sync.client.records import NewPhoto
from sync.domain.words import Cover

log = logging.getLogger(__name__)

MAX_PHOTOS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    photo: DraftPhoto
    position: int


@ft.observable
class PhotosModel:
    """shown: the one on the screen, by its hash. problem: key of the words for what went wrong.

    painted: what was painted over photos that are not decided yet, by their hashes.

    removed: the one taken away last, which can come back. wants_another: the camera is wanted
    although there are photos. changed: called after every change.
    keep: puts a photo in the place of another, on disk; it may raise StorageError.
    open_cover: puts the screen for covering up, and with None away.
    """

    def __init__(
        self,
        services: Services,
        *,
        changed: Callable[[], None],
        keep: Callable[[DraftPhoto, DraftPhoto], Awaitable[None]],
        open_cover: Callable[[CoverModel | None], None],
    ) -> None:
        self.photos: list[DraftPhoto] = []
        self.shown: str | None = None
        self.is_preparing = False
        self.wants_another = False
        self.problem: str | None = None
        self.removed: Removed | None = None
        self.painted: dict[str, Sequence[CoverShape]] = {}
        self._services, self._changed, self._keep = services, changed, keep
        self._open_cover = open_cover

    @property
    def shown_photo(self) -> DraftPhoto | None:
        return self._photo(self.shown) or (self.photos[-1] if self.photos else None)

    @property
    def trouble(self) -> str | None:
        """The problem, or that a covering was begun and left: key of the words."""
        is_left = any(photo.is_undecided and photo.sha256 in self.painted for photo in self.photos)
        return self.problem or ("cover.not_done" if is_left else None)

    @property
    def undecided(self) -> list[DraftPhoto]:
        """New ones that nobody has looked at for faces and number plates."""
        return [photo for photo in self.photos if photo.is_undecided and not photo.is_saved]

    @property
    def may_take_another(self) -> bool:
        return len(self.photos) < MAX_PHOTOS

    # In

    async def take_in(self, source: PhotoSource) -> PreparedPhoto | None:
        """Makes the photo ready and keeps it; None when it could not be."""
        self.problem, self.is_preparing = None, True
        files = self._services.storage.photos
        try:
            photo = await self._services.codec.prepare(source)
            await files.write(photo.sha256, photo.jpeg)
            await files.write(thumbnail_name(photo.sha256), photo.thumbnail)
        except PhotoError as error:
            self.problem = error.key
            return None
        except StorageError as error:
            self.problem = trouble_key(error)
            return None
        finally:
            self.is_preparing = False
        if self._photo(photo.sha256) is None:
            self.photos.append(taken(self._services.local.new_id(), photo))
        self.shown, self.wants_another, self.removed = photo.sha256, False, None
        self._changed()
        return photo

    def show(self, sha256: str) -> None:
        self.shown, self.wants_another = sha256, False

    def another(self) -> None:
        """One more photo of the same: the camera and its buttons are back."""
        self.wants_another = True

    # Out

    def retake(self, remove: Callable[[str], None]) -> None:
        """The one on the screen was no good: it is gone, and the camera is back."""
        shown = self.shown_photo
        if shown is not None:
            remove(shown.sha256)
            self.another()

    def remove(self, sha256: str) -> None:
        photo = self._photo(sha256)
        if photo is None:
            return
        self.removed = Removed(photo=photo, position=self.photos.index(photo))
        self.photos = [one for one in self.photos if one.sha256 != sha256]
        self.shown = None
        self._changed()

    def put_back(self) -> None:
        """What was removed last is there again, where it was."""
        if self.removed is not None and self._photo(self.removed.photo.sha256) is None:
            self.photos.insert(self.removed.position, self.removed.photo)
            self.shown, self.wants_another = self.removed.photo.sha256, False
        self.removed = None
        self._changed()

    # Faces and number plates

    async def nothing_to_cover(self, sha256: str) -> None:
        await self._decide(sha256, Cover.NOTHING_TO_COVER)

    async def look_again(self, sha256: str) -> None:
        """Takes "nothing to cover" back; what is covered stays covered."""
        photo = self._photo(sha256)
        if photo is not None and photo.cover is Cover.NOTHING_TO_COVER and photo.may_cover:
            await self._decide(sha256, None)

    def nothing_in_the_rest(self) -> None:
        """Decides on all that are part of no record yet."""
        for photo in self.undecided:
            self._replace(photo.sha256, replace(photo, cover=Cover.NOTHING_TO_COVER))

    async def cover(self, sha256: str) -> None:
        """Opens the screen for covering this photo."""
        photo = self._photo(sha256)
        if photo is None:
            return
        try:
            jpeg = photo.jpeg or await self._services.storage.photos.read(photo.sha256)
        except StorageError:
            self.problem = "app.storage_trouble"
            return

        async def done(result: CoverResult) -> None:
            await self._covered(photo, result)
            self._open_cover(None)

        def cancelled() -> None:
            shapes = tuple(cover.shapes)
            self.painted = {**self.painted, sha256: shapes} if shapes else self._less(sha256)
            self._open_cover(None)

        cover = CoverModel(
            self._services.codec,
            self._services.storage.photos,
            photo.prepared(jpeg),
            done,
            cancelled=cancelled,
            is_needed=lambda name: is_in_use(self._services.local, name),
            shapes=self.painted.get(sha256, ()),
        )
        self.painted = self._less(sha256)
        self._open_cover(cover)

    async def _covered(self, before: DraftPhoto, result: CoverResult) -> None:
        """On disk, with what refers to it, before the uncovered one is deleted."""
        await self._put(before, before.covered_by(result.photo, result.cover))
        if self.removed is not None and self.removed.photo.sha256 == before.sha256:
            self.removed = None

    async def _decide(self, sha256: str, cover: Cover | None) -> None:
        photo = self._photo(sha256)
        if photo is None:
            return
        after = replace(photo, cover=cover)
        if not photo.is_saved:
            self._replace(sha256, after)
            self._changed()
            return
        try:
            await self._put(photo, after)
        except StorageError as error:
            self.problem = trouble_key(error)

    async def _put(self, before: DraftPhoto, after: DraftPhoto) -> None:
        self._replace(before.sha256, after)
        self.shown = after.sha256
        try:
            await self._keep(before, after)
        except StorageError:
            self._replace(after.sha256, before)
            self.shown = before.sha256
            raise

    def _less(self, sha256: str) -> dict[str, Sequence[CoverShape]]:
        return {name: shapes for name, shapes in self.painted.items() if name != sha256}

    def _replace(self, sha256: str, photo: DraftPhoto) -> None:
        if photo.cover is not None:
            self.painted = self._less(sha256)
        self.photos = [photo if one.sha256 == sha256 else one for one in self.photos]

    def _photo(self, sha256: str | None) -> DraftPhoto | None:
        return next((one for one in self.photos if one.sha256 == sha256), None)

    # As a record, and as a draft

    def new(self) -> list[NewPhoto]:
        """Those that are part of no record yet, in the order of the strip."""
        listed = list(enumerate(self.photos))
        return [photo.new(position) for position, photo in listed if not photo.is_saved]

    def to_draft(self) -> list[dict[str, Any]]:
        return [photo.to_draft() for photo in self.photos if not photo.is_saved]

    def add_from_draft(self, raw: list[dict[str, Any]]) -> None:
        """Their files are read by load()."""
        self.photos = [*self.photos, *map(from_draft, raw)]

    async def load(self) -> None:
        """Reads what is not in memory. A new photo whose file is gone is gone."""
        for photo in list(self.photos):
            if photo.jpeg is not None or (photo.is_saved and photo.thumbnail is not None):
                continue
            jpeg, is_gone = await self._read(photo.sha256)
            thumbnail, _ = await self._read(thumbnail_name(photo.sha256))
            now = self._photo(photo.sha256)  # it may be decided on, or gone, since it was asked for
            if now is None:
                continue
            if is_gone and not now.is_saved:
                self.photos = [one for one in self.photos if one.sha256 != now.sha256]
            elif jpeg is not None or thumbnail is not None:
                self._replace(now.sha256, replace(now, jpeg=jpeg, thumbnail=thumbnail))

    async def _read(self, name: str) -> tuple[bytes | None, bool]:
        """The bytes, and whether there is no such file: one that cannot be read may be later."""
        try:
            return await self._services.storage.photos.read(name), False
        except PhotoMissing:
            return None, True
        except StorageError as error:
            log.warning("a photo could not be read: %s", type(error).__name__)
            return None, False

    def clear(self) -> None:
        self.photos, self.shown, self.removed = [], None, None
        self.problem, self.wants_another = None, False
        self.painted = {}

    async def forget_removed(self) -> None:
        """The file of a photo that will not come back, unless something else refers to it."""
        removed, self.removed = self.removed, None
        if removed is None or removed.photo.is_saved:
            return
        await self.delete_files(removed.photo.sha256)

    async def delete_files(self, sha256: str) -> None:
        if is_referred_to(self._services.local, sha256):
            return
        for name in (sha256, thumbnail_name(sha256)):
            try:
                await self._services.storage.photos.delete(name)
            except PhotoMissing:
                continue
            except StorageError as error:  # then at the next start
                log.warning("a photo nobody wants is deleted later: %s", type(error).__name__)
