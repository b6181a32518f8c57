"""Where a photo's bytes come from, readable in pieces."""

from __future__ import annotations

from typing import Protocol

WINDOW_BYTES = 1 << 20


class PhotoSource(Protocol):
    @property
    def size(self) -> int: ...

    async def read(self, start: int, end: int) -> bytes:
        """The bytes start..end (end excluded); fewer at the end of the file."""
        ...


class BytesSource:
    """A photo that is already in Python's memory."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def size(self) -> int:
        return len(self._content)

    async def read(self, start: int, end: int) -> bytes:
        if start == 0 and end >= len(self._content):
            return self._content
        return self._content[start:end]


class Window:
    """A source read through one window, so that many small reads cost few large ones."""

    def __init__(self, source: PhotoSource) -> None:
        self._source = source
        self._start = 0
        self._held = b""
        self.size = source.size

    async def at(self, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`; fewer at the end of the file."""
        end = min(start + length, self.size)
        if start < self._start or end > self._start + len(self._held):
            self._start = start
            self._held = await self._source.read(start, max(end, start + WINDOW_BYTES))
        return self._held[start - self._start : end - self._start]

    async def exactly(self, start: int, length: int) -> bytes | None:
        """The bytes, or None where the file ends before them."""
        found = await self.at(start, length)
        return found if len(found) == length else None
