"""A Chromium with a phone's screen and a profile on disk, as a person's own browser has."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--no-first-run",
    "--use-fake-device-for-media-stream=fps=5",
    "--use-fake-ui-for-media-stream",
)
START_TIMEOUT_MS = 90_000
OFFLINE_READY = "html[data-offline=ready]"
"""The page says so itself; the security policy refuses Playwright's wait_for_function."""

SELDOM_PAINTED = """{
    const nextFrame = requestAnimationFrame.bind(globalThis);
    globalThis.requestAnimationFrame = (paint) => {
        globalThis.frameWantedAt = performance.now();
        return setTimeout(() => nextFrame((now) => paint(now * 6)), 60);
    };
    globalThis.cancelAnimationFrame = clearTimeout;
}"""
"""About twelve frames a second, as on a slow phone, and what moves is six times as soon at its end:
without a graphics card, painting sixty is most of what a journey costs.

frameWantedAt: when the page last had something to paint.
"""


@contextmanager
def phone_browser(*, every_frame: bool = False, locale: str = "sv-SE") -> Iterator[BrowserContext]:
    """every_frame: for what measures how long something takes; see SELDOM_PAINTED."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=list(OPTIONS),
            viewport={"width": 412, "height": 915},
            has_touch=True,
            is_mobile=True,
            locale=locale,
        )
        context.set_default_timeout(START_TIMEOUT_MS)
        if not every_frame:
            context.add_init_script(SELDOM_PAINTED)
        try:
            yield context
        finally:
            context.close()


def wait_until_kept(page: Page) -> None:
    """Returns when the service worker has all it needs to start without a network."""
    page.wait_for_selector(OFFLINE_READY, state="attached")
