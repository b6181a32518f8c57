"""The front door of the field app, as far as it can be opened without a browser."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.device.storage.native import NativeStorage
from app.field.models.app_model import AppModel, Phase
from app.field.models.pages_above import PagesAbove
from app.main import code_in, main


class DoorPage(SimpleNamespace):
    """As much of ft.Page as main touches; what is rendered is kept."""

    url = "http://store.test"
    width = 412
    session = SimpleNamespace()

    def update(self) -> None:
        """Nothing is painted here."""

    def render(self, screen: Callable[..., Any], model: AppModel, pages: PagesAbove) -> None:
        self.model = model

    async def push_route(self, path: str) -> None:
        await self.on_route_change(SimpleNamespace(route=path))


async def opened(monkeypatch: pytest.MonkeyPatch, folder: Path) -> tuple[DoorPage, AppModel]:
    monkeypatch.setenv("FLET_APP_STORAGE_DATA", str(folder))
    page = DoorPage()
    await main(page)  # type: ignore[arg-type]
    await page.model.open()
    return page, page.model


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://rundan.test/#/anslut/ABC234", "ABC234"),
        ("https://rundan.test/anslut/abc234/", "abc234"),
        ("https://rundan.test/?kod=ABC-234", "ABC234"),
        ("https://rundan.test/#/anslut/ABC234567", "ABC234"),
        ("https://rundan.test/", ""),
        ("https://rundan.test/#/runda/lista", ""),
        ("https://rundan.test/#/anslut/<b>x", "bx"),
    ],
)
def test_the_code_is_read_from_every_form_of_the_link(url: str, code: str) -> None:
    assert code_in(url) == code


def test_a_phone_that_nobody_knows_is_asked_for_a_code_in_swedish(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page, app = asyncio.run(opened(monkeypatch, tmp_path))
    assert app.phase is Phase.ENROL
    assert app.words.language == "sv"
    assert page.rtl is False
    assert page.title == "Rundan"


def test_a_phone_that_was_full_when_it_opened_opens_when_there_is_room(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was half open is let go: trying again must not say that Rundan is open elsewhere."""

    async def walk() -> None:
        with monkeypatch.context() as full:
            full.setattr(sqlite3, "connect", no_room)
            _, app = await opened(monkeypatch, tmp_path)
            assert (app.phase, app.blocked_by) == (Phase.BLOCKED, "app.storage_unavailable")
        await app.open()
        assert app.phase is Phase.ENROL, app.blocked_by

    asyncio.run(walk())


def no_room(*_: object, **__: object) -> sqlite3.Connection:
    """SQLite's own error for a database that cannot be made."""
    return real_connect("/proc/there/is/no/folder")


real_connect = sqlite3.connect


def test_a_second_start_in_the_same_folder_is_told_that_rundan_is_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def walk() -> None:
        first = NativeStorage(tmp_path)
        await first.open()
        _, app = await opened(monkeypatch, tmp_path)
        assert app.blocked_by == "app.already_open"
        await first.close()

    asyncio.run(walk())
