"""While photos go up over a slow line, the app goes on answering who uses it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Playwright

from tests.bench.sync.link import Line, a_link
from tests.journeys.phone_browser import field_phone
from tests.journeys.phone_with_photos import FAST, begin_to_send, record_without_contact
from tests.journeys.running_store import running_store
from tests.journeys.store_records import photos_kept_by
from tests.journeys.tap_watch import TapWatch

PHOTOS = 3
SLOW = Line(bits_per_s=60_000, round_trip_s=0.3)
"""The photos together take some two minutes."""
UNDER_WAY, MORE = 40_000, 5_000
COUNTS = 6
SEND_MS = 60_000


def test_every_tap_is_answered_before_the_photos_on_their_way_are_there(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        a_link(store.url, FAST) as link,
        field_phone(playwright, link.url, tmp_path / "profile", first_visit=True) as phone,
    ):
        record_without_contact(phone, store, tmp_path, PHOTOS)
        watch = TapWatch(phone)
        begin_to_send(phone, link, SLOW, UNDER_WAY)
        before = link.counted.up
        for _ in range(COUNTS):
            watch.one_more_ms()
        watch.there_and_back_ms()
        phone.sees(f"Boende: {COUNTS}")
        assert photos_kept_by(store) == [], "a photo was there before the last answer"
        while link.counted.up < before + MORE:  # they were going all the time
            phone.page.wait_for_timeout(50)
        link.becomes(FAST)
        phone.sees("Allt är skickat", SEND_MS)
        assert len(photos_kept_by(store)) == PHOTOS
