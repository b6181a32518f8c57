"""Whether bytes are a photo the store takes: a whole JPEG with nothing in it but the picture."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

from sync.central.problems import Problem

MAX_PIXELS = 50_000_000
THUMBNAIL_PX = 320
THUMBNAIL_BYTES = 20_000

_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_SIZES = frozenset({0xC0, 0xC1, 0xC2})
_PICTURE = _SIZES | {0xC4, 0xDB, 0xDD, _SCAN}
"""Frames that every decoder knows, their tables (DHT, DQT, DRI) and scans; ITU-T T.81 B.1.1.3."""
_APP0, _APP15, _COMMENT = 0xE0, 0xEF, 0xFE
_JFIF_BYTES, _ADOBE_BYTES = 14, 12
"""Without a small picture in JFIF's, and with nothing behind Adobe's; ITU-T T.871, T.872."""
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def check_photo(data: bytes) -> None:
    """Raises Problem: not_a_photo, or has_metadata for EXIF, XMP, IPTC, comments and whatever
    stands behind the picture."""
    for marker, payload in _segments(data):
        if marker == _COMMENT or _APP0 <= marker <= _APP15:
            if not _is_harmless(marker, payload):
                raise Problem(
                    "has_metadata", f"the photo has a segment {marker:#04x} with metadata"
                )
        elif marker not in _PICTURE:
            raise Problem("not_a_photo", f"a segment {marker:#04x} is not of a JPEG photo")
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
    """Marker and payload of every segment up to the picture's end, those between scans too."""
    picture = data.rstrip(b"\0")
    if not picture.startswith(_START) or not picture.endswith(_END):
        raise Problem("not_a_photo", "the bytes do not begin and end like a JPEG photo")
    at, end = len(_START), len(picture) - len(_END)
    while at + 4 <= end:
        marker, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4], "big")
        if picture[at : at + 2] == _END:
            raise Problem("has_metadata", "the photo has more behind the end of its picture")
        if picture[at] != 0xFF or length < 2:
            break
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        yield marker, picture[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == _SCAN:
            found = _SCAN_END.search(picture, at)
            at = found.start() if found else len(picture)
    if at != end:
        raise Problem("not_a_photo", "the JPEG photo is damaged")


def _is_harmless(marker: int, payload: bytes) -> bool:
    """Says how to show the picture, and nothing else."""
    match marker:
        case 0xE0:
            return payload.startswith(b"JFIF\0") and len(payload) == _JFIF_BYTES
        case 0xE2:
            return payload.startswith(b"ICC_PROFILE\0")
        case 0xEE:
            return payload.startswith(b"Adobe") and len(payload) == _ADOBE_BYTES
        case _:
            return False


def _pixels(frame: bytes) -> int:
    return int.from_bytes(frame[1:3], "big") * int.from_bytes(frame[3:5], "big")
