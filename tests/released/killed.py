"""Migrates a database in a process that is killed before its k-th statement, for every k.

`python -m tests.released.killed phone|store FIXTURE FOLDER` leaves FOLDER/<k> as each kill left it,
and FOLDER/whole, which nobody killed. Every process is a fork of one that has imported everything.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from app.device.storage.database import DURABLE
from sync.central.engine import migrate, open_engine
from sync.client import local_store
from sync.client.local_store import LocalStore
from tests.central.a_store import Clock

UNSYNCED = "synchronous=OFF"
"""A process that is killed takes nothing of the system's with it: saves seconds of fsync."""

Trace = Callable[[str], None]


def migrate_phone(path: Path, trace: Trace) -> None:
    plain = sqlite3.connect

    def traced(*args: Any, **named: Any) -> sqlite3.Connection:
        connection = plain(*args, **named)
        connection.set_trace_callback(trace)
        return connection

    local_store.sqlite3.connect = traced  # type: ignore[assignment]
    LocalStore(str(path), pragmas=(*DURABLE, UNSYNCED), now=Clock()).close()


def migrate_store(path: Path, trace: Trace) -> None:
    engine = unsynced_engine(path)
    event.listen(engine, "connect", lambda raw, _: raw.set_trace_callback(trace))
    migrate(engine)
    engine.dispose()


def unsynced_engine(path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA {UNSYNCED}"))
    return engine


class KillAt:
    """Counts statements; kills this process before that one."""

    def __init__(self, number: int | None) -> None:
        self._left = number

    def __call__(self, _statement: str) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                os.kill(os.getpid(), signal.SIGKILL)


def was_killed(work: Callable[[], None]) -> bool:
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return False
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return True


def main(kind: str, fixture: Path, folder: Path) -> None:
    work = {"phone": migrate_phone, "store": migrate_store}[kind]
    if kind == "store":
        import alembic.command  # noqa: F401  (once, not in every fork)
    number = 0
    while True:
        path = folder / str(number)
        shutil.copyfile(fixture, path)
        if not was_killed(partial(work, path, KillAt(number))):
            path.rename(folder / "whole")
            return
        number += 1


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
