"""What every photo codec promises, held against Pillow, Chromium and WebKit alike."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PIL import Image

from app.device.photo.codec import (
    LONG_EDGE_PX,
    TARGET_BYTES,
    THUMBNAIL_BYTES,
    THUMBNAIL_LONG_EDGE_PX,
)
from app.device.photo.errors import (
    BrowserTooOld,
    DamagedPhoto,
    EmptyPhoto,
    HeicNotSupported,
    NotAPicture,
    PhotoError,
    PhotoTooLarge,
    TooManyPixels,
)
from app.device.photo.libheif import open_heic
from app.device.photo.sniff import MAX_FILE_BYTES
from sync.central.jpeg import check_photo
from tests.device.photo_cases import (
    CORNERS,
    a_photo,
    corners,
    corners_of,
    encoded,
    jpeg_claiming,
    metadata_in,
    png_claiming,
    png_of_16_bits,
    turned,
)
from tests.device.photo_sides import SIDES, BrowserSide, Side, side_called

SHADE = 45  # how far a colour may drift through JPEG and an engine's own way of shrinking


@pytest.fixture(scope="module", params=SIDES)
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    with side_called(request.param) as called:
        yield called


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


def near(found: tuple[int, ...], wanted: tuple[int, ...], shade: int = SHADE) -> bool:
    return all(abs(a - b) <= shade for a, b in zip(found, wanted, strict=True))


def assert_upright(jpeg: bytes) -> None:
    for found, wanted in zip(corners_of(jpeg), CORNERS, strict=True):
        assert near(found, wanted), f"{corners_of(jpeg)} is not {CORNERS}"


def pixel(jpeg: bytes, at: tuple[int, int]) -> tuple[int, ...]:
    colour = opened(jpeg).convert("RGB").getpixel(at)
    assert isinstance(colour, tuple)
    return colour


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("DSCN0010.jpg", (640, 480)),
        ("HMD_Nokia_8.3_5G.jpg", (1600, 686)),
        ("image00971.jpg", (636, 227)),
        ("jolla.jpg", (1600, 1200)),
        ("landscape_3.jpg", (600, 450)),
        ("landscape_6.jpg", (600, 450)),
        ("portrait_8.jpg", (450, 600)),
    ],
)
def test_a_camera_file_becomes_a_small_clean_upright_jpeg(
    side: Side, name: str, size: tuple[int, int]
) -> None:
    photo = side.prepare(a_photo(name))
    assert (photo.width_px, photo.height_px) == size == opened(photo.jpeg).size
    assert opened(photo.jpeg).format == "JPEG"
    assert len(photo.jpeg) <= TARGET_BYTES
    assert metadata_in(photo.jpeg) == metadata_in(photo.thumbnail) == []
    check_photo(photo.jpeg)  # the store takes it
    assert photo.sha256 == hashlib.sha256(photo.jpeg).hexdigest()
    assert len(photo.thumbnail) <= THUMBNAIL_BYTES
    assert max(opened(photo.thumbnail).size) == min(THUMBNAIL_LONG_EDGE_PX, max(size))


def test_time_and_place_are_read_before_they_are_removed(side: Side) -> None:
    photo = side.prepare(a_photo("HMD_Nokia_8.3_5G.jpg"))
    assert photo.taken_at == datetime(2022, 8, 14, 11, 12, 31, tzinfo=UTC)
    assert photo.place is not None
    assert photo.place.lat_deg == pytest.approx(60.1467, abs=1e-4)
    assert photo.place.lon_deg == pytest.approx(24.9068, abs=1e-4)


def test_a_time_without_zone_is_local_and_no_place_is_none(side: Side) -> None:
    photo = side.prepare(a_photo("jolla.jpg"))
    assert photo.taken_at == datetime(2014, 9, 21, 14, 0, 56, tzinfo=UTC)
    assert photo.place is None


@pytest.mark.parametrize("side", ["chromium", "webkit"], indirect=True)
def test_a_browser_takes_the_zone_of_the_phone_when_the_camera_wrote_none(
    side: BrowserSide,
) -> None:
    photo = side.prepare_in_own_zone(a_photo("jolla.jpg"))
    local_s = time.mktime((2014, 9, 21, 16, 0, 56, 0, 0, -1))
    assert photo.taken_at == datetime.fromtimestamp(local_s, UTC)


@pytest.mark.parametrize("side", ["chromium"], indirect=True)
def test_a_browser_without_a_canvas_in_its_workers_is_too_old(side: BrowserSide) -> None:
    with pytest.raises(BrowserTooOld):
        side.prepare_without_canvas(a_photo("DSCN0010.jpg"))


def test_a_heic_becomes_a_jpeg_or_says_that_this_browser_cannot(side: Side) -> None:
    if not side.reads_heic:
        with pytest.raises(HeicNotSupported):
            side.prepare(a_photo("IMG_5195.HEIC"))
        return
    photo = side.prepare(a_photo("IMG_5195.HEIC"))
    assert (photo.width_px, photo.height_px) == (1239, 1600)
    assert photo.taken_at == datetime(2021, 4, 11, 20, 47, 53, tzinfo=UTC)
    assert photo.place is not None and photo.place.accuracy_m == pytest.approx(38.8, abs=0.1)
    assert metadata_in(photo.jpeg) == []


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright_once(
    side: Side, orientation: int, format_: str
) -> None:
    photo = side.prepare(turned(orientation, format_))
    assert (photo.width_px, photo.height_px) == (300, 200)
    assert_upright(photo.jpeg)
    assert_upright(photo.thumbnail)


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_large_turned_photo_is_shrunk_and_upright(side: Side, orientation: int) -> None:
    photo = side.prepare(turned(orientation, size=(2400, 3600)))
    assert (photo.width_px, photo.height_px) == (1067, LONG_EDGE_PX)
    assert_upright(photo.jpeg)


@pytest.mark.parametrize(
    ("format_", "mode", "options"),
    [
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "CMYK", {"progressive": True}),
        ("JPEG", "RGB", {"comment": b"not for others", "dpi": (300, 300)}),
        ("JPEG", "CMYK", {}),
        ("MPO", "RGB", {"save_all": True, "append_images": [Image.new("RGB", (300, 200))]}),
        ("PNG", "RGB", {}),
        ("PNG", "P", {}),
        ("PNG", "RGBA", {}),
        ("WEBP", "RGB", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("WEBP", "RGB", {"save_all": True, "append_images": [Image.new("RGB", (300, 200))]}),
        ("GIF", "RGB", {}),
        ("GIF", "RGB", {"save_all": True, "append_images": [Image.new("RGB", (300, 200))]}),
        ("BMP", "RGB", {}),
        ("BMP", "P", {}),
        ("AVIF", "RGB", {}),
    ],
)
def test_every_common_format_becomes_the_same_picture(
    side: Side, format_: str, mode: str, options: dict[str, object]
) -> None:
    try:
        photo = side.prepare(encoded(corners(mode=mode), format_, **options))
    except HeicNotSupported:
        assert format_ == "AVIF" and not side.reads_heic
        return
    assert (photo.width_px, photo.height_px) == (300, 200)
    assert_upright(photo.jpeg)
    assert metadata_in(photo.jpeg) == []


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_becomes_white(side: Side, mode: str) -> None:
    image = Image.new(mode, (200, 100), 0)
    image.paste(Image.new(mode, (100, 100), (0, 255) if mode == "LA" else (0, 0, 0, 255)))
    photo = side.prepare(encoded(image, "PNG"))
    assert near(pixel(photo.jpeg, (50, 50)), (0, 0, 0))
    assert near(pixel(photo.jpeg, (150, 50)), (255, 255, 255))


def test_a_palette_with_a_transparent_colour_becomes_white_there(side: Side) -> None:
    image = Image.new("P", (200, 100), 0)
    image.putpalette([200, 30, 30, 30, 30, 200])
    image.paste(1, (100, 0, 200, 100))
    photo = side.prepare(encoded(image, "PNG", transparency=0))
    assert near(pixel(photo.jpeg, (50, 50)), (255, 255, 255))
    assert near(pixel(photo.jpeg, (150, 50)), (30, 30, 200))


@pytest.mark.parametrize(
    ("format_", "mode", "options"),
    [("JPEG", "L", {}), ("JPEG", "L", {"progressive": True}), ("PNG", "L", {}), ("PNG", "1", {})],
)
def test_grey_and_black_and_white_stay_as_they_are(
    side: Side, format_: str, mode: str, options: dict[str, object]
) -> None:
    image = Image.new(mode, (200, 100), 0)
    image.paste(255, (100, 0, 200, 100))
    photo = side.prepare(encoded(image, format_, **options))
    assert near(pixel(photo.jpeg, (50, 50)), (0, 0, 0))
    assert near(pixel(photo.jpeg, (150, 50)), (255, 255, 255))


def test_sixteen_bits_a_colour_keep_their_shades(side: Side) -> None:
    photo = side.prepare(png_of_16_bits((0x4000, 0xC000, 0x2000), (200, 100)))
    assert near(pixel(photo.jpeg, (100, 50)), (64, 192, 32))


def test_sixteen_bits_of_grey_keep_their_shades(side: Side) -> None:
    row = b"\x00\x40" * 100 + b"\x00\xc0" * 100
    image = Image.frombytes("I;16", (200, 100), row * 100)
    photo = side.prepare(encoded(image, "PNG"))
    assert near(pixel(photo.jpeg, (50, 50)), (64, 64, 64))
    assert near(pixel(photo.jpeg, (150, 50)), (192, 192, 192))


def test_the_colours_of_a_wide_gamut_phone_become_srgb(side: Side) -> None:
    display_p3 = open_heic(a_photo("IMG_5195.HEIC")).info["icc_profile"]
    red_of_srgb_in_p3 = Image.new("RGB", (64, 64), (234, 51, 35))
    photo = side.prepare(encoded(red_of_srgb_in_p3, "JPEG", icc_profile=display_p3, quality=95))
    assert near(pixel(photo.jpeg, (32, 32)), (254, 0, 0), shade=14)


def test_a_picture_of_one_pixel_stays_one(side: Side) -> None:
    photo = side.prepare(encoded(Image.new("RGB", (1, 1), (200, 30, 30)), "PNG"))
    assert (photo.width_px, photo.height_px) == opened(photo.thumbnail).size == (1, 1)
    assert near(pixel(photo.jpeg, (0, 0)), (200, 30, 30))


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((20_000, 20), (1600, 2)), ((20_000, 10), (1600, 1)), ((10, 30_000), (1, 1600))],
)
def test_a_very_long_narrow_picture_keeps_its_shape(
    side: Side, size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    photo = side.prepare(encoded(Image.new("RGB", size, (30, 30, 200)), "JPEG"))
    assert (photo.width_px, photo.height_px) == wanted
    assert near(pixel(photo.jpeg, (0, 0)), (30, 30, 200))


def test_what_a_phone_hides_behind_the_picture_is_ignored(side: Side) -> None:
    photo = side.prepare(encoded(corners(), "JPEG") + b"MotionPhoto_Data" + bytes(5000))
    assert_upright(photo.jpeg)
    assert b"MotionPhoto" not in photo.jpeg


def test_a_place_that_only_xmp_knows_is_removed_and_not_believed(side: Side) -> None:
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/' exif:GPSLatitude='55,36.3N'/>"
    photo = side.prepare(encoded(corners(), "JPEG", xmp=xmp))
    assert_upright(photo.jpeg)
    assert photo.place is None
    assert b"xmpmeta" not in photo.jpeg and metadata_in(photo.jpeg) == []


def test_noise_that_no_quality_makes_small_is_kept_all_the_same(side: Side) -> None:
    noise = Image.effect_noise((2000, 2000), 120).convert("RGB")
    photo = side.prepare(encoded(noise, "JPEG", quality=95))
    assert (photo.width_px, photo.height_px) == (1600, 1600)
    assert len(photo.jpeg) < 1_000_000


def test_a_photo_with_an_unreadable_exif_loses_only_time_and_place(side: Side) -> None:
    jpeg = encoded(corners(), "JPEG", exif=b"Exif\x00\x00II*\x00" + bytes([255, 7] * 90))
    photo = side.prepare(jpeg)
    assert_upright(photo.jpeg)
    assert (photo.taken_at, photo.place) == (None, None)


@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.99, -2])
@pytest.mark.parametrize("format_", ["JPEG", "progressive", "PNG", "WEBP", "GIF", "BMP"])
def test_a_file_that_ends_too_early_is_damaged(side: Side, format_: str, part: float) -> None:
    picture = Image.open(io.BytesIO(a_photo("DSCN0010.jpg"))).resize((160, 120))
    if format_ == "progressive":
        whole = encoded(picture, "JPEG", progressive=True)
    else:
        whole = encoded(picture, format_)
    cut = whole[: max(16, int(len(whole) * part)) if part > 0 else int(part)]
    with pytest.raises(DamagedPhoto):
        side.prepare(cut)


@pytest.mark.parametrize("part", [0.003, 0.5, 0.999])
def test_a_heic_that_ends_too_early_is_damaged(side: Side, part: float) -> None:
    whole = a_photo("IMG_5195.HEIC")
    with pytest.raises(DamagedPhoto):
        side.prepare(whole[: int(len(whole) * part)])


@pytest.mark.parametrize(
    ("original", "error"),
    [
        pytest.param(b"", EmptyPhoto, id="empty"),
        pytest.param("Det här är ingen bild".encode(), NotAPicture, id="text"),
        pytest.param(b"%PDF-1.7\n" + bytes(500), NotAPicture, id="pdf"),
        pytest.param(b"\x00\x00\x00\x18ftypisom" + bytes(500), NotAPicture, id="video"),
        pytest.param(b"\xff\xd8", NotAPicture, id="two bytes"),
        pytest.param(a_photo("corrupted.jpg"), DamagedPhoto, id="corrupted.jpg"),
        pytest.param(b"\xff\xd8\xff\xd9", DamagedPhoto, id="a JPEG of nothing"),
        pytest.param(encoded(corners(), "TIFF"), NotAPicture, id="TIFF"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", NotAPicture, id="SVG"),
        pytest.param(jpeg_claiming(12_000, 9_000), TooManyPixels, id="108 megapixels"),
        pytest.param(jpeg_claiming(20_000, 20_000), TooManyPixels, id="huge JPEG"),
        pytest.param(jpeg_claiming(0, 200), DamagedPhoto, id="JPEG without width"),
        pytest.param(png_claiming(20_000, 20_000), TooManyPixels, id="huge PNG"),
        pytest.param(png_claiming(2_000_000_000, 2_000_000_000), TooManyPixels, id="absurd PNG"),
    ],
)
def test_what_cannot_be_a_photo_says_why(
    side: Side, original: bytes, error: type[PhotoError]
) -> None:
    with pytest.raises(error):
        side.prepare(original)


def test_a_file_larger_than_any_photo_is_refused_unread(side: Side) -> None:
    with pytest.raises(PhotoTooLarge):
        side.prepare_zeros(MAX_FILE_BYTES + 1)


def test_bytes_and_a_file_of_the_browser_give_the_same_photo(side: Side) -> None:
    original = a_photo("landscape_6.jpg")
    assert side.prepare_from_bytes(original) == side.prepare(original)
