"""The codec of the browser app: the browser decodes, turns, shrinks and encodes.

Engines have disagreed on whether they turn a picture as its Exif says. So they never see the
Exif: the Blob they decode is the original with that part cut out, and we turn the picture.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

import js

from app.device.photo.blob import BlobSource
from app.device.photo.canvas import JsException, decoded, encoded, joined_blob, upright_canvas
from app.device.photo.codec import (
    LONG_EDGE_PX,
    QUALITIES,
    TARGET_BYTES,
    THUMBNAIL_BYTES,
    THUMBNAIL_LONG_EDGE_PX,
    THUMBNAIL_QUALITIES,
    PreparedPhoto,
    fitted,
    prepared,
)
from app.device.photo.errors import DamagedPhoto, HeicNotSupported
from app.device.photo.intake import take_in
from app.device.photo.outline import Outline, PhotoFormat
from app.device.photo.source import PhotoSource

_TURNED_BY_CONTAINER = frozenset({PhotoFormat.HEIC, PhotoFormat.AVIF})


class PhoneZone(tzinfo):
    """The time zone the phone is set to, which is the one its camera writes in."""

    def utcoffset(self, moment: datetime | None, /) -> timedelta:
        if moment is None:
            return timedelta()
        local = js.Date.new(
            moment.year, moment.month - 1, moment.day, moment.hour, moment.minute, moment.second
        )
        return timedelta(minutes=-int(local.getTimezoneOffset()))

    def dst(self, moment: datetime | None, /) -> timedelta:
        return timedelta()

    def tzname(self, moment: datetime | None, /) -> str:
        return "phone"


class CanvasCodec:
    """zone: of photos whose camera wrote no time zone; the phone's own if not given."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone or PhoneZone()

    async def prepare(self, original: PhotoSource) -> PreparedPhoto:
        intake = await take_in(original, self._zone)
        canvas = await _upright(original, intake.outline, intake.facts.orientation)
        size = (int(canvas.width), int(canvas.height))
        half = upright_canvas(canvas, fitted(*size, 2 * THUMBNAIL_LONG_EDGE_PX), 1)
        small = upright_canvas(half, fitted(*size, THUMBNAIL_LONG_EDGE_PX), 1)
        return prepared(
            jpeg=await encoded(canvas, QUALITIES, TARGET_BYTES),
            thumbnail=await encoded(small, THUMBNAIL_QUALITIES, THUMBNAIL_BYTES),
            size=size,
            taken_at=intake.facts.taken_at,
            place=intake.facts.place,
        )


async def _upright(original: PhotoSource, outline: Outline, orientation: int) -> Any:
    """A canvas of the final size."""
    stored = (outline.width_px, outline.height_px)
    within = fitted(*stored, LONG_EDGE_PX)
    by_container = outline.format in _TURNED_BY_CONTAINER
    try:
        blob = await _without_exif(original, outline)
        bitmap = await decoded(blob, None if by_container else _halfway(stored, within))
    except JsException as error:
        if by_container:
            raise HeicNotSupported(f"no decoder for {outline.format}") from error
        raise DamagedPhoto("the browser cannot decode it") from error
    try:
        if by_container:
            return upright_canvas(bitmap, fitted(bitmap.width, bitmap.height, LONG_EDGE_PX), 1)
        final = within[::-1] if orientation >= 5 else within
        return upright_canvas(bitmap, final, orientation)
    finally:
        bitmap.close()  # 48 MB for 12 megapixels: not to be left to the collector


def _halfway(stored: tuple[int, int], within: tuple[int, int]) -> tuple[int, int] | None:
    """Twice the final size, or None where the original is no larger.

    WebKit's shrinking skips pixels beyond 2:1; the last half is left to the canvas, which averages.
    """
    twice = (min(stored[0], 2 * within[0]), min(stored[1], 2 * within[1]))
    return None if twice == stored else twice


async def _without_exif(original: PhotoSource, outline: Outline) -> Any:
    if isinstance(original, BlobSource):
        whole = original.blob
    else:
        whole = joined_blob([await original.read(0, original.size)])
    parts: list[Any] = []
    at = 0
    for patch in outline.without_exif:
        parts += [whole.slice(at, patch.span.start), patch.put]
        at = patch.span.end
    return joined_blob([*parts, whole.slice(at)]) if parts else whole
