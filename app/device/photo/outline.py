"""What a picture file says about itself before any pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.device.photo.errors import DamagedPhoto, TooManyPixels

MAX_PIXELS = 100_000_000


class PhotoFormat(StrEnum):
    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    GIF = "GIF"
    BMP = "BMP"
    HEIC = "HEIC"
    AVIF = "AVIF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Bytes start..end of the file, end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Bytes to put in the place of others; none at all to cut them out."""

    span: Span
    put: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Format and size as stored, that is before any orientation is applied.

    exif: the TIFF block with time, place and orientation.
    without_exif: what makes of it a whole file in which no decoder finds any Exif.
    """

    format: PhotoFormat
    width_px: int
    height_px: int
    exif: Span | None = None
    without_exif: tuple[Patch, ...] = ()


def patched(content: bytes, patches: tuple[Patch, ...]) -> bytes:
    """The patches stand in the order of the file."""
    parts: list[bytes] = []
    at = 0
    for patch in patches:
        parts += [content[at : patch.span.start], patch.put]
        at = patch.span.end
    return b"".join([*parts, content[at:]]) if parts else content


def checked_size(width_px: int, height_px: int) -> tuple[int, int]:
    """The size, if it can be decoded. Called before decoding: a few bytes can claim gigabytes."""
    if width_px <= 0 or height_px <= 0:
        raise DamagedPhoto("a picture without size")
    if width_px * height_px > MAX_PIXELS:
        raise TooManyPixels(f"{width_px} x {height_px} pixels")
    return width_px, height_px
