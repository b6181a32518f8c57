"""A file in the making, kept where this platform keeps files: what a phone hands over may be larger
than the memory that it gives an app.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

PIECE = 1_000_000
"""Bytes gathered before the browser gets them: each piece costs a call."""


@dataclass(frozen=True, slots=True)
class BrowserFile:
    """blob: JavaScript's Blob. Its bytes are the browser's, and move to the page without a copy."""

    blob: Any


Content = bytes | Path | BrowserFile


class GrowingFile(Protocol):
    """Raises OSError when there is no room."""

    def write(self, piece: bytes, /) -> int: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...
    @property
    def content(self) -> Content:
        """All that was written, once it is closed."""
        ...


class MemoryFile:
    """Where there is no better place."""

    def __init__(self) -> None:
        self._file = io.BytesIO()

    def write(self, piece: bytes, /) -> int:
        return self._file.write(piece)

    def flush(self) -> None:
        """It is there already."""

    def close(self) -> None:
        """Nothing is open."""

    @property
    def content(self) -> bytes:
        return self._file.getvalue()


class DiskFile:
    """path: what is there is written over."""

    def __init__(self, path: Path) -> None:
        self._path, self._file = path, path.open("wb")

    def write(self, piece: bytes, /) -> int:
        return self._file.write(piece)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    @property
    def content(self) -> Path:
        return self._path


@dataclass
class PageFile:
    """In the browser. make_blob: of pieces of bytes and of other Blobs."""

    make_blob: Callable[[list[Any]], Any]
    _pieces: list[bytes] = field(default_factory=list)
    _blobs: list[Any] = field(default_factory=list)
    _gathered: int = 0

    def write(self, piece: bytes, /) -> int:
        self._pieces.append(bytes(piece))
        self._gathered += len(piece)
        if self._gathered >= PIECE:
            self._hand_on()
        return len(piece)

    def flush(self) -> None:
        """Nobody reads it before its end."""

    def close(self) -> None:
        """Nothing is open."""

    @property
    def content(self) -> BrowserFile:
        self._hand_on()
        return BrowserFile(self.make_blob(self._blobs))

    def _hand_on(self) -> None:
        self._blobs.append(self.make_blob([b"".join(self._pieces)]))
        self._pieces, self._gathered = [], 0


def page_file() -> PageFile:
    from js import Blob
    from pyodide.ffi import to_js

    return PageFile(lambda parts: Blob.new(to_js(parts)))
