"""A real finger on the cover screen in Chromium: what was painted is what is covered on disk."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import BrowserContext, CDPSession, Page

from app.bundle.build import build
from app.bundle.layout import BundleOptions
from tests.bundle.chromium import phone_browser
from tests.bundle.served import served
from tests.device.photo_cases import encoded

COVER_APP = Path(__file__).parent / "cover_app"
SCREENS = Path(__file__).parents[2] / "build" / "screens"
LIGHT = (250, 250, 250)
GROUND = (60, 140, 220)
NEAR = 25
FILES = """async () => {
    const found = {};
    const walk = async (folder) => {
        for await (const [name, handle] of folder.entries()) {
            if (handle.kind === "directory") { await walk(handle); continue; }
            if (!/^[0-9a-f]{64}/.test(name)) continue;
            const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
            let text = "";
            for (const byte of bytes) text += String.fromCharCode(byte);
            found[name] = btoa(text);
        }
    };
    await walk(await navigator.storage.getDirectory());
    return found;
}"""


@dataclass(slots=True, kw_only=True)
class Finger:
    """Touches the screen itself, not what has a name in the accessibility tree."""

    session: CDPSession
    page: Page

    def paint(self, points: list[tuple[float, float]]) -> None:
        self._touch("touchStart", points[0])
        for (x0, y0), (x1, y1) in pairwise(points):
            for step in range(1, 11):
                at = (x0 + (x1 - x0) * step / 10, y0 + (y1 - y0) * step / 10)
                self._touch("touchMove", at)
                self.page.wait_for_timeout(16)
        self._touch("touchEnd", None)
        self.page.wait_for_timeout(300)

    def _touch(self, kind: str, at: tuple[float, float] | None) -> None:
        points = [] if at is None else [{"x": at[0], "y": at[1]}]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.fixture(scope="module")
def cover_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cover") / "web"
    build(BundleOptions(out=out, entry="cover_app.main", extra_packages=(COVER_APP,)))
    return out


@pytest.fixture(scope="module")
def browser(cover_site: Path) -> Iterator[tuple[BrowserContext, str]]:
    with served(cover_site) as site, phone_browser(every_frame=True) as context:
        yield context, site.url


def a_target(size: tuple[int, int]) -> bytes:
    """A plain photo with a white frame, whose place on the screen can be seen in a screenshot."""
    image = Image.new("RGB", size, LIGHT)
    edge = max(size) // 40
    image.paste(GROUND, (edge, edge, size[0] - edge, size[1] - edge))
    return encoded(image, "JPEG", quality=95)


def opened(page: Page, url: str, photo: bytes) -> set[str]:
    """Gives the files that were on the phone before this photo."""
    page.goto("about:blank")
    page.goto(url)
    page.get_by_role("button", name="Välj bild").wait_for()
    before = set(page.evaluate(FILES))
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Välj bild").click()
    chooser.value.set_files({"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.get_by_role("button", name="Inget att dölja").wait_for()
    page.wait_for_timeout(500)
    return before


def screen_of(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot(scale="css"))).convert("RGB")


def place_of_photo(screen: Image.Image, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Left, top, width and height on the screen, from the blue inside of the white frame."""
    off = ImageChops.difference(screen, Image.new("RGB", screen.size, GROUND))
    is_near = [band.point([255] * NEAR + [0] * (256 - NEAR)) for band in off.split()]
    found = reduce(ImageChops.darker, is_near).getbbox()
    assert found is not None, "the photo is not on the screen"
    left, top, right, bottom = found
    edge = max(size) // 40
    scale = (right - left) / (size[0] - 2 * edge)
    assert scale == pytest.approx((bottom - top) / (size[1] - 2 * edge), rel=0.03)
    return left - edge * scale, top - edge * scale, size[0] * scale, size[1] * scale


def _near(found: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) < NEAR for a, b in zip(found, wanted, strict=True))


def on_screen(
    place: tuple[float, float, float, float], *points: tuple[float, float]
) -> list[tuple[float, float]]:
    left, top, width, height = place
    return [(left + x * width, top + y * height) for x, y in points]


def decided(page: Page) -> tuple[str, dict[str, bytes]]:
    """The sha256 of the photo that is kept, and all files on the phone."""
    said = page.get_by_text(re.compile("^(covered|nothing_to_cover) ")).first
    said.wait_for()
    page.wait_for_timeout(300)
    sha256 = str(said.text_content()).split()[1]
    files: dict[str, str] = page.evaluate(FILES)
    return sha256, {name: base64.b64decode(each) for name, each in files.items()}


