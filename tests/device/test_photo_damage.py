"""Broken files give a photo or a PhotoError, and nothing else, however they are broken."""

from __future__ import annotations

import asyncio
import random

import pytest

from app.device.photo.errors import DamagedPhoto, PhotoError
from app.device.photo.jpeg import without_metadata
from app.device.photo.native import PillowCodec
from app.device.photo.outline import Outline, PhotoFormat
from app.device.photo.sniff import outline_of
from app.device.photo.source import WINDOW_BYTES, BytesSource
from tests.device.photo_cases import a_photo, corners, encoded, metadata_in, turned

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"]


def outline(content: bytes) -> Outline:
    return asyncio.run(outline_of(BytesSource(content)))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_with_wrong_bytes_gives_a_photo_or_a_photo_error(format_: str) -> None:
    whole = turned(6, format_, (64, 48)) if format_ in ("JPEG", "PNG", "WEBP") else b""
    whole = whole or encoded(corners((64, 48)), format_)
    chance = random.Random(format_)
    codec = PillowCodec()
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3, 30))):
            broken[chance.randrange(len(broken))] = chance.choice((0, 255, chance.randrange(256)))
        try:
            asyncio.run(codec.prepare(BytesSource(bytes(broken))))
        except PhotoError:
            continue


@pytest.mark.parametrize("at", [359, 1056, 1075, 1093, 1263, 1370])
def test_a_heic_with_a_wrong_byte_in_its_lists_does_not_end_the_process(at: int) -> None:
    """Each of these places ended it with a segmentation fault when read the ordinary way."""
    broken = bytearray(a_photo("IMG_5195.HEIC"))
    broken[at] ^= 0xFF
    try:
        photo = asyncio.run(PillowCodec().prepare(BytesSource(bytes(broken))))
    except DamagedPhoto:
        return
    assert photo.width_px > 0


@pytest.mark.parametrize(
    ("content", "format_", "size"),
    [
        (a_photo("jolla.jpg"), PhotoFormat.JPEG, (3264, 2448)),
        (a_photo("landscape_6.jpg"), PhotoFormat.JPEG, (450, 600)),
        (a_photo("IMG_5195.HEIC"), PhotoFormat.HEIC, (3313, 2566)),
        (encoded(corners(), "AVIF"), PhotoFormat.AVIF, (300, 200)),
        (encoded(corners(), "PNG"), PhotoFormat.PNG, (300, 200)),
        (encoded(corners(), "WEBP"), PhotoFormat.WEBP, (300, 200)),
        (encoded(corners(), "WEBP", lossless=True), PhotoFormat.WEBP, (300, 200)),
        (turned(1, "WEBP"), PhotoFormat.WEBP, (300, 200)),
        (encoded(corners(), "GIF"), PhotoFormat.GIF, (300, 200)),
        (encoded(corners(), "BMP"), PhotoFormat.BMP, (300, 200)),
    ],
)
def test_format_and_size_are_read_without_decoding(
    content: bytes, format_: PhotoFormat, size: tuple[int, int]
) -> None:
    found = outline(content)
    assert found.format is format_
    assert sorted((found.width_px, found.height_px)) == sorted(size)


@pytest.mark.parametrize("before", [-1, 0, 1])
def test_a_marker_on_the_seam_between_two_pieces_is_seen(before: int) -> None:
    jpeg = encoded(corners(), "JPEG")
    data_at = jpeg.index(b"\xff\xda") + 14
    data = bytes(WINDOW_BYTES + before) + b"\xff\x9f\x00\x04" + bytes(100)
    with pytest.raises(DamagedPhoto, match="0x9f"):
        outline(jpeg[:data_at] + data + b"\xff\xd9")


def test_removing_metadata_leaves_every_pixel_byte() -> None:
    clean = encoded(corners(), "JPEG")
    told = encoded(corners(), "JPEG", comment=b"at home", exif=b"Exif\x00\x00II*\x00", dpi=(72, 72))
    assert metadata_in(told) != []
    assert metadata_in(without_metadata(told)) == []
    assert without_metadata(told).partition(b"\xff\xdb")[2] == clean.partition(b"\xff\xdb")[2]
