"""What a first visit costs: bytes that left the server until the app also works without a network.

`python -m tests.bench.page [--dir build/web] [--button NAME]` prints `page_mb` and the
largest files.
"""

import argparse
import sys
from pathlib import Path

from tests.bundle.chromium import phone_browser, wait_until_kept
from tests.bundle.served import served

LARGEST = 12
MEGA = 1_000_000


def measure(directory: Path, button: str | None) -> dict[str, int]:
    """Path → bytes on the wire, of the page, its workers and the service worker together."""
    with served(directory) as site, phone_browser(every_frame=True) as browser:
        page = browser.pages[0]
        page.goto(site.url)
        wanted = page.get_by_role("button", name=button) if button else page.get_by_role("button")
        wanted.first.wait_for()
        wait_until_kept(page)
        return dict(site.sent)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path("build/web"))
    parser.add_argument("--button", default=None, help="the first screen's button, any if left out")
    given = parser.parse_args(arguments)
    sent = measure(given.dir, given.button)
    print(f"page_mb {sum(sent.values()) / MEGA:.2f} MB")  # noqa: T201
    for path, size in sorted(sent.items(), key=lambda item: -item[1])[:LARGEST]:
        name = path.rpartition("/")[2] or path
        print(f"page_mb.{name} {size / MEGA:.3f} MB")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
