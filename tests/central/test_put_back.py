"""A database put back from a copy is noticed, and one that was only started again is not."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sync.central.put_back import FILE, mark, put_back_name
from tests.central.a_store import DATABASE, AStore


def starts(store: AStore) -> str | None:
    store.restart()
    name = put_back_name(store.services.engine, store.folder)
    mark(store.services.engine, store.folder, os.urandom)
    return name


def stops(store: AStore) -> None:
    mark(store.services.engine, store.folder, os.urandom)


def copied(store: AStore, to: Path) -> Path:
    with (
        closing(sqlite3.connect(store.folder / DATABASE)) as database,
        closing(sqlite3.connect(to)) as copy,
    ):
        database.backup(copy)
    return to


def put_in_place(store: AStore, copy: Path) -> None:
    store.close()
    for old in store.folder.glob(f"{DATABASE}*"):
        old.unlink()
    shutil.copy(copy, store.folder / DATABASE)


def test_starting_and_stopping_is_no_copy_wherever_it_was_killed(
    store: AStore, tmp_path: Path
) -> None:
    file = tmp_path / FILE
    assert starts(store) is None, "of a release that made no marks"
    stops(store)
    assert starts(store) is None
    assert starts(store) is None, "killed, and started again"
    before = file.read_text()
    stops(store)
    file.write_text(before)
    assert starts(store) is None, "killed before the file was written"


def test_a_copy_is_noticed_once_beside_the_file_and_in_another_folder(
    store: AStore, tmp_path: Path
) -> None:
    starts(store)
    copy = copied(store, tmp_path / "copy")
    stops(store)
    put_in_place(store, copy)
    first = starts(store)
    assert first is not None and starts(store) == first
    stops(store)
    put_in_place(store, copy)
    second = starts(store)
    assert second not in (None, first), "a phone that knows of the first hears of the second"
    (tmp_path / FILE).unlink()
    assert starts(store) not in (None, first, second)
    (tmp_path / FILE).write_bytes(b"\xff\xfe no mark")
    assert starts(store) not in (None, first, second)
    put_in_place(store, copy)
    assert starts(store) not in (None, first, second)
