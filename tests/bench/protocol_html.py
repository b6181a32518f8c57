"""The protocol on the phone: from the tap on "Visa protokollet" until the page is up, offline.

`python -m tests.bench.protocol_html [--runs 3]` uses the whole product in Chromium as a phone: 40
findings with 80 photos of 1600 x 1200, all of them on this phone, no network. Every run is after a
fresh start. The screen with the button has been up for a second then, as when a person reads it;
the app reads pictures meanwhile. Prints the median as `protocol_html_s`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Frame, sync_playwright

from app.device.photo.codec import PreparedPhoto
from app.device.photo.native import PillowCodec
from app.device.photo.source import BytesSource
from app.device.transport.native import NativeTransport
from app.i18n import Words
from sync.client.engine import SyncEngine
from sync.client.enrolment import enrol
from sync.client.local_store import LocalStore
from sync.client.recorder import Recorder
from sync.client.records import Content, NewPhoto
from sync.client.store_api import StoreApi
from sync.client.walk_store import WalkStore
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, Sha256
from sync.domain.words import Category, Cover, PlaceSource, RoundKind
from tests.device.photo_cases import PHOTOS
from tests.journeys.field_phone import START_MS, FieldPhone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import RunningStore, running_store

WORDS = Words("sv")
FINDINGS, PHOTOS_EACH = 40, 2
AREA = AreaCode("kirseberg")
WAIT_S = 60.0
PUT = """async ([name, content]) => {
    const top = await (await navigator.storage.getDirectory()).getDirectoryHandle("rundan");
    const folder = await top.getDirectoryHandle("photos");
    const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await file.write(Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)));
    await file.close();
}"""


def measure(runs: int) -> tuple[list[float], int]:
    """Seconds of each run, and the page's size in bytes."""
    with tempfile.TemporaryDirectory() as name, running_store(Path(name)) as store:
        folder = Path(name)
        photos = asyncio.run(_recorded_by_another(store, folder))
        with (
            sync_playwright() as playwright,
            field_phone(playwright, store.url, folder / "profile", every_frame=True) as phone,
        ):
            phone.enrol(store.code)
            phone.asks_until_it_sees(WORDS("home.join"))
            phone.tap(WORDS("home.join"))
            phone.sees(WORDS("round.tab.list_count", count=FINDINGS))
            for sha256, jpeg in photos.items():
                phone.page.evaluate(PUT, [sha256, base64.b64encode(jpeg).decode()])
            phone.offline_ready()
            phone.offline()
            shown = [_one_run(phone) for _ in range(runs)]
    return [seconds for seconds, _ in shown], shown[-1][1]


def _one_run(phone: FieldPhone) -> tuple[float, int]:
    phone.reload()
    phone.sees(WORDS("round.tab.list_count", count=FINDINGS), timeout_ms=START_MS)
    phone.tap(WORDS("round.tab.round"), exact=True)
    phone.tap(WORDS("end.title"))
    button = phone.button(WORDS("end.protocol.show"))
    button.wait_for(state="attached")
    phone.page.wait_for_timeout(1000)
    started = time.monotonic()
    button.tap()
    frame = _frame(phone, started)
    pictures = frame.evaluate(
        "async () => { await Promise.all([...document.images].map((one) => one.decode()));"
        " return document.images.length; }"
    )
    seconds = time.monotonic() - started
    if pictures != FINDINGS * PHOTOS_EACH:
        raise SystemExit(f"the page has {pictures} pictures")
    size = int(frame.evaluate("() => document.documentElement.outerHTML.length"))
    phone.page.get_by_role("button", name=WORDS("end.protocol.close")).click()
    return seconds, size


def _frame(phone: FieldPhone, started: float) -> Frame:
    while time.monotonic() - started < WAIT_S:
        for frame in phone.page.frames:
            if frame.url.startswith("blob:") and frame.locator("footer").count():
                return frame
        phone.page.wait_for_timeout(10)
    raise SystemExit("the protocol never came")


async def _recorded_by_another(store: RunningStore, folder: Path) -> Mapping[str, bytes]:
    """A round in the store, by a phone in this process. The photos by their hashes."""
    local = LocalStore(str(folder / "other.db"), now=_now)
    transport = NativeTransport()
    before = StoreApi(base_url=store.url, token=None, transport=transport)
    await enrol(local, before, code=store.code, nickname="Kim", random=os.urandom)
    recorder = Recorder(local=local, flush=_flushed)
    round_id = await recorder.start_round(kind=RoundKind.INSPECTION, area=AREA)
    round_ = WalkStore(local).round(round_id)
    if round_ is None:
        raise SystemExit("the round is not there")
    made = [await _a_photo(number) for number in range(FINDINGS * PHOTOS_EACH)]
    for number in range(FINDINGS):
        point = GeoPoint(lat_deg=55.611 + number % 8 * 4e-4, lon_deg=13.032 + number % 5 * 7e-4)
        await recorder.save_observation(
            observation_id=local.new_id(),
            round_=round_,
            content=Content(
                category=list(Category)[number % len(Category)],
                text=f"Lampan utanför nummer {number} är trasig",
                place=Place(point=point, source=PlaceSource.GPS),
            ),
            photos=[
                NewPhoto(
                    photo_id=local.new_id(),
                    sha256=Sha256(one.sha256),
                    width_px=one.width_px,
                    height_px=one.height_px,
                    size_bytes=len(one.jpeg),
                    taken_at=None,
                    position=position,
                    cover=Cover.NOTHING_TO_COVER,
                )
                for position, one in enumerate(made[number * PHOTOS_EACH :][:PHOTOS_EACH])
            ],
            noted_at=_now() + timedelta(seconds=number),
        )
    photos = {one.sha256: one.jpeg for one in made}
    api = StoreApi(base_url=store.url, token=local.fact("token"), transport=transport)
    await SyncEngine(local=local, api=api, photos=_Files(photos), flush=_flushed).round()
    local.close()
    return photos


class _Files:
    def __init__(self, photos: Mapping[str, bytes]) -> None:
        self._photos = photos

    async def read(self, name: str) -> bytes:
        return self._photos[name]


async def _a_photo(number: int) -> PreparedPhoto:
    """A camera's photo as the app keeps it, each with a mark of its own."""
    with Image.open(PHOTOS / "HMD_Nokia_8.3_5G.jpg") as opened:
        picture = opened.crop((number * 4, 0, number * 4 + 2400, 1800)).resize((1600, 1200))
    picture.paste((number * 3, 90, 200), (0, 0, 64, 64))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return await PillowCodec().prepare(BytesSource(out.getvalue()))


def _now() -> datetime:
    return datetime.now(UTC)


async def _flushed() -> None:
    """The native database is on disk when its transaction ends."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    shown, size = measure(parser.parse_args(arguments).runs)
    print(f"protocol_html_s {statistics.median(shown):.2f} s")  # noqa: T201
    print(f"protocol_html_slowest_s {max(shown):.2f} s")  # noqa: T201
    print(f"protocol_html_mb {size / 1_000_000:.2f} MB")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
