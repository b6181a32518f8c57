"""Blurred and black photos are pointed out, ordinary ones are not, and every side says the same."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from app.device.photo.shapes import Box
from tests.device.photo_cases import PHOTOS, a_photo, encoded
from tests.device.photo_sides import SIDES, NativeSide, Side, side_called

CAMERA_FILES = sorted(path.name for path in PHOTOS.glob("*.jpg") if path.name != "corrupted.jpg")


@pytest.fixture(scope="module", params=["pillow", "chromium"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    """Both browsers run the same measuring; that WebKit's numbers are the same is a test below."""
    with side_called(request.param) as called:
        yield called


@pytest.fixture(scope="module", params=SIDES)
def any_side(request: pytest.FixtureRequest) -> Iterator[Side]:
    with side_called(request.param) as called:
        yield called


def picture(name: str) -> Image.Image:
    return Image.open(io.BytesIO(NativeSide().prepare(a_photo(name)).jpeg)).convert("RGB")


def jpeg(image: Image.Image) -> bytes:
    return encoded(image, "JPEG", quality=90)


def blurred(image: Image.Image, radius_px: float) -> Image.Image:
    """radius_px: as it would be at 1600 px."""
    return image.filter(ImageFilter.GaussianBlur(radius_px * max(image.size) / 1600))


def at_night() -> Image.Image:
    """Black, with three lamps far away and the light they throw."""
    image = Image.new("RGB", (1600, 1200), (4, 4, 6))
    draw = ImageDraw.Draw(image)
    for x, y in ((300, 400), (820, 380), (1280, 420)):
        draw.ellipse((x - 60, y - 60, x + 60, y + 60), fill=(30, 26, 16))
        draw.ellipse((x - 12, y - 12, x + 12, y + 12), fill=(255, 244, 214))
    return image.filter(ImageFilter.GaussianBlur(2))


def flat(level: int, grain: float) -> Image.Image:
    """A wall, snow or asphalt: one shade, a little lighter on one side, and its grain."""
    noise = Image.effect_noise((1600, 1200), grain)
    slope = Image.linear_gradient("L").rotate(90).resize((1600, 1200))
    ground = slope.point([level + value // 16 for value in range(256)])
    whole = Image.blend(ground, noise.point([value - 128 + level for value in range(256)]), 0.5)
    return whole.convert("RGB")


@pytest.mark.parametrize("name", CAMERA_FILES)
def test_an_ordinary_photo_is_neither_blurred_nor_black(side: Side, name: str) -> None:
    quality = side.prepare(a_photo(name)).quality
    assert not quality.is_blurry and not quality.is_dark, quality


@pytest.mark.parametrize("radius_px", [8, 24])
@pytest.mark.parametrize("name", CAMERA_FILES)
def test_a_photo_out_of_focus_is_blurred(side: Side, name: str, radius_px: float) -> None:
    quality = side.prepare(jpeg(blurred(picture(name), radius_px))).quality
    assert quality.is_blurry and not quality.is_dark, quality


@pytest.mark.parametrize("name", ["jolla.jpg", "portrait_8.jpg"])
def test_a_little_softness_is_not_called_blurred(side: Side, name: str) -> None:
    assert not side.prepare(jpeg(blurred(picture(name), 1))).quality.is_blurry


@pytest.mark.parametrize("light", [0.0, 0.03, 0.06])
@pytest.mark.parametrize("name", ["jolla.jpg", "landscape_6.jpg", "DSCN0010.jpg"])
def test_a_photo_with_hardly_any_light_is_black_and_not_also_blurred(
    side: Side, name: str, light: float
) -> None:
    dark = ImageEnhance.Brightness(picture(name)).enhance(light)
    quality = side.prepare(jpeg(dark)).quality
    assert quality.is_dark and not quality.is_blurry, quality


def test_a_photo_of_the_night_with_lamps_in_it_is_not_black(side: Side) -> None:
    quality = side.prepare(jpeg(at_night())).quality
    assert not quality.is_dark and not quality.is_blurry, quality
    assert quality.brightness < 20


@pytest.mark.parametrize(
    ("level", "grain"), [(70, 12.0), (235, 3.0), (180, 1.0), (128, 0.0), (250, 0.0)]
)
def test_a_wall_snow_and_asphalt_are_not_called_blurred(
    side: Side, level: int, grain: float
) -> None:
    quality = side.prepare(jpeg(flat(level, grain))).quality
    assert not quality.is_blurry and not quality.is_dark, quality


@pytest.mark.parametrize("size", [(1, 1), (1600, 3), (15, 15), (16, 16), (40, 30)])
def test_a_picture_too_small_to_judge_is_not_judged(side: Side, size: tuple[int, int]) -> None:
    quality = side.prepare(encoded(Image.new("RGB", size, (90, 90, 90)), "PNG")).quality
    assert not quality.is_blurry and not quality.is_dark


@pytest.mark.parametrize("name", CAMERA_FILES)
def test_every_side_measures_nearly_the_same(any_side: Side, name: str) -> None:
    """The kept JPEG of one side, so that only the measuring differs."""
    kept = NativeSide().prepare(a_photo(name))
    here = any_side.prepare(kept.jpeg).quality
    there = NativeSide().prepare(kept.jpeg).quality
    assert here.sharpness == pytest.approx(there.sharpness, rel=0.15)
    assert here.brightness == pytest.approx(there.brightness, abs=2)
    assert here.contrast == pytest.approx(there.contrast, rel=0.05)


def test_the_quality_is_that_of_the_picture_and_not_of_its_cover(side: Side) -> None:

    soft = side.prepare(jpeg(blurred(picture("jolla.jpg"), 10)))
    covered = side.cover(soft.jpeg, [Box(left=0.2, top=0.2, right=0.8, bottom=0.8)])
    assert soft.quality.is_blurry and covered.quality.is_blurry
