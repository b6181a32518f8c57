"""Covering by finger, then sending: one colour under the box, and no other file of that photo."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Playwright

from tests.journeys.environment import PHOTOS
from tests.journeys.field_phone import SEE_MS, FieldPhone
from tests.journeys.phone_browser import field_phone
from tests.journeys.phone_files import files_of, keys_of
from tests.journeys.running_store import RunningStore, running_store
from tests.journeys.store_records import photos_kept_by
from tests.journeys.what_arrived import check_kept_photo

PHOTO = PHOTOS / "landscape_3.jpg"
STEPS = 12
STOP_MS = 100
PHOTO_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the photo: 0..1 from the left and from the top."""

    left: float
    top: float
    right: float
    bottom: float


BOX = Part(left=0.30, top=0.25, right=0.60, bottom=0.55)
STROKE = Part(left=0.15, top=0.80, right=0.85, bottom=0.80)


def test_what_a_finger_has_covered_is_gone_from_phone_and_store(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.enrol(store.code)
        phone.start_round()
        phone.offline_ready()
        phone.offline()
        phone.pick_photo(PHOTO)
        phone.sees("Syns ansikten eller skyltar?")
        phone.photograph_screen("60-syns-ansikten")
        (uncovered,) = photo_names(phone)
        cover(phone)
        (covered,) = photo_names(phone)
        assert covered != uncovered
        phone.reload()
        phone.sees("Dolt i bilden. Rundan har inget original kvar.")
        phone.tap("Nedskräpning")
        phone.tap("Spara och nästa")
        phone.sees_at_once("Sparad")
        phone.online()
        phone.asks_until_it_sees("Allt är skickat")  # a page loaded offline hears no "online"
        check_the_store(store, covered)
        assert photo_names(phone) == {covered}
        assert not any(uncovered in name for name in [*files_of(phone.page), *keys_of(phone.page)])


def cover(phone: FieldPhone) -> None:
    """A box over the middle, and a stroke below it, drawn with the pointer itself."""
    phone.tap("Dölj", exact=True)
    phone.sees("Dölj det som inte ska synas")
    phone.tap("Ruta", exact=True)
    draw(phone, BOX)
    phone.sees("Fotot, 1 ställe övermålat")
    phone.tap("Måla", exact=True)
    draw(phone, STROKE)
    phone.sees("Fotot, 2 ställen övermålade")
    phone.photograph_screen("61-dolj")
    phone.tap("Klart", exact=True)
    phone.sees("Dolt i bilden. Rundan har inget original kvar.")
    phone.photograph_screen("62-dolt")


def draw(phone: FieldPhone, part: Part) -> None:
    """From one corner of it to the other, where the finger stops before it is lifted."""
    canvas = phone.page.get_by_role("img", name=re.compile("^Fotot, ")).first
    canvas.wait_for(state="attached", timeout=SEE_MS)
    box = canvas.bounding_box()
    assert box is not None
    mouse = phone.page.mouse
    mouse.move(box["x"] + part.left * box["width"], box["y"] + part.top * box["height"])
    mouse.down()
    end = (box["x"] + part.right * box["width"], box["y"] + part.bottom * box["height"])
    mouse.move(*end, steps=STEPS)
    phone.page.wait_for_timeout(STOP_MS)
    mouse.move(end[0] + 1, end[1])
    phone.page.wait_for_timeout(STOP_MS)
    mouse.up()


def photo_names(phone: FieldPhone) -> set[str]:
    """The hashes of all photo files on the phone, wherever they lie, thumbnails among them."""
    names = [*files_of(phone.page), *keys_of(phone.page)]
    return {found[0] for name in names if (found := PHOTO_NAME.search(name)) is not None}


def check_the_store(store: RunningStore, covered: str) -> None:
    (photo,) = photos_kept_by(store)
    assert photo.sha256 == covered == hashlib.sha256(photo.content).hexdigest()
    check_kept_photo(photo.content)
    picture = Image.open(io.BytesIO(photo.content)).convert("RGB")
    assert colours_in(picture, BOX) == {(0, 0, 0)}
    middle = Part(left=0.2, top=0.80 - 0.005, right=0.8, bottom=0.80 + 0.005)
    assert colours_in(picture, middle) == {(0, 0, 0)}
    beside = Part(left=0.70, top=0.25, right=0.95, bottom=0.55)
    assert len(colours_in(picture, beside)) > 1000
    there = [path for path in (store.data / "photos").rglob("*") if path.is_file()]
    assert [path.stem for path in there] == [covered], there


def colours_in(picture: Image.Image, part: Part) -> set[tuple[int, int, int]]:
    """All colours of that part, a hair inside its edge: a finger is not exact to the pixel."""
    hair = 0.01
    thin = part.bottom - part.top < 4 * hair
    cut = picture.crop(
        (
            round((part.left + hair) * picture.width),
            round((part.top + (0 if thin else hair)) * picture.height),
            round((part.right - hair) * picture.width),
            round((part.bottom - (0 if thin else hair)) * picture.height),
        )
    )
    counted = cut.getcolors(cut.width * cut.height)
    assert counted is not None
    return {colour for _, colour in counted}  # type: ignore[misc]
