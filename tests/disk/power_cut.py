"""A disk that forgets at a power cut what nobody asked it to write down.

What is durable of a file is its content at its last fsync, and of a folder its list of names at the
folder's last fsync: POSIX promises no more. So it is enough to watch fsync: at each one the disk
says what would be there if the power were cut just before it, in three ways: nothing that was not
synced arrived; everything did; some of it, as a coin decides per file and per folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from stat import S_ISDIR
from threading import RLock
from typing import Any

import pytest

from tests.disk.sqlite_layer import SqliteLayer

Arrived = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Cut:
    """folder: what the power cut left. promised: what had been acknowledged before it."""

    name: str
    folder: Path
    promised: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    inode: int
    is_folder: bool


@dataclass
class LossyDisk:
    """root: everything in it at the beginning is durable. into: where the cuts are put.

    every: a cut before each n-th fsync only. Within watched() fsync takes no time: nobody cuts
    the power of the machine that runs this.
    """

    root: Path
    into: Path
    every: int = 1
    syncs: int = 0
    cuts: list[Cut] = field(default_factory=list)
    wants_fsync: bool = True  # SQLite syncs folders as a part of it
    _promised: list[Any] = field(default_factory=list)
    _content: dict[int, bytes] = field(default_factory=dict)
    _names: dict[int, dict[str, _Entry]] = field(default_factory=dict)
    _held: list[int] = field(default_factory=list)
    _lock: Any = field(default_factory=RLock)

    @contextmanager
    def watched(self) -> Iterator[None]:
        for folder, _, files in os.walk(self.root):
            for path in (Path(folder), *(Path(folder, name) for name in files)):
                self._keep(path)
        real_fsync = os.fsync

        def fsync(descriptor: int) -> None:
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
            if not path.is_relative_to(self.root):
                real_fsync(descriptor)
                return
            self._cut(path)
            self._keep(path)

        with pytest.MonkeyPatch.context() as patch, SqliteLayer.watched_by(self):
            patch.setattr(os, "fsync", fsync)
            try:
                yield
                self._cut(self.root, is_last=True)
            finally:
                for descriptor in self._held:
                    os.close(descriptor)

    def promise(self, what: Any) -> None:
        """It has been acknowledged: from now on every cut must have it."""
        with self._lock:
            self._promised.append(what)

    def sqlite_calls(self, what: str, path: Path) -> int:
        if what == "fsync" and path.is_relative_to(self.root):
            self._cut(path)
        return 0

    def sqlite_synced(self, path: Path) -> None:
        if path.is_relative_to(self.root):
            self._keep(path)

    def _keep(self, path: Path) -> None:
        """From now on a cut finds this file, or this list of names, as it is."""
        with self._lock:
            held = self._hold(path)
            if held.is_folder:
                self._names[held.inode] = self._listing(path)
            else:
                self._content[held.inode] = path.read_bytes()

    def _hold(self, path: Path) -> _Entry:
        """Keeps the file open, so that its number is not given to another one."""
        descriptor = os.open(path, os.O_PATH | os.O_NOFOLLOW)
        self._held.append(descriptor)
        stat = os.fstat(descriptor)
        return _Entry(stat.st_ino, S_ISDIR(stat.st_mode))

    def _listing(self, folder: Path) -> dict[str, _Entry]:
        return {path.name: self._hold(path) for path in folder.iterdir()}

    def _cut(self, before: Path, *, is_last: bool = False) -> None:
        with self._lock:
            self.syncs += 1
            if self.syncs % self.every and not is_last:
                return
            coin = Random(self.syncs)
            ways: list[tuple[str, Arrived]] = [
                ("nothing", lambda: False),
                ("everything", lambda: True),
                ("some", lambda: coin.random() < 0.5),
            ]
            # nothing each time, the others by turns
            for name, arrived in ways if is_last else (ways[0], ways[1 + len(self.cuts) // 2 % 2]):
                folder = self.into / f"{self.syncs:04d}-{name}"
                folder.mkdir(parents=True)
                self._leave(folder, arrived)
                where = "at the end" if is_last else f"before fsync of {before.name}"
                cut = Cut(f"{folder.name} {where}", folder, tuple(self._promised))
                self.cuts.append(cut)

    def _leave(self, into: Path, arrived: Arrived) -> None:
        now = {path.lstat().st_ino: path for path in (self.root, *self.root.rglob("*"))}

        def fill(inode: int, folder: Path) -> None:
            names = self._names.get(inode, {})
            if inode in now and arrived():
                names = self._listing(now[inode])
            for name, entry in sorted(names.items()):
                target = folder / name
                if entry.is_folder:
                    target.mkdir()
                    fill(entry.inode, target)
                elif entry.inode in now and arrived():
                    target.write_bytes(now[entry.inode].read_bytes())
                else:
                    target.write_bytes(self._content.get(entry.inode, b""))

        fill(self.root.lstat().st_ino, into)
