"""From a tap to its answer on the screen while photos go up over a mobile line.

`python -m tests.bench.tap_while_sending` uses the whole product in Chromium, as a phone: photos of
about 400 kB leave over 2 Mbit/s with a round trip of 80 ms, three at a time, while somebody counts
participants (each is saved) and goes from tab to tab. It prints the 95th percentile of the counts,
`tap_while_sending_ms`, then that of the tabs, which draw a whole screen; and both again once all is
sent: what is more than those is what the sending takes.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.sync.link import Line, a_link
from tests.journeys.field_phone import FieldPhone
from tests.journeys.phone_browser import field_phone
from tests.journeys.phone_with_photos import FAST, begin_to_send, record_without_contact
from tests.journeys.running_store import running_store
from tests.journeys.tap_watch import TapWatch

PHOTOS = 10
MOBILE = Line(bits_per_s=2_000_000, round_trip_s=0.08)
UNDER_WAY = 100_000
WARM_UP = 2
COUNTS = 4
ROUNDS_AT_REST = 12
BETWEEN_MS = 150
SENT = "Allt är skickat"
SEND_MS = 120_000


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        running_store(Path(name)) as store,
        a_link(store.url, FAST) as link,
        sync_playwright() as playwright,
        field_phone(
            playwright, link.url, Path(name) / "profile", every_frame=True, first_visit=True
        ) as phone,
    ):
        record_without_contact(phone, store, Path(name), PHOTOS)
        watch = TapWatch(phone)
        for _ in range(WARM_UP):
            Taps().go_on(phone, watch)
        before = link.counted.up
        begin_to_send(phone, link, MOBILE, UNDER_WAY)
        sending = Taps()
        while SENT not in phone.screen_text():
            sending.go_on(phone, watch)
        sent = link.counted.up - before
        phone.sees(SENT, SEND_MS)
        resting = Taps()
        for _ in range(ROUNDS_AT_REST):
            resting.go_on(phone, watch)
    _print(f"tap_while_sending_ms {_p95(sending.counts):.0f} ms")
    _print(f"tap_while_sending_ms.median {statistics.median(sending.counts):.0f} ms")
    _print(f"tap_while_sending_ms.worst {max(sending.counts):.0f} ms")
    _print(f"tap_while_sending_ms.tab {_p95(sending.tabs):.0f} ms")
    _print(f"tap_while_sending_ms.taps {len(sending.counts) + len(sending.tabs)} taps")
    _print(f"tap_while_sending_ms.sent {sent / 1000:.0f} kB")
    _print(f"tap_at_rest_ms {_p95(resting.counts):.0f} ms")
    _print(f"tap_at_rest_ms.tab {_p95(resting.tabs):.0f} ms")


@dataclass(slots=True)
class Taps:
    """Milliseconds of each, by what was tapped."""

    counts: list[float] = field(default_factory=list)
    tabs: list[float] = field(default_factory=list)

    def go_on(self, phone: FieldPhone, watch: TapWatch) -> None:
        self.counts += [watch.one_more_ms() for _ in range(COUNTS)]
        self.tabs += watch.there_and_back_ms()
        phone.page.wait_for_timeout(BETWEEN_MS)


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
