"""Two tabs on one phone: only one of them may write."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright

from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import running_store


def test_a_second_tab_says_so_and_takes_over_when_the_first_is_closed(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as first,
    ):
        first.enrol(store.code, "Räven")
        second = first.another_tab()
        second.open()
        second.sees("Rundan är redan öppen")
        second.sees("Inget har försvunnit.")
        second.photograph_screen("50-redan-oppen")
        second.tap("Försök igen")
        second.sees("Öppnar Rundan …")
        second.sees("Rundan är redan öppen")
        first.page.close()
        second.tap("Försök igen")
        second.sees("Hej Räven!")