@pytest.mark.parametrize(
    ("size", "viewport"),
    [
        ((1600, 1200), (412, 915)),
        ((1600, 600), (360, 740)),
        ((700, 1600), (915, 500)),
    ],
)
def test_what_a_finger_paints_is_what_is_covered_in_the_file(
    browser: tuple[BrowserContext, str], size: tuple[int, int], viewport: tuple[int, int]
) -> None:
    context, url = browser
    page = context.new_page()
    page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
    before = opened(page, url, a_target(size))
    finger = Finger(session=context.new_cdp_session(page), page=page)
    place = place_of_photo(screen_of(page), size)
    path = [(0.25, 0.3), (0.5, 0.35), (0.75, 0.3)]
    finger.paint(on_screen(place, *path))
    page.screenshot(path=SCREENS / f"50-tack-{size[0]}x{size[1]}.png")
    page.get_by_role("button", name="Ruta", exact=True).click()
    finger.paint(on_screen(place, (0.4, 0.6), (0.7, 0.8)))
    page.screenshot(path=SCREENS / f"51-tack-ruta-{size[0]}x{size[1]}.png")
    page.get_by_role("button", name="Klart").click()
    sha256, files = decided(page)
    page.close()

    left = set(files) - before
    assert left == {sha256, f"{sha256}.small"}, "nothing of the uncovered photo is left"
    image = Image.open(io.BytesIO(files[sha256])).convert("RGB")
    assert image.size == size
    for x, y in [*path, (0.375, 0.325), (0.625, 0.325), (0.42, 0.63), (0.68, 0.78), (0.55, 0.7)]:
        assert image.getpixel((round(x * size[0]), round(y * size[1]))) == (0, 0, 0), (x, y)
    beside = 0.03 + 24 / max(size) + 0.02  # half the stroke, a cell, and what a finger is off
    for x, y in [(0.5, 0.1), (0.1, 0.3), (0.9, 0.3), (0.3, 0.7), (0.8, 0.7), (0.55, 0.92)]:
        if abs(x * size[0] - 0.4 * size[0]) < beside * max(size) and 0.55 < y < 0.85:
            continue
        assert _near(image.getpixel((round(x * size[0]), round(y * size[1]))), GROUND), (x, y)


def test_a_dot_is_painted_by_a_tap_and_undone_by_a_button(
    browser: tuple[BrowserContext, str],
) -> None:
    context, url = browser
    page = context.new_page()
    opened(page, url, a_target((1600, 1200)))
    finger = Finger(session=context.new_cdp_session(page), page=page)
    place = place_of_photo(screen_of(page), (1600, 1200))
    finger.paint(on_screen(place, (0.2, 0.2)))
    finger.paint(on_screen(place, (0.8, 0.8)))
    page.get_by_label("Fotot, 2 ställen övermålade").first.wait_for(state="attached")
    page.get_by_role("button", name="Ångra det senaste").click()
    page.get_by_label("Fotot, 1 ställe övermålat").first.wait_for(state="attached")
    page.get_by_role("button", name="Klart").click()
    sha256, files = decided(page)
    page.close()
    image = Image.open(io.BytesIO(files[sha256])).convert("RGB")
    assert image.getpixel((320, 240)) == (0, 0, 0)
    assert _near(image.getpixel((1280, 960)), GROUND)


def test_a_box_is_put_and_moved_without_a_finger(browser: tuple[BrowserContext, str]) -> None:
    context, url = browser
    page = context.new_page()
    opened(page, url, a_target((1600, 1200)))
    page.get_by_role("button", name="Lägg en ruta mitt i").click()
    for _ in range(5):
        page.get_by_role("button", name="Flytta rutan åt höger").click()
        page.get_by_role("button", name="Flytta rutan uppåt").click()
    page.wait_for_timeout(300)
    page.screenshot(path=SCREENS / "52-tack-knappar.png")
    page.get_by_role("button", name="Klart").click()
    sha256, files = decided(page)
    page.close()
    image = Image.open(io.BytesIO(files[sha256])).convert("RGB")
    assert image.getpixel((960, 480)) == (0, 0, 0), "0.6, 0.4 is the middle of the moved box"
    assert _near(image.getpixel((640, 720)), GROUND)


def test_nothing_to_cover_keeps_the_photo_as_it_is(browser: tuple[BrowserContext, str]) -> None:
    context, url = browser
    page = context.new_page()
    opened(page, url, a_target((800, 600)))
    before = set(page.evaluate(FILES))
    page.get_by_role("button", name="Inget att dölja").click()
    sha256, files = decided(page)
    page.close()
    assert sha256 in files and set(files) == before
