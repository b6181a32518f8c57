"""Chromium as a phone has it: its screen, touch, place and camera, with and without a profile."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Playwright

from tests.bundle.chromium import CHROMIUM, OPTIONS, SELDOM_PAINTED
from tests.journeys.field_phone import SEE_MS, FieldPhone

SIZE = {"width": 412, "height": 915}
KIRSEBERGS_TORG = {"latitude": 55.6110, "longitude": 13.0320, "accuracy": 8}
STARTS_UNTIL_COMPILED_CODE_IS_KEPT = 3
KEEPS_CODE_AFTER_MS = 3000
_FORGOTTEN = """async () => {
    const top = await navigator.storage.getDirectory();
    const names = [];
    for await (const name of top.keys()) names.push(name);
    for (const name of names) {
        for (let tries = 50; ; tries--) {  // the worker of the page before is still going away
            try { await top.removeEntry(name, {recursive: true}); break; }
            catch (error) { if (!tries) throw error; }
            await new Promise((done) => setTimeout(done, 200));
        }
    }
    for (const {name} of await indexedDB.databases()) indexedDB.deleteDatabase(name);
    localStorage.clear();
    return true;
}"""
"""Each phone makes an id of its own: two with the same would be one."""


@contextmanager
def field_phone(
    playwright: Playwright,
    url: str,
    profile: Path,
    *,
    offline: bool = False,
    locale: str = "sv-SE",
    every_frame: bool = False,
    first_visit: bool = False,
) -> Iterator[FieldPhone]:
    """A profile on disk, as a person's own browser has: a window without one forgets.

    every_frame: for what measures how long something takes; see SELDOM_PAINTED. first_visit: the
    browser has never been there. Else a new profile has the app already, and nothing of anybody.
    """
    _needed()
    if not (first_visit or profile.exists()):
        shutil.copytree(_visited(playwright, url), profile, symlinks=True)
    with _window(playwright, profile, locale) as context:
        context.set_offline(offline)
        if not every_frame:
            context.add_init_script(SELDOM_PAINTED)
        yield FieldPhone(context=context, page=context.pages[0], url=url, profile=profile)


@contextmanager
def _window(playwright: Playwright, profile: Path, locale: str) -> Iterator[BrowserContext]:
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=CHROMIUM,
        args=list(OPTIONS),
        **{**_AS_A_PHONE, "locale": locale},
    )
    try:
        context.set_default_timeout(SEE_MS)
        yield context
    finally:
        _close(context)


def _visited(playwright: Playwright, url: str) -> Path:
    """A profile that has started the app of this address often enough to keep its compiled code.

    A start costs 2.7 s of processor time less with it, of 7.2.
    """
    profile = _profiles() / url.rpartition(":")[2]
    if profile.exists():
        return profile
    unfinished = profile.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    with _window(playwright, unfinished, "sv-SE") as context:
        page = context.pages[0]
        phone = FieldPhone(context=context, page=page, url=url, profile=unfinished)
        phone.open()
        phone.offline_ready()
        for _ in range(STARTS_UNTIL_COMPILED_CODE_IS_KEPT - 1):
            page.wait_for_timeout(KEEPS_CODE_AFTER_MS)
            phone.reload()
        page.wait_for_timeout(KEEPS_CODE_AFTER_MS)
        page.goto(f"{url}/icons/rundan.svg")  # the same site, where the app is not open
        page.evaluate(_FORGOTTEN)
    unfinished.rename(profile)
    return profile


@cache
def _profiles() -> Path:
    folder = tempfile.mkdtemp(prefix="rundan-browser-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


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
