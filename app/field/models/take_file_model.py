"""The file of another phone, taken over by this one, which sends it as if it were its own."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import flet as ft

from app.device.photo.codec import thumbnail_name
from app.device.photo.errors import PhotoError
from app.device.photo.source import BytesSource
from app.device.picker import FileTooLarge
from app.device.storage.errors import StorageError
from app.field.models.notices import trouble_key
from app.field.services import Services
from sync.client.take_over import Plan, WrongStore, is_taken, plan, write
from sync.domain.ids import Sha256
from sync.hand_over.reader import BadHandOver, HandOver, NewerHandOver, read_hand_over

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """left: things in the file that this phone cannot send; they are still on the other phone."""

    changes: int
    photos: int
    left: int


@ft.observable
class TakeFileModel:
    """problem: key of the words for why nothing was taken. progress: photos kept so far."""

    def __init__(self, services: Services, saved: Callable[[], None]) -> None:
        self.is_busy = False
        self.progress: float | None = None
        self.problem: str | None = None
        self.taken: TakenOver | None = None
        self._services, self._saved = services, saved

    @property
    def is_possible(self) -> bool:
        """A phone that is not connected to a store would keep the file for nobody."""
        return self._services.local.fact("store_id") is not None

    async def choose(self) -> None:
        if self.is_busy:
            return
        self.problem, self.taken = None, None
        try:
            content = await self._services.picker.pick_zip()
        except FileTooLarge:
            self.problem = "takefile.too_large"
            return
        if content is None:
            return
        self.is_busy = True
        try:
            await self._take(content)
        except StorageError as error:
            self.problem = trouble_key(error)
        finally:
            self.is_busy, self.progress = False, None

    async def _take(self, content: bytes) -> None:
        """Photos first: a record never names a photo that is not there."""
        services, name = self._services, sha256(content).hexdigest()
        if is_taken(services.local, name):
            self.problem = "takefile.again"
            return
        try:
            handed = read_hand_over(io.BytesIO(content))
            planned = plan(services.local, handed)
        except NewerHandOver:
            self.problem = "takefile.newer"
            return
        except BadHandOver as error:
            log.info("a file was not taken: %s", error)
            self.problem = "takefile.bad"
            return
        except WrongStore:
            self.problem = "takefile.other_store"
            return
        await self._keep_photos(handed, planned)
        write(services.local, planned, name)
        await services.storage.flush()
        self.taken = TakenOver(
            changes=len(planned.changes),
            photos=len(planned.photos),
            left=planned.left + planned.photos_left,
        )
        self._saved()

    async def _keep_photos(self, handed: HandOver, planned: Plan) -> None:
        for count, photo in enumerate(planned.photos):
            self.progress = count / len(planned.photos)
            jpeg = handed.photos[photo.sha256]
            await self._services.storage.photos.write(photo.sha256, jpeg)
            await self._keep_small(photo.sha256, jpeg)

    async def _keep_small(self, name: Sha256, jpeg: bytes) -> None:
        """For the list; a photo that cannot be shown here is sent all the same."""
        try:
            small = (await self._services.codec.prepare(BytesSource(jpeg))).thumbnail
        except PhotoError as error:
            log.info("a photo from another phone cannot be shown: %s", type(error).__name__)
            return
        await self._services.storage.photos.write(thumbnail_name(name), small)
