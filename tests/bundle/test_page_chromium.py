"""The built page in Chromium: it starts, also without a network, and tells what is wrong."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.bundle.build import build
from tests.bundle.chromium import phone_browser, wait_until_kept
from tests.bundle.conftest import hello_options
from tests.bundle.served import served

expect.set_options(timeout=30_000)


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    with phone_browser() as context:
        yield context


def count_once(page: Page) -> None:
    page.get_by_role("button", name="Räkna").click()
    expect(page.get_by_text("Antal: 1")).to_be_visible()


def test_the_page_starts_and_starts_again_without_a_network(
    hello_site: Path, browser: BrowserContext
) -> None:
    refused: list[str] = []
    with served(hello_site) as site:
        page = browser.pages[0]
        page.on("response", lambda answer: refused.append(answer.url) if not answer.ok else None)
        page.goto(f"{site.url}/#/anslut/ABC123")
        count_once(page)
        expect(page.get_by_text("Väg: /anslut/ABC123")).to_be_visible()
        wait_until_kept(page)
        assert [path for path in site.asked if "notosansarabic" in path]  # the phone is in Swedish
        large_twice = {p: n for p, n in site.asked.items() if p.startswith("/v/") and n > 1}
        assert large_twice == {}
        browser.set_offline(True)
        page.goto(f"{site.url}/?igen#/anslut/XYZ789")
        count_once(page)
        expect(page.get_by_text("Väg: /anslut/XYZ789")).to_be_visible()
    assert refused == []


def says_sorry(app: ASGIApp, path: str) -> ASGIApp:
    """A proxy before the store, which gives a page of its own instead of this file."""

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        is_meant = scope["path"] == path
        await (HTMLResponse("Vi är snart tillbaka") if is_meant else app)(scope, receive, send)

    return proxy


def test_a_page_of_a_proxy_is_never_kept_as_a_file_of_the_app(
    hello_site: Path, browser: BrowserContext
) -> None:
    (font,) = hello_site.glob(
        "v/*/assets/fonts/notosansarabic/**/*.woff2"
    )  # which the page itself does not ask for
    address = f"/{font.relative_to(hello_site).as_posix()}"
    with served(hello_site) as site:
        site.app = says_sorry(site.app, address)
        page = browser.pages[0]
        page.goto(site.url)
        count_once(page)
        while not site.asked[address]:
            page.wait_for_timeout(50)
        site.serve(hello_site)
        page.reload()
        wait_until_kept(page)
        kept = page.evaluate(
            "async (path) => (await (await caches.match(path)).blob()).size", address
        )
        assert kept == font.stat().st_size


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("sv-SE", "Startar appen …"),
        ("ar", "يجري تشغيل التطبيق …"),
        ("en-GB", "Starting the app …"),
    ],
)
def test_the_start_screen_speaks_the_language_of_the_phone(
    hello_site: Path, locale: str, said: str
) -> None:
    with served(hello_site) as site, phone_browser(locale=locale) as browser:
        page = browser.pages[0]
        page.route("**/pyodide.asm.wasm", lambda route: None)  # never answered: it stays there
        page.goto(site.url, wait_until="commit")
        page.wait_for_selector("flt-semantics-host", state="attached")  # Flutter runs
        expect(page.get_by_role("status")).to_have_text(said)
        expect(page.locator("html")).to_have_attribute("lang", locale.split("-")[0])


def test_nothing_is_asked_of_another_host(hello_site: Path, browser: BrowserContext) -> None:
    left: list[str] = []
    with served(hello_site) as site:
        page = browser.pages[0]
        page.on("requestfinished", lambda request: left.append(request.url))
        page.goto(site.url)
        count_once(page)
        assert [url for url in left if not url.startswith((site.url, "blob:", "data:"))] == []


def test_python_is_handed_the_picture_a_person_picks(
    hello_site: Path, browser: BrowserContext
) -> None:
    with served(hello_site) as site:
        page = browser.pages[0]
        page.goto(site.url)
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Välj bild").click()
        chooser.value.set_files(
            {"name": "bild.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 1_234_567}
        )
        expect(page.get_by_text("Fil: 1234567")).to_be_visible()


def test_a_new_version_is_taken_at_the_next_start(
    hello_site: Path, browser: BrowserContext, tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    build(hello_options(newer, entry="hello_app.newer"))
    live = tmp_path / "live"
    shutil.copytree(hello_site, live)
    with served(live) as site:
        page = browser.pages[0]
        page.goto(site.url)
        count_once(page)
        wait_until_kept(page)
        site.serve(newer)
        page.reload()
        count_once(page)
        page.wait_for_selector("html[data-update=ready]", state="attached")
        page.reload()
        page.get_by_role("button", name="Den nya").wait_for()
        wait_until_kept(page)
        browser.set_offline(True)
        page.reload()
        page.get_by_role("button", name="Den nya").wait_for()


def test_a_start_that_fails_says_so_and_offers_another_try(
    browser: BrowserContext, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    build(hello_options(broken, entry="hello_app.broken"))
    with served(broken) as site:
        page = browser.pages[0]
        page.goto(site.url)
        expect(page.get_by_text("Rundan kunde inte starta")).to_be_visible()
        page.get_by_text("Visa felet").click()
        expect(page.get_by_text("RuntimeError: slut på minne")).to_be_visible()
        with page.expect_navigation():
            page.get_by_role("button", name="Försök igen").click()
