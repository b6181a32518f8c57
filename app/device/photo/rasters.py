"""Outlines of PNG, WebP, GIF and BMP: size from the header, and whether the file is whole."""

from __future__ import annotations

from app.device.photo.errors import DamagedPhoto
from app.device.photo.outline import Outline, Patch, PhotoFormat, Span, checked_size
from app.device.photo.source import Window

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


async def png(window: Window) -> Outline:
    head = await window.at(8, 16)
    if len(head) < 16 or head[4:8] != b"IHDR":
        raise DamagedPhoto("PNG without header")
    width_px, height_px = checked_size(_big(head[8:12]), _big(head[12:16]))
    exif: Span | None = None
    cuts: list[Patch] = []
    at, kind = 8, b""
    while kind != b"IEND":
        chunk = await window.exactly(at, 8)
        end = at + 12 + _big(chunk[:4]) if chunk else window.size + 1
        if chunk is None or end > window.size:
            raise DamagedPhoto("PNG without end")
        kind = chunk[4:8]
        if kind == b"eXIf":
            exif = exif or Span(start=at + 8, end=end - 4)
            cuts.append(Patch(span=Span(start=at, end=end)))
        at = end
    return Outline(
        format=PhotoFormat.PNG,
        width_px=width_px,
        height_px=height_px,
        exif=exif,
        without_exif=tuple(cuts),
    )


async def webp(window: Window) -> Outline:
    head = await window.at(0, 30)
    if len(head) < 30:
        raise DamagedPhoto("WebP without header")
    match head[12:16]:
        case b"VP8X":
            size = (1 + _little(head[24:27]), 1 + _little(head[27:30]))
        case b"VP8L":
            bits = _little(head[21:25])
            size = (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
        case b"VP8 ":
            size = (_little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF)
        case _:
            raise DamagedPhoto("WebP without picture")
    width_px, height_px = checked_size(*size)
    end = 8 + _little(head[4:8])
    if end > window.size:
        raise DamagedPhoto("WebP without end")
    exif: Span | None = None
    renamed: list[Patch] = []  # cutting it out would make the file's own length wrong
    at = 12
    while at + 8 <= end:
        chunk = await window.at(at, 8)
        length = _little(chunk[4:8])
        if at + 8 + length > end:
            raise DamagedPhoto("a WebP chunk goes beyond the end")
        if chunk[:4] == b"EXIF":
            name = 6 if await window.at(at + 8, 6) == b"Exif\x00\x00" else 0  # some writers
            exif = exif or Span(start=at + 8 + name, end=at + 8 + length)
            renamed.append(Patch(span=Span(start=at, end=at + 4), put=b"none"))
        at += 8 + length + length % 2
    return Outline(
        format=PhotoFormat.WEBP,
        width_px=width_px,
        height_px=height_px,
        exif=exif,
        without_exif=tuple(renamed),
    )


async def gif(window: Window) -> Outline:
    """Only the first picture of an animation must be whole: it is the one that is kept."""
    head = await window.at(0, 13)
    if len(head) < 13:
        raise DamagedPhoto("GIF without header")
    width_px, height_px = checked_size(_little(head[6:8]), _little(head[8:10]))
    at = 13 + _palette_bytes(head[10])
    while True:
        match await window.at(at, 1):
            case b"!":
                at = await _after_blocks(window, at + 2)
            case b",":
                descriptor = await window.at(at, 10)
                if len(descriptor) < 10:
                    raise DamagedPhoto("GIF without picture")
                await _after_blocks(window, at + 10 + _palette_bytes(descriptor[9]) + 1)
                break
            case _:
                raise DamagedPhoto("GIF without picture")
    return Outline(format=PhotoFormat.GIF, width_px=width_px, height_px=height_px)


async def bmp(window: Window) -> Outline:
    head = await window.at(0, 34)
    if len(head) < 26:
        raise DamagedPhoto("BMP without header")
    pixels_at = _little(head[10:14])
    if _little(head[14:18]) == 12:  # the header of OS/2
        size, depth, packed = (_little(head[18:20]), _little(head[20:22])), _little(head[24:26]), 0
    else:
        height = int.from_bytes(head[22:26], "little", signed=True)  # negative: top row first
        size, depth = (_little(head[18:22]), abs(height)), _little(head[28:30])
        packed = _little(head[30:34])
    width_px, height_px = checked_size(*size)
    row_bytes = (width_px * depth + 31) // 32 * 4
    if packed in (0, 3) and pixels_at + row_bytes * height_px > window.size:
        raise DamagedPhoto("BMP without end")
    return Outline(format=PhotoFormat.BMP, width_px=width_px, height_px=height_px)


def _palette_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


async def _after_blocks(window: Window, at: int) -> int:
    while True:
        length = await window.at(at, 1)
        if not length:
            raise DamagedPhoto("GIF without end")
        at += 1 + length[0]
        if length == b"\x00":
            return at


def _big(field: bytes) -> int:
    return int.from_bytes(field, "big")


def _little(field: bytes) -> int:
    return int.from_bytes(field, "little")
