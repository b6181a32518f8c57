"""A photo that stays in the browser's memory: a JavaScript Blob or File, read in pieces."""

from __future__ import annotations

from typing import Any


class BlobSource:
    """The Blob goes to the browser's decoder as it is; Python sees only the parts it asks for."""

    def __init__(self, blob: Any) -> None:
        self.blob = blob

    @property
    def size(self) -> int:
        return int(self.blob.size)

    async def read(self, start: int, end: int) -> bytes:
        buffer = await self.blob.slice(start, end).arrayBuffer()
        content: bytes = buffer.to_bytes()
        return content
