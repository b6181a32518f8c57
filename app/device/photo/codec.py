"""What every photo becomes, whichever side makes it: Pillow or the browser's canvas."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.device.photo.jpeg import without_metadata
from app.device.photo.quality import UNMEASURED, PhotoQuality
from app.device.photo.shapes import CoverShape
from app.device.photo.source import PhotoSource
from sync.domain.geo import GeoPoint

LONG_EDGE_PX = 1600
TARGET_BYTES = 400_000
THUMBNAIL_LONG_EDGE_PX = 320
THUMBNAIL_BYTES = 20_000
QUALITIES = (85, 78, 70, 60, 50, 40)
THUMBNAIL_QUALITIES = (72, 60, 48, 36, 24, 12)
SHRUNK_QUALITY = 75
COVER_COLOUR = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedPhoto:
    """A photo as it is kept and sent: upright JPEG without metadata.

    sha256: hex digest of `jpeg`, the photo's name everywhere.
    taken_at (UTC) and place are what the camera wrote, to be offered, not trusted.
    quality: of the picture without what covers it.
    """

    jpeg: bytes
    thumbnail: bytes
    width_px: int
    height_px: int
    sha256: str
    taken_at: datetime | None
    place: GeoPoint | None
    quality: PhotoQuality = UNMEASURED


class PhotoCodec(Protocol):
    async def prepare(self, original: PhotoSource) -> PreparedPhoto:
        """Raises PhotoError (app.device.photo.errors) when no photo can be made of it."""
        ...

    async def cover(self, jpeg: bytes, shapes: Sequence[CoverShape]) -> PreparedPhoto:
        """A new photo, with solid black burnt into the pixels under the shapes.

        Whole cells of the JPEG are filled (cover.py): what is stored there has exactly one value.
        Raises PhotoError; BadShape when there are no shapes, or none of them in the photo.
        """
        ...

    async def shrunk(self, jpeg: bytes, long_edge_px: int) -> bytes:
        """A smaller JPEG without metadata, to show; several may be asked for at once."""
        ...


def thumbnail_name(sha256: str) -> str:
    """The file of a photo's small picture, beside the photo."""
    return f"{sha256}.small"


def fitted(width_px: int, height_px: int, long_edge_px: int) -> tuple[int, int]:
    """The size within long_edge_px, same shape; never larger than it was, never 0."""
    scale = min(1.0, long_edge_px / max(width_px, height_px))
    return max(1, round(width_px * scale)), max(1, round(height_px * scale))


def prepared(
    *,
    jpeg: bytes,
    thumbnail: bytes,
    size: tuple[int, int],
    taken_at: datetime | None,
    place: GeoPoint | None,
    quality: PhotoQuality,
) -> PreparedPhoto:
    clean = without_metadata(jpeg)
    return PreparedPhoto(
        jpeg=clean,
        thumbnail=without_metadata(thumbnail),
        width_px=size[0],
        height_px=size[1],
        sha256=hashlib.sha256(clean).hexdigest(),
        taken_at=taken_at,
        place=place,
        quality=quality,
    )
