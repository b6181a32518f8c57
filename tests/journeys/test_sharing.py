"""What the page does with a file under its policy: shown, printed, saved and shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, Route

from app.field.protocol.page import page as protocol_page
from app.i18n import Words
from sync.central.static import PAGE_HEADERS
from tests.field.a_protocol import a_full_document
from tests.journeys.environment import ROOT
from tests.journeys.phone_browser import SIZE, chromium

URL = "http://127.0.0.1:9/"  # nothing listens there: every answer is the test's own
FILES = {
    "": (
        "text/html",
        '<!DOCTYPE html><title>Rundan</title><link rel="stylesheet" href="start.css">'
        '<script type="module" src="go.js"></script>',
    ),
    "go.js": (
        "text/javascript",
        'import * as sharing from "./sharing.js"; globalThis.sharing = sharing;',
    ),
}
FILE = """{ name: "protokoll.html", type: "text/html",
    content: new TextEncoder().encode(globalThis.html), title: "Protokoll", close: "Stäng",
    help: "Hjälp" }"""


@pytest.fixture
def opened(playwright: Playwright) -> Iterator[Page]:
    with chromium(playwright) as browser:
        context = browser.new_context(viewport=SIZE, accept_downloads=True)
        context.route("**/*", _answer)
        shown = context.new_page()
        shown.goto(URL)
        shown.wait_for_load_state("networkidle")
        shown.evaluate(
            "(html) => { globalThis.html = html; }", protocol_page(a_full_document(), Words("sv"))
        )
        yield shown


def _answer(route: Route) -> None:
    name = route.request.url.removeprefix(URL)
    kind, body = FILES.get(name) or (
        "text/css" if name.endswith(".css") else "text/javascript",
        (ROOT / "assets" / "web" / name).read_text(encoding="utf-8"),
    )
    route.fulfill(body=body, headers={**PAGE_HEADERS, "Content-Type": kind})


def asked(shown: Page, call: str) -> Any:
    return shown.evaluate(f"() => globalThis.sharing.{call}({FILE})")


def test_the_protocol_lies_over_the_app_until_it_is_closed(opened: Page) -> None:
    opened.evaluate(f"() => {{ globalThis.answer = globalThis.sharing.showPage({FILE}); }}")
    frame = opened.frame_locator("#shown-page iframe")
    frame.get_by_role("heading", level=1).wait_for()
    frame.get_by_role("link", name="Brister").click()
    assert frame.get_by_role("heading", name="Övriga brister").is_visible()
    opened.get_by_role("button", name="Stäng").click()
    assert opened.evaluate("() => globalThis.answer") == "done"
    assert opened.locator("#shown-page").count() == 0


def test_help_is_one_press_away_over_the_protocol(opened: Page) -> None:
    """At the largest letters too, and large enough for a glove."""
    opened.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    opened.evaluate(f"() => {{ globalThis.answer = globalThis.sharing.showPage({FILE}); }}")
    for name in ("Stäng", "Hjälp"):
        box = opened.get_by_role("button", name=name).bounding_box()
        assert box is not None and box["height"] >= 48 and box["width"] >= 48
        assert box["x"] >= 0 and box["x"] + box["width"] <= SIZE["width"]
    opened.get_by_role("button", name="Hjälp").click()
    assert opened.evaluate("() => globalThis.answer") == "help"
    assert opened.locator("#shown-page").count() == 0


def test_the_app_can_close_the_protocol_itself(opened: Page) -> None:
    opened.evaluate(f"() => {{ globalThis.answer = globalThis.sharing.showPage({FILE}); }}")
    opened.evaluate("() => globalThis.sharing.hidePage()")
    assert opened.evaluate("() => globalThis.answer") == "done"


def test_no_script_runs_in_what_is_shown(opened: Page) -> None:
    opened.evaluate(
        "() => { globalThis.html = '<script>parent.document.title = \"bad\"</script><p>hej'; }"
    )
    opened.evaluate(f"() => {{ globalThis.sharing.showPage({FILE}); }}")
    opened.frame_locator("#shown-page iframe").get_by_text("hej").wait_for()
    assert opened.title() == "Rundan"


def test_the_protocol_is_what_is_printed(opened: Page) -> None:
    """The print dialog itself is the browser's; what it is called on is ours."""
    opened.evaluate(
        """() => {
        const append = document.body.append.bind(document.body);
        globalThis.printed = new Promise((resolve) => {
            document.body.append = (frame) => {
                append(frame);
                frame.addEventListener("load", () => {
                    frame.contentWindow.print = () =>
                        resolve(frame.contentDocument.querySelector("h1").textContent);
                });
            };
        });
    }"""
    )
    assert asked(opened, "printPage") == "done"
    assert opened.evaluate("() => globalThis.printed") == "Trygghetsvandring: Kirseberg"


def test_a_file_is_saved_under_its_name(opened: Page) -> None:
    with opened.expect_download() as download:
        assert asked(opened, "saveFile") == "done"
    assert download.value.suggested_filename == "protokoll.html"
    assert download.value.path().read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("error", "answer"),
    [(None, "done"), ("AbortError", "changed_mind"), ("NotAllowedError", "press_again"),
     ("DataError", "not_here")],
)  # fmt: skip
def test_the_share_sheet_gets_the_file_and_its_answer_comes_back(
    opened: Page, error: str | None, answer: str
) -> None:
    opened.evaluate(
        """(error) => {
        navigator.canShare = ({ files }) => files[0].name === "protokoll.html";
        navigator.share = async ({ files, title }) => {
            globalThis.shared = [files[0].type, title, files[0].size > 1000];
            if (error) throw new DOMException("no", error);
        };
        Object.defineProperty(navigator, "userActivation", { value: { isActive: false } });
    }""",
        error,
    )
    assert asked(opened, "shareFile") == answer
    assert opened.evaluate("() => globalThis.shared") == ["text/html", "Protokoll", True]


def test_a_browser_without_a_share_sheet_says_so(opened: Page) -> None:
    opened.evaluate("() => { navigator.canShare = () => false; }")
    assert asked(opened, "shareFile") == "not_here"
