"""A phone on a round that has photos to send and is about to get a slow line."""

from __future__ import annotations

from pathlib import Path

from tests.bench.sync.link import Line, Link
from tests.central.a_store import a_jpeg
from tests.journeys.field_phone import FieldPhone
from tests.journeys.running_store import RunningStore

FAST = Line(round_trip_s=0.001)
"""For the first load of the app; not a line without any limits, whose sockets hold far more."""
PHOTO_PX = (960, 720)
"""Of noise: about 400 kB once the app has made it ready."""


def record_without_contact(
    phone: FieldPhone, store: RunningStore, folder: Path, photos: int
) -> None:
    """Enrols, and records that many defects with a photo each; then shows the round's own page."""
    phone.enrol(store.code)
    phone.start_round()
    phone.offline_ready()
    phone.offline()
    for number in range(photos):
        path = folder / f"{number}.jpg"
        path.write_bytes(a_jpeg(*PHOTO_PX))
        phone.record(path, "Belysning")
        phone.sees("Vad är det?")
    phone.tap("Rundan", exact=True)
    phone.sees("Deltagare")


def begin_to_send(phone: FieldPhone, link: Link, line: Line, at_least: int) -> None:
    """Returns when that many bytes of what it sends have gone."""
    link.becomes(line)
    before = link.counted.up
    phone.online()
    while link.counted.up < before + at_least:
        phone.page.wait_for_timeout(50)
