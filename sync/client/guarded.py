"""A connection on which reading tells of a broken disk in the storage's words, as writing does."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

_OF_THE_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}

Guard = Callable[[], AbstractContextManager[None]]


class GuardedCursor(sqlite3.Cursor):
    def __next__(self) -> Any:
        try:
            return super().__next__()
        except (sqlite3.Error, UnicodeDecodeError):  # not around every row: a list has thousands
            with _guard(self.connection):
                raise

    def fetchone(self) -> Any:
        with _guard(self.connection):
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        with _guard(self.connection):
            return super().fetchall()


class GuardedConnection(sqlite3.Connection):
    """guard: put around every statement; set right after connecting."""

    guard: Guard | None = None

    def cursor(self, factory: Any = GuardedCursor) -> Any:
        return super().cursor(factory)

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.cursor()  # sqlite3's own execute makes a plain one
        try:
            with _guard(self):
                return cursor.execute(*statement)
        except Exception:
            cursor.close()  # or the error's own traceback would keep the file locked after a close
            raise


def is_of_the_disk(error: Exception) -> bool:
    """The disk refused something; what the database holds is not in doubt."""
    told = error if isinstance(error, sqlite3.Error) else error.__cause__
    return getattr(told, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK


def _guard(connection: sqlite3.Connection) -> AbstractContextManager[None]:
    if isinstance(connection, GuardedConnection) and connection.guard is not None:
        return connection.guard()
    return nullcontext()
