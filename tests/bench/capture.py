"""From the shutter, and from a file of 12 megapixels, until the photo is on the screen.

`python -m tests.bench.capture [--runs 5]` uses the whole product in Chromium, as a phone: the
app in its worker, prepared photo and thumbnail written to disk, and the question about faces below
the photo. Prints medians, the worse of both as `photo_to_thumbnail_s`, then the first of each,
when nothing is warm yet.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from app.i18n import Words
from tests.bench.photo import twelve_megapixels
from tests.journeys.field_phone import FieldPhone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import running_store

WORDS = Words("sv")
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
BETWEEN_S = 1.0
"""A person aims again; and what the app does after the photo is not the next photo's."""


def measure(runs: int) -> tuple[list[float], list[float]]:
    """Seconds of each run: from the shutter, and from the file."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_store(Path(folder)) as store,
        sync_playwright() as playwright,
        field_phone(playwright, store.url, Path(folder) / "profile", every_frame=True) as phone,
    ):
        phone.enrol(store.code)
        phone.start_round()
        phone.tap(WORDS("capture.camera_on"))
        shutter = [_from_shutter(phone) for _ in range(runs)]
        phone.reload()  # nothing warm for the files either; the draft is there again
        phone.tap(WORDS("capture.another"))
        files = [_a_file(Path(folder), number) for number in range(runs)]
        return shutter, [_from_file(phone, file) for file in files]


def _from_shutter(phone: FieldPhone) -> float:
    button = phone.button(WORDS("capture.shutter"))
    button.wait_for(state="attached")
    time.sleep(BETWEEN_S)
    started = time.monotonic()
    button.tap()
    return _until_shown(phone, started)


def _from_file(phone: FieldPhone, file: Path) -> float:
    with phone.page.expect_file_chooser() as chooser:
        phone.tap(WORDS("capture.pick"))
    time.sleep(BETWEEN_S)
    started = time.monotonic()
    chooser.value.set_files(file)
    return _until_shown(phone, started)


def _until_shown(phone: FieldPhone, started: float) -> float:
    """Answers the question about faces and asks for one more, so that the next can be taken."""
    _question(phone.page).wait_for(state="attached")
    phone.page.evaluate(PAINTED)
    seconds = time.monotonic() - started
    phone.tap(WORDS("capture.nothing_to_cover"), exact=True)
    phone.tap(WORDS("capture.another"))
    return seconds


def _question(page: Page) -> Locator:
    return page.get_by_role("button", name=WORDS("capture.nothing_to_cover"), exact=True).first


def _a_file(folder: Path, number: int) -> Path:
    """Each a photo of its own: the same one twice would be kept once."""
    with Image.open(io.BytesIO(twelve_megapixels())) as opened:
        exif = opened.getexif().tobytes()
        opened.paste((40 * number, 90, 200), (0, 0, 64, 64))
        path = folder / f"{number}.jpg"
        opened.save(path, "JPEG", quality=92, subsampling="4:2:0", exif=exif)
    return path


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--runs",
        type=int,
        default=4,
        help="at most 4: after ten photos of a defect there are no more",
    )
    given = parser.parse_args(arguments)
    shutter, files = measure(given.runs)
    figures = {
        "photo_to_thumbnail_s": max(statistics.median(shutter), statistics.median(files)),
        "photo_to_thumbnail_shutter_s": statistics.median(shutter),
        "photo_to_thumbnail_file_s": statistics.median(files),
        "photo_to_thumbnail_shutter_first_s": shutter[0],
        "photo_to_thumbnail_file_first_s": files[0],
    }
    for name, seconds in figures.items():
        print(f"{name} {seconds:.2f} s")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
