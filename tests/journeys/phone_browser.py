"""Chromium as a phone has it: its screen, touch, place and camera, with and without a profile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Playwright

from tests.bundle.chromium import CHROMIUM, OPTIONS, SELDOM_PAINTED
from tests.journeys.field_phone import SEE_MS, FieldPhone

SIZE = {"width": 412, "height": 915}
KIRSEBERGS_TORG = {"latitude": 55.6110, "longitude": 13.0320, "accuracy": 8}


@contextmanager
def field_phone(
    playwright: Playwright,
    url: str,
    profile: Path,
    *,
    offline: bool = False,
    locale: str = "sv-SE",
    every_frame: bool = False,
) -> Iterator[FieldPhone]:
    """A profile on disk, as a person's own browser has: a window without one forgets.

    every_frame: for what measures how long something takes; see SELDOM_PAINTED.
    """
    _needed()
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=CHROMIUM,
        args=list(OPTIONS),
        **{**_AS_A_PHONE, "locale": locale},
    )
    try:
        context.set_default_timeout(SEE_MS)
        context.set_offline(offline)
        if not every_frame:
            context.add_init_script(SELDOM_PAINTED)
        yield FieldPhone(context=context, page=context.pages[0], url=url, profile=profile)
    finally:
        _close(context)


@contextmanager
def private_phone(playwright: Playwright, url: str) -> Iterator[FieldPhone]:
    """A private window: what it keeps is gone when it is closed."""
    with chromium(playwright) as browser:
        context = browser.new_context(**_AS_A_PHONE)
        context.set_default_timeout(SEE_MS)
        context.add_init_script(SELDOM_PAINTED)
        yield FieldPhone(context=context, page=context.new_page(), url=url, profile=None)


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    _needed()
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
    try:
        yield browser
    finally:
        browser.close()


def _needed() -> None:
    if not Path(CHROMIUM).is_file():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install -y chromium")


def _close(context: BrowserContext) -> None:
    """A browser that was killed on purpose is closed already, and says so."""
    try:
        context.close()
    except Error as error:
        if "closed" not in str(error):
            raise


_AS_A_PHONE = {
    "viewport": SIZE,
    "has_touch": True,
    "is_mobile": True,
    "locale": "sv-SE",
    "timezone_id": "Europe/Stockholm",
    "geolocation": KIRSEBERGS_TORG,
    "permissions": ["geolocation", "camera"],
}
