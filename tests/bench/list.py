"""From a tap on "Lista" to the first rows on the screen, with 2 000 observations in the round.

`python -m tests.bench.list` starts a store, fills a round from another phone, and measures in
Chromium with the app as it is built. It prints `list_first_screen_ms`, the median of the taps, and
what a refresh and a scroll to the end build.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from sync.domain.words import Category
from tests.central.a_store import a_jpeg
from tests.journeys.field_phone import FieldPhone
from tests.journeys.other_phone import OtherPhone, on_another_phone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import running_store

OBSERVATIONS = 2000
PICTURES = 40
TAPS = 7
DOWNLOAD_MS = 240_000

STOPWATCH = """() => {
    window.rowsSeen = {};
    const host = document.querySelector("flt-semantics-host");
    const look = () => {
        if (window.rowsSeen.tapped === undefined || window.rowsSeen.seen !== undefined) return;
        const names = [...host.querySelectorAll("[aria-label], flt-semantics")].map(
            (node) => (node.getAttribute("aria-label") || "") + node.textContent);
        if (names.some((name) => name.includes("nummer 1999"))) {
            window.rowsSeen.seen = performance.now();
        }
    };
    new MutationObserver(look).observe(
        host, {subtree: true, childList: true, attributes: true, characterData: true});
    addEventListener("pointerdown", () => {
        if (window.rowsSeen.armed) {
            window.rowsSeen.tapped = performance.now();
            window.rowsSeen.armed = false;
        }
    }, true);
}"""
TOOK = """() => {
    const {seen, tapped} = window.rowsSeen;
    return seen === undefined ? null : seen - tapped;
}"""


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        running_store(Path(name)) as store,
        sync_playwright() as playwright,
    ):
        on_another_phone(store.url, store.code, Path(name) / "other", _fill)
        with field_phone(playwright, store.url, Path(name) / "profile", every_frame=True) as phone:
            _begin(phone, store.code)
            times = [_tap(phone) for _ in range(TAPS)]
    _print(f"list_first_screen_ms {statistics.median(times):.0f} ms")
    _print(f"list_first_screen_ms.first {times[0]:.0f} ms")
    _print(f"list_first_screen_ms.worst {max(times):.0f} ms")


def _begin(phone: FieldPhone, code: str) -> None:
    """On the round, with all of it on the phone."""
    phone.enrol(code)
    phone.sees("Pågår nu", timeout_ms=DOWNLOAD_MS)
    phone.tap("Gå med")
    phone.sees(f"Lista ({OBSERVATIONS})", timeout_ms=DOWNLOAD_MS)
    phone.page.evaluate(STOPWATCH)


async def _fill(phone: OtherPhone) -> None:
    round_ = await phone.start_round()
    pictures = [a_jpeg() for _ in range(PICTURES)]
    categories = list(Category)
    for number in range(OBSERVATIONS):
        await phone.note(
            round_,
            category=categories[number % len(categories)],
            text=f"nummer {number}",
            picture=pictures[number % PICTURES],
        )


def _tap(phone: FieldPhone) -> float:
    """Milliseconds from the finger to the first rows; then back to the other tab."""
    page = phone.page
    page.evaluate("() => { window.rowsSeen = {armed: true}; }")
    phone.tap("Lista")
    took = None
    for _ in range(200):
        took = page.evaluate(TOOK)
        if took is not None:
            break
        page.wait_for_timeout(25)
    if took is None:
        raise SystemExit("no row was seen")
    phone.tap("Ny")
    phone.sees("Vad är det?")
    page.wait_for_timeout(500)
    return float(took)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
