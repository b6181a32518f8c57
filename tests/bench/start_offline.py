"""A start without a network: seconds from asking for the page until a tap has an effect.

`python -m tests.bench.start_offline [--dir build/web] [--button NAME] [--runs 3]` prints the
median as `start_offline_s`, then the points of that start in the order they came.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page

from tests.bundle.chromium import phone_browser, wait_until_kept
from tests.bundle.served import served

SEMANTICS = "() => document.querySelector('flt-semantics-host').innerHTML"
POLL_S = 0.01
EFFECT_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One start. marks_ms: point → milliseconds since the page was asked for."""

    seconds: float
    marks_ms: dict[str, int]


def measure(directory: Path, button: str | None, runs: int) -> Start:
    """The median start; every run is in a page of its own, after one visit with a network."""
    with phone_browser(every_frame=True) as browser:
        with served(directory) as site:
            page = browser.pages[0]
            page.goto(site.url)
            _button(page, button).wait_for()
            wait_until_kept(page)
            browser.set_offline(True)
        # From here on there is no server either.
        starts = [_one_start(browser, site.url, button) for _ in range(runs)]
    return sorted(starts, key=lambda start: start.seconds)[len(starts) // 2]


def _button(page: Page, name: str | None) -> Locator:
    return page.get_by_role("button", name=name).first if name else page.get_by_role("button").first


def _one_start(browser: BrowserContext, url: str, name: str | None) -> Start:
    for old in browser.pages[1:]:
        old.close()
    browser.pages[0].goto("about:blank")
    page = browser.new_page()
    started = time.monotonic()
    page.goto(url, wait_until="commit")
    button = _button(page, name)
    button.wait_for()
    before = page.evaluate(SEMANTICS)
    button.click()
    _wait_for_change(page, before)
    seconds = time.monotonic() - started
    return Start(seconds=seconds, marks_ms=page.evaluate("() => globalThis.rundanMarks"))


def _wait_for_change(page: Page, before: str) -> None:
    deadline = time.monotonic() + EFFECT_TIMEOUT_S
    while page.evaluate(SEMANTICS) == before:
        if time.monotonic() > deadline:
            raise TimeoutError("the tap had no effect")
        time.sleep(POLL_S)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path("build/web"))
    parser.add_argument("--button", default=None, help="what is tapped, the first one if left out")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args(arguments)
    start = measure(given.dir, given.button, given.runs)
    print(f"start_offline_s {start.seconds:.2f} s")  # noqa: T201
    for name, at_ms in sorted(start.marks_ms.items(), key=lambda item: item[1]):
        print(f"start_offline_s.{name} {at_ms / 1000:.2f} s")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
