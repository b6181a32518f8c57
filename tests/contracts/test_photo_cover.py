"""Covering and shrinking, held against Pillow, Chromium and WebKit: nothing is left underneath."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from app.device.photo.codec import TARGET_BYTES, THUMBNAIL_BYTES, THUMBNAIL_LONG_EDGE_PX
from app.device.photo.cover import CELL_PX, MARGIN_PX
from app.device.photo.errors import BadShape, DamagedPhoto
from app.device.photo.shapes import Box, CoverShape, Stroke
from tests.device.photo_cases import a_photo, encoded, metadata_in, turned
from tests.device.photo_sides import SIDES, Side, side_called

BLACK = (0, 0, 0)
LEAST_PSNR_DB = 36.0
"""Of a JPEG encoded once more; below 30 a person begins to see a difference."""

FACE = Box(left=0.31, top=0.27, right=0.43, bottom=0.42)
PLATE = Box(left=0.905, top=0.871, right=1.0, bottom=1.0)
WAVE = Stroke(
    points=tuple((0.1 + 0.03 * i, 0.7 + 0.05 * math.sin(i)) for i in range(12)), width=0.05
)
DOT = Stroke(points=((0.62, 0.18),), width=0.04)


@pytest.fixture(scope="module", params=SIDES)
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    with side_called(request.param) as called:
        yield called


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def under(shape: CoverShape, size: tuple[int, int], beyond_px: float = 0) -> Image.Image:
    """White where the person's shape is, drawn by another hand than the codec's."""
    width, height = size
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    match shape:
        case Box():
            draw.rectangle(
                (
                    math.floor(shape.left * width - beyond_px),
                    math.floor(shape.top * height - beyond_px),
                    math.ceil(shape.right * width + beyond_px) - 1,
                    math.ceil(shape.bottom * height + beyond_px) - 1,
                ),
                fill=255,
            )
        case Stroke():
            radius = shape.width * max(size) / 2 + beyond_px
            points = [(x * width, y * height) for x, y in shape.points]
            for (x0, y0), (x1, y1) in zip(points, points[1:] or points, strict=False):
                steps = max(1, round(math.dist((x0, y0), (x1, y1))))
                for step in range(steps + 1):
                    x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
                    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return mask


def colours_in(image: Image.Image, mask: Image.Image) -> set[tuple[int, ...]]:
    inside = Image.new("RGB", image.size, (255, 0, 255))
    inside.paste(image, mask=mask)
    return {
        colour
        for _, colour in inside.getcolors(1 << 24) or []
        if isinstance(colour, tuple) and colour != (255, 0, 255)
    }


def psnr_db(one: Image.Image, other: Image.Image, mask: Image.Image) -> float:
    squares = ImageStat.Stat(ImageChops.difference(one, other), mask).rms
    mean = sum(value * value for value in squares) / 3
    return 99.0 if mean == 0 else 10 * math.log10(255 * 255 / mean)


@pytest.mark.parametrize("shape", [FACE, PLATE, WAVE, DOT], ids=["face", "plate", "wave", "dot"])
@pytest.mark.parametrize(
    "name", ["jolla.jpg", "HMD_Nokia_8.3_5G.jpg", "portrait_8.jpg", "image00971.jpg"]
)
def test_what_is_stored_under_a_shape_has_exactly_one_value(
    side: Side, name: str, shape: CoverShape
) -> None:
    original = side.prepare(a_photo(name))
    photo = side.cover(original.jpeg, [shape])
    image = opened(photo.jpeg)
    assert colours_in(image, under(shape, image.size)) == {BLACK}
    elsewhere = ImageChops.invert(under(shape, image.size, MARGIN_PX + 2 * CELL_PX))
    assert psnr_db(opened(original.jpeg), image, elsewhere) > LEAST_PSNR_DB


def test_a_covered_photo_is_a_photo_like_any_other(side: Side) -> None:
    original = side.prepare(a_photo("jolla.jpg"))
    photo = side.cover(original.jpeg, [FACE, WAVE])
    assert (photo.width_px, photo.height_px) == opened(photo.jpeg).size == (1600, 1200)
    assert len(photo.jpeg) <= TARGET_BYTES and len(photo.thumbnail) <= THUMBNAIL_BYTES
    assert metadata_in(photo.jpeg) == metadata_in(photo.thumbnail) == []
    assert photo.sha256 == hashlib.sha256(photo.jpeg).hexdigest() != original.sha256
    assert max(opened(photo.thumbnail).size) == THUMBNAIL_LONG_EDGE_PX


def test_the_thumbnail_is_covered_too(side: Side) -> None:
    white = encoded(Image.new("RGB", (1600, 1200), "white"), "JPEG")
    small = opened(side.cover(white, [Box(left=0.25, top=0.25, right=0.75, bottom=0.75)]).thumbnail)
    assert max(small.getpixel((160, 120))) <= 8  # type: ignore[arg-type]
    assert min(small.getpixel((20, 20))) >= 247  # type: ignore[arg-type]


def test_no_more_is_covered_than_the_cells_that_are_touched(side: Side) -> None:
    white = encoded(Image.new("RGB", (640, 480), "white"), "JPEG")
    box = Box(left=101 / 640, top=101 / 480, right=107 / 640, bottom=107 / 480)
    image = opened(side.cover(white, [box]).jpeg)
    assert image.getpixel((96, 96)) == image.getpixel((111, 111)) == BLACK
    for at in ((94, 103), (114, 103), (103, 94), (103, 114)):
        assert image.getpixel(at) == (255, 255, 255), at


def test_corners_and_edges_of_a_photo_can_be_covered(side: Side) -> None:
    """629 x 451: the last cells are cut off by the edge."""
    photo = side.prepare(encoded(Image.effect_noise((629, 451), 90).convert("RGB"), "JPEG"))
    corners = [
        Box(left=-0.2, top=-3, right=0.05, bottom=0.05),
        Box(left=0.98, top=0.98, right=1.4, bottom=1.1),
    ]
    image = opened(side.cover(photo.jpeg, corners).jpeg)
    assert colours_in(image, under(corners[0], image.size)) == {BLACK}
    assert colours_in(image, under(corners[1], image.size)) == {BLACK}


def test_covering_again_and_again_keeps_the_picture(side: Side) -> None:
    first = side.prepare(a_photo("jolla.jpg"))
    photo = first
    for step in range(4):
        left = 0.1 + 0.1 * step
        photo = side.cover(photo.jpeg, [Box(left=left, top=0.1, right=left + 0.02, bottom=0.2)])
    below = Image.new("L", (1600, 1200), 0)
    below.paste(255, (0, 400, 1600, 1200))
    assert psnr_db(opened(first.jpeg), opened(photo.jpeg), below) > LEAST_PSNR_DB - 2


def test_a_whole_photo_can_be_covered(side: Side) -> None:
    photo = side.cover(a_photo("portrait_8.jpg"), [Box(left=0, top=0, right=1, bottom=1)])
    assert opened(photo.jpeg).getcolors() == [(450 * 600, BLACK)]


def test_shapes_lie_on_the_upright_photo(side: Side) -> None:
    """A picture that its Exif turns: red and green above, blue and yellow below."""
    photo = side.cover(turned(6), [Box(left=0, top=0, right=0.5, bottom=0.5)])
    image = opened(photo.jpeg)
    assert image.size == (300, 200)
    assert image.getpixel((75, 50)) == BLACK
    assert image.getpixel((225, 150))[0] > 180  # type: ignore[index]


@pytest.mark.parametrize(
    "shapes",
    [
        pytest.param([], id="none at all"),
        pytest.param([Stroke(points=((3.0, 3.0), (4.0, 4.0)), width=0.05)], id="beside the photo"),
    ],
)
def test_a_cover_that_covers_nothing_is_refused(side: Side, shapes: list[CoverShape]) -> None:
    with pytest.raises(BadShape):
        side.cover(a_photo("portrait_8.jpg"), shapes)


def test_what_cannot_be_decoded_cannot_be_covered(side: Side) -> None:
    with pytest.raises(DamagedPhoto):
        side.cover(a_photo("jolla.jpg")[:200_000], [FACE])


@pytest.mark.parametrize(
    ("name", "size"), [("jolla.jpg", (640, 480)), ("portrait_8.jpg", (450, 600))]
)
def test_a_shrunk_photo_is_small_clean_and_upright(
    side: Side, name: str, size: tuple[int, int]
) -> None:
    original = side.prepare(a_photo(name))
    small = side.shrunk(original.jpeg, 640)
    image = opened(small)
    assert image.size == size
    assert metadata_in(small) == []
    assert len(small) < 120_000
    whole = opened(original.jpeg).resize(size, Image.Resampling.LANCZOS)
    assert psnr_db(whole, image, Image.new("L", size, 255)) > 24
