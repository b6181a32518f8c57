"""A phone with the field app in Chromium, used as a person uses it: by what is on the screen."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
START_MS = 60_000
SEE_MS = 20_000
OFFLINE_READY = "html[data-offline=ready]"
KIRSEBERGS_TORG = {"latitude": 55.6110, "longitude": 13.0320, "accuracy": 8}


@dataclass
class FieldPhone:
    context: BrowserContext
    page: Page
    url: str

    def open(self, path: str = "/") -> None:
        self.page.goto(self.url + path)
        self.wait_for_app()

    def wait_for_app(self) -> None:
        self.page.wait_for_selector("flt-semantics", state="attached", timeout=START_MS)

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name)

    def tap(self, name: str | re.Pattern[str]) -> None:
        found = self.button(name).first
        found.wait_for(state="attached", timeout=SEE_MS)
        found.scroll_into_view_if_needed()
        found.tap(timeout=SEE_MS)

    def fill(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label).last
        field.click(timeout=SEE_MS)
        self.page.keyboard.type(text, delay=10)

    def sees(self, text: str | re.Pattern[str], timeout_ms: int = SEE_MS) -> None:
        """Whatever is painted is in the accessibility tree, as a label or as text."""
        deadline = time.monotonic() + timeout_ms / 1000
        wanted = re.compile(re.escape(text)) if isinstance(text, str) else text
        while True:
            shown = self.screen_text()
            if wanted.search(shown):
                return
            assert time.monotonic() < deadline, f"{wanted.pattern!r} is not on the screen:\n{shown}"
            time.sleep(0.1)

    def does_not_see(self, text: str) -> None:
        assert text not in self.screen_text()

    def screen_text(self) -> str:
        found = self.page.evaluate(_SCREEN_TEXT)
        return "\n".join(found)

    def offline_ready(self) -> None:
        self.page.wait_for_selector(OFFLINE_READY, state="attached", timeout=START_MS)

    def offline(self) -> None:
        self.context.set_offline(True)

    def online(self) -> None:
        self.context.set_offline(False)

    def enrol(self, code: str, nickname: str = "Räven") -> None:
        self.open(f"/#/anslut/{code}")
        self.sees("Välkommen till Rundan")
        self.fill("Smeknamn", nickname)
        self.tap("Börja")
        self.sees(f"Hej {nickname}!")

    def start_round(self, kind: str = "Inspektionsrunda") -> None:
        self.tap(kind)
        self.tap("Starta")
        self.sees("Vad är det?")

    def pick_photo(self, path: Path) -> None:
        with self.page.expect_file_chooser(timeout=SEE_MS) as chooser:
            self.tap("Välj bild")
        chooser.value.set_files(path)


@contextmanager
def field_phone(url: str, profile: Path, *, offline: bool = False) -> Iterator[FieldPhone]:
    """A profile on disk, as a person's own browser has: a window without one forgets."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=CHROMIUM,
            args=list(OPTIONS),
            viewport={"width": 412, "height": 915},
            has_touch=True,
            is_mobile=True,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            geolocation=KIRSEBERGS_TORG,
            permissions=["geolocation", "camera"],
        )
        context.set_default_timeout(SEE_MS)
        context.set_offline(offline)
        try:
            yield FieldPhone(context=context, page=context.pages[0], url=url)
        finally:
            context.close()


_SCREEN_TEXT = """() => {
    const found = [];
    for (const host of document.querySelectorAll("flt-semantics-host")) {
        for (const node of host.querySelectorAll("*")) {
            const label = node.getAttribute("aria-label");
            if (label) found.push(label);
            if (node.value) found.push(node.value);
            for (const child of node.childNodes) {
                if (child.nodeType === 3 && child.textContent.trim()) found.push(child.textContent);
            }
        }
    }
    return found;
}"""
