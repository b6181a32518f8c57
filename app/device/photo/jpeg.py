"""JPEG's segments (ITU-T T.81 annex B): outline, damage, and removing what is not picture.

Decoders fill what is missing with grey and say nothing, each in its own way, so damage is looked
for here: a marker that cannot stand inside the picture data, or an end that never comes.
"""

from __future__ import annotations

import re

from app.device.photo.errors import DamagedPhoto
from app.device.photo.outline import Outline, Patch, PhotoFormat, Span, checked_size
from app.device.photo.source import WINDOW_BYTES, Window

SIGNATURE = b"\xff\xd8\xff"
EXIF_NAME = b"Exif\x00\x00"

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP15 = 0xE0, 0xE1, 0xEF
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF})  # DHT DAC DQT DNL DRI DHP EXP
_FRAMES = frozenset(range(0xC0, 0xD0)) - _TABLES - {0xC8}
_LONE = frozenset(range(0xD0, 0xD8)) | {0x01}  # restart markers between segments, TEM
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


async def outline(window: Window) -> Outline:
    """Raises DamagedPhoto, TooManyPixels. What follows the end marker (video, maps) is ignored."""
    size: tuple[int, int] | None = None
    exif: Span | None = None
    cuts: list[Patch] = []
    has_scan = False
    at = 2
    while True:
        marker, at = await _marker(window, at)
        if marker == _EOI:
            break
        if marker in _LONE:
            continue
        end = at + await _length(window, at)
        if marker in _FRAMES:
            if size is not None:
                raise DamagedPhoto("a second frame inside the picture")
            fields = await window.at(at + 2, 5)
            size = checked_size(
                int.from_bytes(fields[3:5], "big"), int.from_bytes(fields[1:3], "big")
            )
        elif marker == _SOS:
            if size is None:
                raise DamagedPhoto("picture data before its frame")
            has_scan = True
            end = await _scan_end(window, end)
        elif marker == _APP1:
            if await window.at(at + 2, len(EXIF_NAME)) == EXIF_NAME:
                exif = exif or Span(start=at + 2 + len(EXIF_NAME), end=end)
                cuts.append(Patch(span=Span(start=at - 2, end=end)))
        elif not (marker in _TABLES or marker == _COM or _APP0 <= marker <= _APP15):
            raise DamagedPhoto(f"marker {marker:#x} inside the picture")
        at = end
    if size is None or not has_scan:
        raise DamagedPhoto("no picture data")
    return Outline(
        format=PhotoFormat.JPEG,
        width_px=size[0],
        height_px=size[1],
        exif=exif,
        without_exif=tuple(cuts),
    )


def without_metadata(jpeg: bytes) -> bytes:
    """The same picture, pixel for pixel, with no APPn (but JFIF's) and no comment."""
    kept = [jpeg[:2]]
    at = 2
    while jpeg[at + 1] != _SOS:
        marker = jpeg[at + 1]
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        is_jfif = marker == _APP0 and jpeg[at + 4 : at + 9] == b"JFIF\x00"
        if is_jfif or not (marker == _COM or _APP0 <= marker <= _APP15):
            kept.append(jpeg[at:end])
        at = end
    kept.append(jpeg[at:])
    return b"".join(kept)


async def _marker(window: Window, at: int) -> tuple[int, int]:
    """The marker at `at` and the offset behind it. Cameras may fill with 0xFF before it."""
    pair = await window.exactly(at, 2)
    while pair is not None and pair == b"\xff\xff":
        at += 1
        pair = await window.exactly(at, 2)
    if pair is None:
        raise DamagedPhoto("the end is missing")
    if pair[0] != 0xFF or pair[1] == 0x00:
        raise DamagedPhoto("no marker where one must be")
    return pair[1], at + 2


async def _length(window: Window, at: int) -> int:
    field = await window.exactly(at, 2)
    length = int.from_bytes(field, "big") if field else 0
    if length < 2 or at + length > window.size:
        raise DamagedPhoto("a segment goes beyond the end")
    return length


async def _scan_end(window: Window, at: int) -> int:
    """Where the marker that ends this picture data stands."""
    while at < window.size:
        piece = await window.at(at, WINDOW_BYTES)
        found = _SCAN_END.search(piece)
        if found:
            return at + found.start()
        at += max(1, len(piece) - 1)  # a marker may lie across the seam
    raise DamagedPhoto("the end is missing")
