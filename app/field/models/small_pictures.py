"""The small pictures of photos: from this phone's disk, or from the store when there is contact."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from app.device.storage.errors import StorageError
from app.field.models.cover_model import thumbnail_name
from app.field.services import Services
from sync.client.errors import SyncError
from sync.domain.ids import Sha256

log = logging.getLogger(__name__)

ASK_AGAIN_S = 60.0
"""Records come before their photos: what the store has not got yet is often there a minute on."""
LONGEST_WAIT_S = 600.0
"""A photo may wait a whole evening on another phone, for Wi-Fi or a look at its faces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Missed:
    """again_at_s: on the loop's clock, after a wait of wait_s."""

    again_at_s: float
    wait_s: float


class SmallPictures:
    """Keeps nothing in memory but which the store did not have, and when to ask for them again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._missed: dict[str, _Missed] = {}

    async def read(self, sha256: str) -> bytes | None:
        """None when it cannot be had now."""
        kept = await self.kept(sha256)
        if kept is not None or self._is_missed(sha256):
            return kept
        return await self._fetched(sha256)

    async def fetch(self, wanted: Sequence[str]) -> None:
        """So that they are here when there is no contact. Stops when there is none now."""
        kept = set(await self._services.storage.photos.names())
        for sha256 in wanted:
            if thumbnail_name(sha256) in kept or self._is_missed(sha256):
                continue
            if await self._fetched(sha256) is None and not self._is_missed(sha256):
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
            self._miss(sha256)
            return None
        self._missed.pop(sha256, None)
        try:
            await services.storage.photos.write(thumbnail_name(sha256), answer)
        except StorageError as error:
            log.info("a small picture is shown but not kept: %s", error)
        return answer

    def _is_missed(self, sha256: str) -> bool:
        """The store did not have it, and it is too early to ask again."""
        missed = self._missed.get(sha256)
        return missed is not None and _now_s() < missed.again_at_s

    def _miss(self, sha256: str) -> None:
        before = self._missed.get(sha256)
        wait_s = ASK_AGAIN_S if before is None else min(2 * before.wait_s, LONGEST_WAIT_S)
        self._missed[sha256] = _Missed(again_at_s=_now_s() + wait_s, wait_s=wait_s)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
