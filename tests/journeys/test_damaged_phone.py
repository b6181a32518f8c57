"""A phone whose database is no database any more saves what it can, and starts over as itself."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright

from tests.journeys.a_refusal import DAMAGE
from tests.journeys.environment import PHOTOS
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import running_store

PHOTO = PHOTOS / "HMD_Nokia_8.3_5G.jpg"


def test_a_damaged_phone_saves_what_it_can_and_starts_over_as_itself(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.enrol(store.code)
        phone.start_round()
        phone.sees("Allt är skickat")
        phone.offline_ready()
        phone.offline()
        phone.record(PHOTO, "Belysning")
        phone.page.route("**/api/v1/sync", lambda route: route.abort())
        phone.online()
        phone.page.goto(f"{store.url}/icons/rundan.svg")
        assert "rundan.db" in phone.page.evaluate(DAMAGE)
        phone.open()
        phone.sees("Rundan kan inte läsa allt på telefonen")
        # the round goes again, too: whether it was sent, the phone can no longer tell
        phone.sees("Ändringar: 3. Bilder: 1.")
        with phone.page.expect_download():
            phone.tap("Rädda det som går")
        phone.photograph_screen("75-skadat-raddat")
        phone.tap("Börja om")
        phone.sees("Vad är det?")
        phone.tap("Lista")
        phone.sees("Belysning")
        phone.page.unroute("**/api/v1/sync")
        phone.asks_until_it_sees("Allt är skickat")
