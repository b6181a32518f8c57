"""A disk on which one chosen call fails, or all from there on until it is mended.

Counted are the calls on paths under one folder: Python's own (os.open, open, write, fsync, rename
and so on, patched in the module os) and SQLite's (through its file system layer).
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import RLock
from typing import Any

import pytest

from tests.disk.sqlite_layer import SqliteLayer


@dataclass(frozen=True, slots=True)
class Fault:
    """number: the errno of the system. of: which calls can fail in this way."""

    number: int
    of: frozenset[str]
    stays: bool = False

    def __str__(self) -> str:
        return errno.errorcode[self.number]

    @property
    def as_sqlite_says(self) -> dict[str, int]:
        is_full = self.number == errno.ENOSPC
        return {
            "open": sqlite3.SQLITE_CANTOPEN,
            "read": sqlite3.SQLITE_IOERR_READ,
            "write": sqlite3.SQLITE_FULL if is_full else sqlite3.SQLITE_IOERR_WRITE,
            "truncate": sqlite3.SQLITE_IOERR_TRUNCATE,
            "fsync": sqlite3.SQLITE_IOERR_FSYNC,
            "delete": sqlite3.SQLITE_IOERR_DELETE,
        }


NO_ROOM = Fault(errno.ENOSPC, frozenset({"open", "write", "fsync", "mkdir", "rename"}), stays=True)
BROKEN = Fault(
    errno.EIO,
    frozenset({"open", "read", "write", "truncate", "fsync", "mkdir", "rename", "delete"}),
)
FORBIDDEN = Fault(errno.EACCES, frozenset({"open", "mkdir", "rename", "delete"}))
FAULTS = (NO_ROOM, BROKEN, FORBIDDEN)


@dataclass
class FailingDisk:
    """at: which of the calls that can fail does, from 1 on; 0 for none, to count them.

    calls: so many there have been, not counting those of a mended disk.
    """

    root: Path
    fault: Fault
    at: int = 0
    calls: int = 0
    failed: list[str] = field(default_factory=list)
    wants_fsync: bool = False
    _is_mended: bool = False
    _lock: Any = field(default_factory=RLock)

    def arm(self, at: int) -> None:
        """From now on counted anew: the call with this number fails."""
        self.at, self.calls, self.failed, self._is_mended = at, 0, [], False

    def mend(self) -> None:
        """From now on everything works."""
        self._is_mended = True

    def at_every_call(self, step: Callable[[], None], at_most: int | None = None) -> int:
        """Does the step again and again, each time with the next call failing, until none is left
        to fail; how many there were.

        step: does one thing, and again what of it was not done. at_most: where there are more
        calls, about so many of them, spread evenly.
        """
        stride = 1.0
        if at_most is not None:
            self.arm(0)
            step()
            stride = max(stride, self.calls / at_most)
        for number in count():
            self.arm(1 + int(number * stride))
            step()
            if not self.failed:
                return number
        raise AssertionError("count has no end")

    @contextmanager
    def watched(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch, SqliteLayer.watched_by(self):
            self._patch_os(patch)
            self._patch_open(patch)
            yield

    def sqlite_calls(self, what: str, path: Path) -> int:
        return self.fault.as_sqlite_says[what] if self._fails(what, path) else 0

    def sqlite_synced(self, path: Path) -> None:
        return None

    def check(self, what: str, path: Path) -> None:
        """Raises OSError when it is the turn of this call."""
        if self._fails(what, path):
            raise OSError(self.fault.number, os.strerror(self.fault.number), str(path))

    def _fails(self, what: str, path: Path) -> bool:
        if self._is_mended or what not in self.fault.of or not path.is_relative_to(self.root):
            return False
        with self._lock:
            self.calls += 1
            is_hit = self.calls == self.at or (self.fault.stays and 0 < self.at < self.calls)
            if not is_hit:
                return False
            self.failed.append(f"{what} {path.name}")
            return True

    def _patch_os(self, patch: pytest.MonkeyPatch) -> None:
        """The first argument is a path or a descriptor, and nothing has been done yet."""
        for name, what in (
            ("open", "open"),
            ("ftruncate", "truncate"),
            ("mkdir", "mkdir"),
            ("replace", "rename"),
            ("rename", "rename"),
            ("unlink", "delete"),
        ):
            patch.setattr(os, name, self._checked(getattr(os, name), what))
        patch.setattr(os, "fsync", self._checked(lambda _: None, "fsync"))
        write = os.write

        def half_written(descriptor: int, data: Any) -> int:
            try:
                self.check("write", _path_of(descriptor))
            except OSError:
                write(descriptor, memoryview(data)[: len(data) // 2])
                raise
            return write(descriptor, data)

        patch.setattr(os, "write", half_written)

    def _checked(self, original: Callable[..., Any], what: str) -> Callable[..., Any]:
        def checked(first: Any, *rest: Any, **named: Any) -> Any:
            self.check(what, _path_of(first))
            return original(first, *rest, **named)

        return checked

    def _patch_open(self, patch: pytest.MonkeyPatch) -> None:
        original = io.open

        def checked(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
            path = _path_of(file)
            self.check("open", path)
            made = original(file, mode, *rest, **named)
            return _FileOnIt(made, self, path)

        patch.setattr(io, "open", checked)
        patch.setattr(builtins, "open", checked)


class _FileOnIt:
    """A file that cannot be read, or whose writing may stop half-way."""

    def __init__(self, file: Any, disk: FailingDisk, path: Path) -> None:
        self._file, self._disk, self._path = file, disk, path

    def read(self, *size: int) -> Any:
        self._disk.check("read", self._path)
        return self._file.read(*size)

    def write(self, data: Any) -> int:
        try:
            self._disk.check("write", self._path)
        except OSError:
            self._file.write(data[: len(data) // 2])
            raise
        return int(self._file.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _FileOnIt:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _path_of(place: Any) -> Path:
    if isinstance(place, int):
        return Path(f"/proc/self/fd/{place}").readlink()
    return Path(os.fsdecode(place))
