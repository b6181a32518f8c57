"""Whether bytes are a photo the store takes: a whole JPEG with nothing in it but the picture."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

from sync.central.problems import Problem

MAX_PIXELS = 50_000_000
THUMBNAIL_PX = 320
THUMBNAIL_BYTES = 20_000

_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_SIZES = frozenset({0xC0, 0xC1, 0xC2})
_APP0, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE2, 0xEE, 0xEF, 0xFE
_HARMLESS = {_APP0: (b"JFIF\0", b"JFXX\0"), _APP2: (b"ICC_PROFILE\0",), _APP14: (b"Adobe",)}
"""Application segments that say how to show the picture; ITU-T T.81 B.2.4.6, T.872."""


def check_photo(data: bytes) -> None:
    """Raises Problem: not_a_photo, or has_metadata for EXIF, XMP, IPTC and comments."""
    for marker, payload in _segments(data):
        if marker == _COMMENT or _APP0 <= marker <= _APP15:
            if not payload.startswith(_HARMLESS.get(marker, ())):
                raise Problem(
                    "has_metadata", f"the photo has a segment {marker:#04x} with metadata"
                )
        elif marker in _SIZES and _pixels(payload) > MAX_PIXELS:
            raise Problem("not_a_photo", f"the photo has more than {MAX_PIXELS} pixels")
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Problem("not_a_photo", "the bytes are not a JPEG photo") from error


def make_thumbnail(photo: bytes) -> bytes:
    """A JPEG of at most THUMBNAIL_PX and THUMBNAIL_BYTES. Raises Problem when it is damaged."""
    try:
        with Image.open(io.BytesIO(photo), formats=["JPEG"]) as image:
            image.draft("RGB", (THUMBNAIL_PX, THUMBNAIL_PX))
            image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BILINEAR)
            small = image.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise Problem("not_a_photo", "the photo is damaged and cannot be shown") from error
    for quality in (80, 65, 50, 35, 20):
        out = io.BytesIO()
        small.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= THUMBNAIL_BYTES:
            return out.getvalue()
    raise Problem("not_a_photo", "no small picture can be made of this one")


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and payload of every segment before the picture's own bytes."""
    if not data.startswith(_START) or not data.rstrip(b"\0").endswith(_END):
        raise Problem("not_a_photo", "the bytes do not begin and end like a JPEG photo")
    at = len(_START)
    while at + 4 <= len(data):
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at] != 0xFF or length < 2:
            break
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        yield marker, data[at + 4 : at + 2 + length]
        if marker == _SCAN:
            return
        at += 2 + length
    raise Problem("not_a_photo", "the JPEG photo is damaged")


def _pixels(frame: bytes) -> int:
    return int.from_bytes(frame[1:3], "big") * int.from_bytes(frame[3:5], "big")
