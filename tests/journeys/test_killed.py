"""A browser that is killed right after "Sparad" has lost nothing that it said was saved."""

from __future__ import annotations

import hashlib
import io
import os
import random
import time
from pathlib import Path

from PIL import Image, ImageDraw, ImageStat
from playwright.sync_api import Playwright

from tests.journeys.environment import PHOTOS
from tests.journeys.field_phone import FieldPhone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import RunningStore, running_store
from tests.journeys.store_records import StoredPhoto, photos_kept_by, records_in

TIMES = int(os.environ.get("RUNDAN_BROWSER_KILLS", "6"))
"""Each is a start of the browser; tests/kills does the same to phone and store a thousand times."""
LONGEST_WAIT_S = 0.3
GREY_STEP = 10
ROW_DP = 168
SCROLL_DP = 500
SEND_MS = 60_000


def test_what_was_said_to_be_saved_survives_kills(tmp_path: Path, playwright: Playwright) -> None:
    """Every other time without a network: then nothing is being sent when the end comes."""
    dice = random.Random()
    waits_s = [dice.uniform(0, LONGEST_WAIT_S) for _ in range(TIMES)]
    profile = tmp_path / "profile"
    with running_store(tmp_path) as store:
        with field_phone(playwright, store.url, profile) as phone:
            phone.enrol(store.code)
            phone.start_round()
            phone.offline_ready()
        for number, wait_s in enumerate(waits_s):
            with field_phone(playwright, store.url, profile, offline=number % 2 == 0) as phone:
                phone.open()
                phone.sees(f"Lista ({number})")
                phone.record(a_photo(tmp_path, number), "Belysning")
                time.sleep(wait_s)
                phone.kill()
        with field_phone(playwright, store.url, profile, offline=True) as phone:
            phone.open()
            phone.sees(f"Lista ({TIMES})")
            every_thumbnail_shows(phone)
            phone.online()
            phone.sees("Allt är skickat", SEND_MS)
        assert numbers_kept(store) == list(range(TIMES)), f"waits: {waits_s}"


def every_thumbnail_shows(phone: FieldPhone) -> None:
    """Whatever part of the list is built has a picture in every row; all of it is scrolled by."""
    phone.tap(f"Lista ({TIMES})")
    phone.sees("Bild: Belysning")
    for _ in range(TIMES * ROW_DP // SCROLL_DP + 1):
        phone.waits_for(has_a_picture_in_every_row)
        phone.scroll(SCROLL_DP)
    phone.photograph_screen("30-lista-efter-avbrott")


def has_a_picture_in_every_row(screen: str) -> bool:
    """Of the first row and the last one, the picture or the buttons may be out of sight."""
    rows, pictures = screen.count("Ta bort: "), screen.count("Bild: Belysning")
    return rows > 0 and abs(rows - pictures) <= 1


def numbers_kept(store: RunningStore) -> list[int]:
    """Of the photos that the store has whole, each with the record that names it."""
    assert len(records_in(store)) == TIMES
    return sorted(number_in(photo) for photo in photos_kept_by(store))


def a_photo(folder: Path, number: int) -> Path:
    """A real photo with a band across it, whose grey tells its number."""
    picture = Image.open(PHOTOS / "landscape_3.jpg").convert("RGB")
    grey = (number + 1) * GREY_STEP
    band = (0, 0, picture.width, picture.height // 3)
    ImageDraw.Draw(picture).rectangle(band, fill=(grey, grey, grey))
    path = folder / f"{number}.jpg"
    picture.save(path, quality=90)
    return path


def number_in(photo: StoredPhoto) -> int:
    assert hashlib.sha256(photo.content).hexdigest() == photo.sha256
    assert len(photo.content) == photo.size_bytes
    picture = Image.open(io.BytesIO(photo.content)).convert("L")
    band = picture.crop((10, 10, picture.width - 10, picture.height // 3 - 10))
    return round(ImageStat.Stat(band).mean[0] / GREY_STEP) - 1
