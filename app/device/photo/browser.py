"""The codec of the browser app: the browser decodes, turns, shrinks and encodes.

Engines have disagreed on whether they turn a picture as its Exif says. So they never see the
Exif: the Blob they decode is the original with that part cut out, and we turn the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

import js
from pyodide.ffi import to_js

from app.device.page import load_page_module
from app.device.photo.blob import BlobSource
from app.device.photo.canvas import (
    JsException,
    decoded,
    encoded,
    fill,
    joined_blob,
    upright_canvas,
)
from app.device.photo.codec import (
    COVER_COLOUR,
    LONG_EDGE_PX,
    QUALITIES,
    SHRUNK_QUALITY,
    TARGET_BYTES,
    THUMBNAIL_BYTES,
    THUMBNAIL_LONG_EDGE_PX,
    THUMBNAIL_QUALITIES,
    PreparedPhoto,
    fitted,
    prepared,
)
from app.device.photo.cover import covered_pixels
from app.device.photo.errors import DamagedPhoto, HeicNotSupported
from app.device.photo.intake import Intake, take_in
from app.device.photo.jpeg import without_metadata
from app.device.photo.outline import Outline, PhotoFormat
from app.device.photo.quality import (
    LIGHTEST_SHARE,
    MEASURED_PX,
    SMALLEST_MEASURED_PX,
    UNMEASURED,
    PhotoQuality,
)
from app.device.photo.shapes import CoverShape
from app.device.photo.source import BytesSource, PhotoSource

MEASURING, SHRINKING = "photo-quality.js", "photo-shrink.js"
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
        self._measuring: Any = None
        self._shrinking: Any = None

    async def prepare(self, original: PhotoSource) -> PreparedPhoto:
        intake = await take_in(original, self._zone)
        canvas = await _upright(original, intake, LONG_EDGE_PX)
        return await self._finished(canvas, intake, await self._quality(canvas))

    async def cover(self, jpeg: bytes, shapes: Sequence[CoverShape]) -> PreparedPhoto:
        intake = await take_in(BytesSource(jpeg), self._zone)
        canvas = await _upright(BytesSource(jpeg), intake, LONG_EDGE_PX)
        quality = await self._quality(canvas)
        fill(canvas, COVER_COLOUR, covered_pixels(shapes, _size_of(canvas)))
        return await self._finished(canvas, intake, quality)

    async def shrunk(self, jpeg: bytes, long_edge_px: int) -> bytes:
        intake = await take_in(BytesSource(jpeg), self._zone)
        if _is_plain(intake) and hasattr(js, "OffscreenCanvas"):
            return await self._shrunk_at_once(jpeg, intake.outline, long_edge_px)
        canvas = await _upright(BytesSource(jpeg), intake, long_edge_px)
        return without_metadata(await encoded(canvas, (SHRUNK_QUALITY,), 0))

    async def _shrunk_at_once(self, jpeg: bytes, outline: Outline, long_edge_px: int) -> bytes:
        """One wait for the browser instead of four: see assets/web/photo-shrink.js."""
        if self._shrinking is None:
            self._shrinking = await load_page_module(SHRINKING)
        size = fitted(outline.width_px, outline.height_px, long_edge_px)
        try:
            small = await self._shrinking.shrink(to_js(jpeg), *size, SHRUNK_QUALITY / 100)
        except JsException as error:
            raise DamagedPhoto("the browser cannot decode it") from error
        return without_metadata(small.to_bytes())

    async def _finished(self, canvas: Any, intake: Intake, quality: PhotoQuality) -> PreparedPhoto:
        size = _size_of(canvas)
        half = upright_canvas(canvas, fitted(*size, 2 * THUMBNAIL_LONG_EDGE_PX), 1)
        small = upright_canvas(half, fitted(*size, THUMBNAIL_LONG_EDGE_PX), 1)
        return prepared(
            jpeg=await encoded(canvas, QUALITIES, TARGET_BYTES),
            thumbnail=await encoded(small, THUMBNAIL_QUALITIES, THUMBNAIL_BYTES),
            size=size,
            taken_at=intake.facts.taken_at,
            place=intake.facts.place,
            quality=quality,
        )

    async def _quality(self, canvas: Any) -> PhotoQuality:
        width_px, height_px = fitted(*_size_of(canvas), MEASURED_PX)
        if min(width_px, height_px) < SMALLEST_MEASURED_PX:
            return UNMEASURED
        if self._measuring is None:
            self._measuring = await load_page_module(MEASURING)
        found = self._measuring.measure(canvas, width_px, height_px, LIGHTEST_SHARE)
        return PhotoQuality(
            sharpness=float(found.sharpness),
            brightness=float(found.brightness),
            contrast=float(found.contrast),
            lightest=float(found.lightest),
        )


def _is_plain(intake: Intake) -> bool:
    """A JPEG that stands upright and has nothing in it to cut out, as the app keeps its photos."""
    is_jpeg = intake.outline.format is PhotoFormat.JPEG
    return is_jpeg and intake.facts.orientation <= 1 and not intake.outline.without_exif


def _size_of(canvas: Any) -> tuple[int, int]:
    return int(canvas.width), int(canvas.height)


async def _upright(original: PhotoSource, intake: Intake, long_edge_px: int) -> Any:
    """A canvas of the final size."""
    outline, orientation = intake.outline, intake.facts.orientation
    stored = (outline.width_px, outline.height_px)
    within = fitted(*stored, long_edge_px)
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
            return upright_canvas(bitmap, fitted(bitmap.width, bitmap.height, long_edge_px), 1)
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
