"""A store of its own for every test that asks for one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.central.engine import migrate
from tests.central.a_store import DATABASE, AStore


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / DATABASE
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def store(tmp_path: Path, migrated: Path) -> Iterator[AStore]:
    shutil.copy(migrated, tmp_path / DATABASE)
    opened = AStore(tmp_path)
    yield opened
    opened.close()
