"""A private window is told that it forgets, before anything is recorded in it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright

from tests.journeys.phone_browser import field_phone, private_phone
from tests.journeys.running_store import running_store

FORGETS = "Det här är ett privat fönster. Det glömmer allt när du stänger det."


def test_a_private_window_is_told_and_an_ordinary_one_is_not(
    tmp_path: Path, playwright: Playwright
) -> None:
    with running_store(tmp_path) as store:
        with private_phone(playwright, store.url) as phone:
            phone.open(f"/#/anslut/{store.code}")
            phone.skip_pictures()
            phone.sees(FORGETS)
            phone.photograph_screen("51-privat-fonster")
            phone.fill("Smeknamn", "Räven")
            phone.tap("Börja")
            phone.sees("Hej Räven!")
            phone.sees(FORGETS)
        with field_phone(playwright, store.url, tmp_path / "profile") as phone:
            phone.open(f"/#/anslut/{store.code}")
            phone.skip_pictures()
            phone.sees("Välkommen till Rundan")
            assert FORGETS not in phone.screen_text()
