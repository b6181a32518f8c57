"""A phone with the field app, against a store in the same process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.central.a_store import AStore
from tests.central.conftest import migrated, store
from tests.field.a_phone import Phone

__all__ = ["migrated", "store"]


@pytest.fixture
def phone(store: AStore, tmp_path: Path) -> Iterator[Phone]:
    made = Phone(store=store, folder=tmp_path / "phone")
    yield made
    asyncio.run(made.end())


@pytest.fixture
def other(store: AStore, phone: Phone, tmp_path: Path) -> Iterator[Phone]:
    """The phone of somebody else on the same round, with a clock that agrees."""
    made = Phone(store=store, folder=tmp_path / "other", nickname="Uven", clock=phone.clock)
    yield made
    asyncio.run(made.end())
