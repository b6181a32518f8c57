"""The list of what was recorded on this round; deleting, and taking it back."""

from __future__ import annotations

import logging
from collections.abc import Callable

import flet as ft

from app.device.storage.errors import StorageError
from app.field.models.capture_model import thumbnail_name
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.services import Services
from app.i18n import Words
from sync.client.errors import SyncError
from sync.client.records import ObservationRecord, RoundRecord
from sync.client.store_api import StoreApi
from sync.domain.ids import Sha256

log = logging.getLogger(__name__)


@ft.observable
class FindingsModel:
    """thumbnails: hash -> small JPEG, filled as they are read."""

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        notices: Notices,
        words: Words,
        changed: Callable[[], None],
    ) -> None:
        self.findings: list[ObservationRecord] = []
        self.thumbnails: dict[str, bytes] = {}
        self._services, self._round, self._notices = services, round_, notices
        self._words, self._changed = words, changed
        self._unreadable: set[str] = set()
        self.refresh()

    def refresh(self) -> None:
        found = self._services.walk.observations(self._round.round_id)
        if found != list(self.findings):
            self.findings = found

    async def load_thumbnails(self) -> None:
        """Reads the pictures that the list needs and does not have."""
        for finding in list(self.findings):
            for photo in finding.photos:
                if photo.sha256 not in self.thumbnails and photo.sha256 not in self._unreadable:
                    await self._load(photo.sha256)

    async def _load(self, sha256: str) -> None:
        files = self._services.storage.photos
        try:
            self.thumbnails[sha256] = await files.read(thumbnail_name(sha256))
        except LookupError:
            await self._fetch(sha256)

    async def _fetch(self, sha256: str) -> None:
        """The photo of another phone: its small picture from the store, when there is contact."""
        services = self._services
        api = StoreApi(
            base_url=services.base_url,
            token=services.local.fact("token"),
            transport=services.transport,
        )
        try:
            answer = await api.thumbnail(Sha256(sha256))
        except SyncError:
            return
        if isinstance(answer, bytes):
            self.thumbnails[sha256] = answer
            try:
                await services.storage.photos.write(thumbnail_name(sha256), answer)
            except StorageError as error:
                log.info("a small picture is shown but not kept: %s", error)
        else:
            self._unreadable.add(sha256)

    async def seen(self, finding: ObservationRecord) -> None:
        """The person knows what could not be sent; it no longer stands in the way."""
        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.accept_refusals(finding)
        self.refresh()
        self._changed()

    async def delete(self, finding: ObservationRecord) -> None:
        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                await self._services.recorder.restore_defect(finding)
                self._notices.show(self._words("list.restored"))
            self.refresh()
            self._changed()

        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.delete_defect(finding)
            self._notices.show(self._words("list.deleted"), undo)
        self.refresh()
        self._changed()
