"""Numbered moments at which a process can be made to die, without a hook in the product.

Counted is every step that leaves something behind: a statement that writes, a file that is opened
for writing, its bytes, fsync, rename, unlink, truncate, a request on its way. Each has a number
within what is being done: a verb of the walk, a request to the store. The process ends by SIGKILL
before the step it has been told, or with half of the bytes written.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import obstore

_READS = frozenset({"SELECT", "PRAGMA", "EXPLAIN"})
_STEPS_OF_OS = ("fsync", "ftruncate", "replace", "rename", "unlink", "remove", "mkdir")
_write, _open, _close = os.write, os.open, os.close


@dataclass(slots=True)
class _Place:
    name: str
    passed: int = 0


_PLACE: ContextVar[_Place] = ContextVar("place")
"""What is being done. Threads that help with it have it too; others are `_aside`."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Step:
    """The number-th step, from 1, each time that `place` is entered. kind: what happens there."""

    place: str
    number: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """Where a process dies: at step `die_at`, from 1; 0 is nowhere.

    place: counts only there, anew each time. kind: counts only steps of that kind. after_s: not
    there but so long after, whatever runs then.
    """

    die_at: int = 0
    after_s: float = 0.0
    kind: str = ""
    place: str = ""


class FaultPoints:
    """notes: a file that gets one line of JSON per death. Threads may pass at the same time."""

    def __init__(self, notes: Path) -> None:
        self._notes = notes
        self._turn = threading.Lock()
        self._blows: Sequence[Blow] = ()
        self._aside = _Place("aside")
        self.passed: list[Step] = []

    def arm(self, blows: Sequence[Blow]) -> None:
        """Counts anew; dies of whichever it meets first."""
        self._blows, self.passed = blows, []

    def enters(self, place: str) -> None:
        _PLACE.set(_Place(place))

    def passes(self, kind: str) -> None:
        blow = self.is_last(kind)
        if blow is not None:
            self.die(kind, blow)

    def is_last(self, kind: str) -> Blow | None:
        """What there is to `die` of."""
        with self._turn:
            place = _PLACE.get(self._aside)
            place.passed += 1
            self.passed.append(Step(place=place.name, number=place.passed, kind=kind))
            met = [blow for blow in self._blows if self._number(blow) == blow.die_at]
        for blow in met:
            if not blow.after_s:
                return blow
            threading.Thread(target=self._die_later, args=[kind, blow], daemon=True).start()
        return None

    def die(self, kind: str, blow: Blow) -> None:
        note(self._notes, {"at": kind, **asdict(blow)})
        os.kill(os.getpid(), signal.SIGKILL)

    def _number(self, blow: Blow) -> int:
        """Of the step that was just passed; -1 when it is none that the blow counts."""
        at = self.passed[-1]
        if blow.place:
            return at.number if at.place == blow.place else -1
        if blow.kind:
            is_counted = at.kind == blow.kind
            return sum(one.kind == blow.kind for one in self.passed) if is_counted else -1
        return len(self.passed)

    def _die_later(self, kind: str, blow: Blow) -> None:
        time.sleep(blow.after_s)
        self.die(f"after {kind}", blow)


def blows_of(raw: Sequence[Mapping[str, Any]]) -> list[Blow]:
    return [Blow(**one) for one in raw]


def note(file: Path, what: dict[str, Any]) -> None:
    """One line that stays when the process dies right after, and that counts as no step."""
    descriptor = _open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    _write(descriptor, (json.dumps(what) + "\n").encode())
    _close(descriptor)


def noted(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def count_steps(points: FaultPoints, folder: Path) -> None:
    """From now on every lasting step of this process passes `points`."""
    _count_statements(points)
    _count_opening(points, str(folder))
    _count_writing(points)
    for name in _STEPS_OF_OS:
        setattr(os, name, _counted(points, name, getattr(os, name)))
    obstore.put = _counted(points, "write", obstore.put)


def _counted(points: FaultPoints, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*args: Any, **named: Any) -> Any:
        points.passes(name)
        return act(*args, **named)

    return counted


def _count_statements(points: FaultPoints) -> None:
    connect = sqlite3.connect

    def trace(statement: str) -> None:
        word = statement.split(None, 1)[0].upper()
        if word not in _READS:
            points.passes(f"sql {word}")

    def connected(*args: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*args, **named)
        connection.set_trace_callback(trace)
        return connection

    for module in (sqlite3, sqlite3.dbapi2):
        module.connect = connected


def _count_opening(points: FaultPoints, folder: str) -> None:
    """Only files of the product's own folder: Python opens others too."""
    open_file, open_descriptor = io.open, os.open

    def opened(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
        is_ours = set(mode) & set("wax+") and str(file).startswith(folder)
        if not is_ours:
            return open_file(file, mode, *args, **named)
        points.passes("open")
        return _CountedFile(points, open_file(file, mode, *args, **named))

    def descriptor_of(path: Any, flags: int, *args: Any, **named: Any) -> int:
        if flags & os.O_CREAT and str(path).startswith(folder):
            points.passes("open")
        return open_descriptor(path, flags, *args, **named)

    io.open = opened
    os.open = descriptor_of


def _count_writing(points: FaultPoints) -> None:
    def written(descriptor: int, data: Any) -> int:
        blow = points.is_last("write")
        if blow is not None:
            _write(descriptor, memoryview(data)[: len(data) // 2])
            points.die("half a write", blow)
        return _write(descriptor, data)

    os.write = written


class _CountedFile:
    def __init__(self, points: FaultPoints, file: Any) -> None:
        self._points, self._file = points, file

    def __enter__(self) -> _CountedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: Any) -> int:
        blow = self._points.is_last("write")
        if blow is not None:
            self._file.write(data[: len(data) // 2])
            self._file.flush()
            self._points.die("half a write", blow)
        return int(self._file.write(data))
