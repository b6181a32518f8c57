"""The protocol's page in a browser: for screen readers, on a narrow screen, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

from app.field.protocol.page import page
from app.i18n import LANGUAGES, Words
from tests.field.a_protocol import a_full_document
from tests.journeys.environment import SCREENS
from tests.journeys.phone_browser import SIZE, chromium

AXE = files("axe_playwright_python").joinpath("axe.min.js")
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
ENLARGED = {"width": 206, "height": 457}
"""A phone's screen of 412 points at 200 % zoom."""
SCROLLED = """() => [...document.querySelectorAll("body *")]
    .filter((one) => /auto|scroll/.test(getComputedStyle(one).overflowX))
    .filter((one) => one.scrollWidth > one.clientWidth)
    .map((one) => one.outerHTML.slice(0, 200))"""
BREAKS = """() => [...document.querySelectorAll(".finding, figure, tr")]
    .filter((one) => getComputedStyle(one).breakInside !== "avoid").length"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium(playwright) as browser:
        yield browser


@pytest.fixture
def shown(browser: Browser, tmp_path: Path, language: str) -> Iterator[Page]:
    file = tmp_path / "protokoll.html"
    file.write_text(page(a_full_document(), Words(language)), encoding="utf-8")
    context = browser.new_context(viewport=SIZE, bypass_csp=True)  # axe is a script
    opened = context.new_page()
    opened.goto(file.as_uri())
    yield opened
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_wrong(shown: Page, language: str) -> None:
    shown.evaluate(AXE.read_text(encoding="utf-8"))
    for size in (SIZE, WIDE):
        shown.set_viewport_size(size)
        found = shown.evaluate("() => axe.run(document)")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    SCREENS.mkdir(parents=True, exist_ok=True)
    shown.set_viewport_size(SIZE)
    shown.screenshot(path=SCREENS / f"protocol-page-{language}.png", full_page=True)


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_nothing_has_to_be_scrolled_sideways(shown: Page, language: str) -> None:
    for size in (SIZE, NARROW, ENLARGED):
        shown.set_viewport_size(size)
        assert shown.evaluate("() => document.documentElement.scrollWidth") == size["width"]
        assert shown.evaluate(SCROLLED) == []


@pytest.mark.parametrize("language", ["sv"])
def test_on_a_phone_each_open_point_is_a_block_and_the_table_stays_one_for_screen_readers(
    shown: Page, language: str
) -> None:
    shown.set_viewport_size(SIZE)
    table = shown.locator("table.open").first
    boxes = [one.bounding_box() for one in table.locator("tbody tr").first.locator("th,td").all()]
    assert len(boxes) == 4 and len({box["x"] for box in boxes if box is not None}) == 1
    heads = _heard(shown, "table.open", "columnheader")
    assert heads == ["Nummer", "Vad", "Plats", "Stadens besked"]
    assert _heard(shown, "table.open", "rowheader") == ["A-4", "A-5"]


@pytest.mark.parametrize("language", ["sv"])
def test_on_a_wide_screen_and_on_paper_the_open_points_stand_in_columns(
    shown: Page, language: str
) -> None:
    cells = shown.locator("table.open").first.locator("tbody tr").first.locator("th,td")
    shown.set_viewport_size(WIDE)
    for media in ("screen", "print"):
        shown.emulate_media(media=media)
        tops = [box["y"] for box in (one.bounding_box() for one in cells.all()) if box is not None]
        assert len(tops) == 4 and len(set(tops)) == 1


@pytest.mark.parametrize("language", ["sv"])
def test_every_link_of_the_contents_can_be_hit_with_a_thumb(shown: Page, language: str) -> None:
    boxes = [one.bounding_box() for one in shown.locator("nav a").all()]
    assert boxes and all(box is not None and box["height"] >= 48 for box in boxes)


@pytest.mark.parametrize("language", ["sv"])
def test_the_numbers_on_the_map_can_be_read_on_a_phone(shown: Page, language: str) -> None:
    shown.set_viewport_size(NARROW)
    heights = [one.bounding_box() for one in shown.locator(".map .mark text").all()]
    assert heights and all(box is not None and box["height"] >= 9 for box in heights)


@pytest.mark.parametrize("language", ["sv"])
def test_on_paper_nothing_is_cut_in_two_and_the_links_are_text(shown: Page, language: str) -> None:
    shown.emulate_media(media="print")
    assert shown.evaluate(BREAKS) == 0
    assert not shown.locator("nav").is_visible()
    pdf = shown.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594" in pdf or b"/MediaBox [0 0 595" in pdf  # A4 in points


@pytest.mark.parametrize("language", ["sv"])
def test_no_script_runs_in_it_wherever_it_is_opened(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    html = page(a_full_document(), Words(language))
    attacked = html.replace("<footer>", "<script>document.title = 'bad'</script><footer>")
    file = tmp_path / "attacked.html"
    file.write_text(attacked, encoding="utf-8")
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(file.as_uri())
    assert opened.title() != "bad"
    context.close()


def _heard(shown: Page, first: str, role: str) -> list[str]:
    """The names of this role in the first such element, as the browser tells a screen reader."""
    session = shown.context.new_cdp_session(shown)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    inside = session.send("DOM.querySelector", {"nodeId": root, "selector": first})["nodeId"]
    found = session.send("Accessibility.queryAXTree", {"nodeId": inside, "role": role})["nodes"]
    return [str(one["name"]["value"]) for one in found]
