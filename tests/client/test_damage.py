"""A database that is not whole any more is noticed, never silently replaced by an empty one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.device.storage.database import DURABLE
from app.device.storage.errors import StorageDamaged, database_errors
from sync.client.local_store import LocalStore
from tests.central.a_store import Clock


def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "rundan.db"
    file.write_bytes(os.urandom(16_384))
    before = file.read_bytes()
    with pytest.raises(StorageDamaged):
        LocalStore(str(file), pragmas=DURABLE, now=Clock(), guard=database_errors)
    assert file.read_bytes() == before
