"""The photos of a protocol, small enough to send and written into the page itself."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Iterable
from typing import Protocol

from app.device.photo.codec import thumbnail_name
from app.device.photo.errors import PhotoError
from app.device.storage.protocol import PhotoFiles
from app.field.protocol.document import ProtocolPhoto
from sync.client.protocol_store import SharedPhoto

log = logging.getLogger(__name__)

LONG_EDGE_PX = 640
AT_A_TIME = 4
"""So many photos are decoded side by side: browsers do it in threads of their own."""


class Shrinker(Protocol):
    async def shrunk(self, jpeg: bytes, long_edge_px: int) -> bytes:
        """The same picture as JPEG, its longer edge at most long_edge_px."""
        ...


class Pictures:
    """Reads every photo once, however often it is shown."""

    def __init__(self, files: PhotoFiles, shrinker: Shrinker) -> None:
        self._files, self._shrinker = files, shrinker
        self._read: dict[str, str | None] = {}
        self._reading = asyncio.Lock()

    async def read(self, photos: Iterable[SharedPhoto]) -> None:
        """Those that may leave a phone; nobody else's eyes see the others."""
        wanted = {photo.sha256: photo for photo in photos if photo.is_decided}
        slots = asyncio.Semaphore(AT_A_TIME)

        async def one(sha256: str) -> None:
            async with slots:
                self._read[sha256] = await self._data_uri(sha256)

        async with self._reading:  # who comes second finds them read
            await asyncio.gather(*(one(sha) for sha in wanted if self._read.get(sha) is None))

    def shown(self, photos: Iterable[SharedPhoto]) -> tuple[ProtocolPhoto, ...]:
        return tuple(
            ProtocolPhoto(
                data_uri=self._read.get(photo.sha256),
                width_px=photo.width_px,
                height_px=photo.height_px,
            )
            for photo in photos
            if photo.is_decided
        )

    async def _data_uri(self, sha256: str) -> str | None:
        """Of the photo where this phone has it, else of its thumbnail, None without either."""
        for name in (sha256, thumbnail_name(sha256)):
            try:
                jpeg = await self._files.read(name)
                if name == sha256:
                    jpeg = await self._shrinker.shrunk(jpeg, LONG_EDGE_PX)
            except LookupError:
                continue
            except PhotoError as error:
                log.warning("a photo cannot be shrunk: %s", type(error).__name__)
                continue
            return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
        return None
