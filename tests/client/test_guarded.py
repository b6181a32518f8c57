"""A disk that breaks while rows are read, whichever way they are read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sync.client.guarded import GuardedConnection, GuardedCursor


class InItsOwnWords(Exception):
    pass


@contextmanager
def guard() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise InItsOwnWords from error


@pytest.mark.parametrize("read", [list, next, GuardedCursor.fetchone, GuardedCursor.fetchall])
def test_a_row_that_cannot_be_read_is_told_in_the_storages_words(
    read: Callable[[Any], Any],
) -> None:
    def breaks(number: int) -> int:
        if number == 3:
            raise OSError
        return number

    connection = sqlite3.connect(":memory:", factory=GuardedConnection)
    connection.guard = guard
    connection.create_function("breaks", 1, breaks)
    cursor = connection.execute("SELECT breaks(value) FROM json_each('[1, 2, 3]')")
    assert next(cursor) == (1,)
    with pytest.raises(InItsOwnWords):
        read(cursor)
    connection.close()


def test_an_error_somebody_keeps_does_not_keep_a_closed_file_locked(tmp_path: Path) -> None:
    path = tmp_path / "rundan.db"
    sqlite3.connect(path).executescript(
        "CREATE TABLE kept (one UNIQUE); INSERT INTO kept VALUES (1)"
    )
    connection = sqlite3.connect(path, factory=GuardedConnection)
    connection.guard = guard
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    with pytest.raises(InItsOwnWords) as kept:
        connection.execute("INSERT INTO kept VALUES (1)")
    connection.close()
    other = sqlite3.connect(path, timeout=0)
    other.execute("INSERT INTO kept VALUES (2)")
    other.close()
    assert kept.tb is not None
