"""A coordinator at the office's page, in a browser on a desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page, Playwright, expect

from tests.journeys.environment import SCREENS
from tests.journeys.keyboard import type_into
from tests.journeys.phone_browser import chromium

SEE_MS = 45_000
NAME = "samordnare"
LOOKED = "Jag har tittat"
FADES_IN_MS = 400
"""A dialog is in the accessibility tree before it can be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDesk:
    page: Page

    def log_in(self, url: str, password: str) -> None:
        self.page.goto(f"{url}/kontor/")
        type_into(self.page, self.page.get_by_label("Namn"), NAME)
        type_into(self.page, self.page.get_by_label("Lösenord"), password)
        self.page.keyboard.press("Enter")
        self.page.get_by_role("button", name=re.compile("^Att granska")).first.wait_for()

    def open_defect(self, of: str) -> None:
        """of: what its line in the list has in it: the category or the text."""
        self.page.get_by_role("button", name=of).first.click()
        self.page.get_by_role("button", name="Godkänn och skicka").wait_for()

    def approve(self) -> None:
        self.page.get_by_role("button", name="Godkänn och skicka").first.click()

    def is_asked_before_the_first_send(self) -> None:
        self.page.get_by_role("button", name=LOOKED).wait_for()
        self.page.wait_for_timeout(FADES_IN_MS)

    def confirm_first_send(self) -> None:
        self.page.get_by_role("button", name=LOOKED).click()

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).last).to_be_attached(timeout=SEE_MS)

    def photograph_screen(self, name: str) -> None:
        """For people to look at: build/screens/name.png."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}.png")


@contextmanager
def office_desk(playwright: Playwright) -> Iterator[OfficeDesk]:
    with chromium(playwright) as browser:
        context = browser.new_context(
            viewport={"width": 1280, "height": 800},
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
        )
        context.set_default_timeout(SEE_MS)
        yield OfficeDesk(page=context.new_page())
