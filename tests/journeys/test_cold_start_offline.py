"""The browser has been closed, and there is neither network nor store: everything is there."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright

from tests.journeys.environment import PHOTOS
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import running_store


def test_the_app_starts_without_a_network_and_has_its_rounds_and_defects(
    tmp_path: Path, playwright: Playwright
) -> None:
    profile = tmp_path / "profile"
    with running_store(tmp_path) as store:
        with field_phone(playwright, store.url, profile, first_visit=True) as phone:
            phone.enrol(store.code)
            phone.start_round("Trygghetsvandring")
            phone.offline_ready()
            phone.offline()
            phone.record(PHOTOS / "landscape_6.jpg", "Klotter")
        store.stop()
        with field_phone(playwright, store.url, profile, offline=True) as phone:
            phone.open()
            phone.sees("Trygghetsvandring")
            phone.sees("1 väntar")
            phone.tap("Lista (1)")
            phone.sees("Bild: Klotter")
            phone.sees("På telefonen")
            phone.tap("Ny", exact=True)
            phone.record(PHOTOS / "landscape_3.jpg", "Belysning")
            phone.sees("Lista (2)")
            phone.tap("Till start")
            phone.sees("Pågår nu")
            phone.sees("2 väntar")
            phone.photograph_screen("52-start-utan-nat")
            phone.tap("Gå med")
            phone.sees("Lista (2)")
