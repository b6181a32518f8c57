"""The small pictures of photos: from this phone's disk, or from the store when there is contact."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from app.device.storage.errors import StorageError
from app.field.models.cover_model import thumbnail_name
from app.field.services import Services
from sync.client.errors import SyncError
from sync.domain.ids import Sha256

log = logging.getLogger(__name__)


class SmallPictures:
    """Keeps nothing in memory but the hashes of those that cannot be had at all."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._unreadable: set[str] = set()

    async def read(self, sha256: str) -> bytes | None:
        """None when it cannot be had now."""
        if sha256 in self._unreadable:
            return None
        kept = await self.kept(sha256)
        return kept if kept is not None else await self._fetched(sha256)

    async def fetch(self, wanted: Sequence[str]) -> None:
        """So that they are here when there is no contact. Stops at the first that cannot be had."""
        kept = set(await self._services.storage.photos.names())
        for sha256 in wanted:
            is_here = thumbnail_name(sha256) in kept or sha256 in self._unreadable
            if is_here or await self._fetched(sha256) is not None:
                continue
            if sha256 not in self._unreadable:
                return

    async def kept(self, sha256: str) -> bytes | None:
        """Only from the disk."""
        try:
            return await self._services.storage.photos.read(thumbnail_name(sha256))
        except LookupError:
            return None
        except StorageError as error:
            log.warning("a small picture could not be read: %s", type(error).__name__)
            return None

    async def _fetched(self, sha256: str) -> bytes | None:
        """The photo of another phone. It is kept: the next time there may be no contact."""
        services = self._services
        api = services.store_api
        try:
            answer = await api.thumbnail(Sha256(sha256))
        except SyncError:
            return None
        if not isinstance(answer, bytes):
            self._unreadable.add(sha256)
            return None
        try:
            await services.storage.photos.write(thumbnail_name(sha256), answer)
        except StorageError as error:
            log.info("a small picture is shown but not kept: %s", error)
        return answer
