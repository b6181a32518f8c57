"""The photo codecs behind one face: Pillow here, canvas in a browser's worker."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import Any, Protocol

from app.device.photo import errors
from app.device.photo.codec import PreparedPhoto
from app.device.photo.native import PillowCodec
from app.device.photo.quality import PhotoQuality
from app.device.photo.shapes import Box, CoverShape
from app.device.photo.source import BytesSource
from sync.domain.geo import GeoPoint
from tests.browser.pyodide_lab import PyodideLab, PythonError

SUMMER_IN_SWEDEN = timezone(timedelta(hours=2))

IN_THE_WORKER = """
import asyncio
import js
from dataclasses import asdict
from datetime import timedelta, timezone
from time import perf_counter
from pyodide.ffi import to_js
from app.device.photo.blob import BlobSource
from app.device.photo.browser import CanvasCodec
from app.device.photo.shapes import Box, Stroke
from app.device.photo.source import BytesSource

codec = CanvasCodec(timezone(timedelta(hours=2)))

def as_blob(original):
    return BlobSource(js.Blob.new(to_js([original])))

def zeros(count):
    return BlobSource(js.Blob.new(to_js([js.Uint8Array.new(count)])))

def shape(kind, values):
    if kind == "Stroke":
        values["points"] = tuple(tuple(point) for point in values["points"])
    return {"Box": Box, "Stroke": Stroke}[kind](**values)

async def covered(jpeg, shapes):
    return as_plain(await codec.cover(jpeg, [shape(*each) for each in shapes]))

async def plain(source, codec=codec):
    return as_plain(await codec.prepare(source))

def as_plain(photo):
    place = photo.place
    return {
        "jpeg": photo.jpeg,
        "thumbnail": photo.thumbnail,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "sha256": photo.sha256,
        "taken_at": photo.taken_at and photo.taken_at.isoformat(),
        "place": place and [place.lat_deg, place.lon_deg, place.accuracy_m],
        "quality": asdict(photo.quality),
    }
"""


class Side(Protocol):
    reads_heic: bool

    def prepare(self, original: bytes) -> PreparedPhoto: ...

    def prepare_from_bytes(self, original: bytes) -> PreparedPhoto: ...

    def prepare_zeros(self, count: int) -> PreparedPhoto:
        """A file of so many zeros, made where the codec runs."""
        ...

    def cover(self, jpeg: bytes, shapes: Sequence[CoverShape]) -> PreparedPhoto: ...

    def shrunk(self, jpeg: bytes, long_edge_px: int) -> bytes: ...


class NativeSide:
    reads_heic = True

    def prepare(self, original: bytes) -> PreparedPhoto:
        return asyncio.run(PillowCodec(SUMMER_IN_SWEDEN).prepare(BytesSource(original)))

    def prepare_from_bytes(self, original: bytes) -> PreparedPhoto:
        return self.prepare(original)

    def prepare_zeros(self, count: int) -> PreparedPhoto:
        return self.prepare(bytes(count))

    def cover(self, jpeg: bytes, shapes: Sequence[CoverShape]) -> PreparedPhoto:
        return asyncio.run(PillowCodec(SUMMER_IN_SWEDEN).cover(jpeg, shapes))

    def shrunk(self, jpeg: bytes, long_edge_px: int) -> bytes:
        return asyncio.run(PillowCodec(SUMMER_IN_SWEDEN).shrunk(jpeg, long_edge_px))


class BrowserSide:
    """Names of the worker's Python stay between runs, so it is set up once."""

    reads_heic = False

    def __init__(self, lab: PyodideLab) -> None:
        self.lab = lab
        lab.run(IN_THE_WORKER)

    def prepare(self, original: bytes) -> PreparedPhoto:
        return self._photo("await plain(as_blob(original))", original=original)

    def prepare_from_bytes(self, original: bytes) -> PreparedPhoto:
        return self._photo("await plain(BytesSource(original))", original=original)

    def prepare_in_own_zone(self, original: bytes) -> PreparedPhoto:
        """With the time zone the browser is set to."""
        return self._photo("await plain(as_blob(original), CanvasCodec())", original=original)

    def prepare_without_canvas(self, original: bytes) -> PreparedPhoto:
        code = "del js.OffscreenCanvas\nawait plain(as_blob(original))"
        self.lab.run(IN_THE_WORKER, worker="old")
        try:
            return self._photo(code, worker="old", original=original)
        finally:
            self.lab.close_worker("old")

    def prepare_zeros(self, count: int) -> PreparedPhoto:
        return self._photo("await plain(zeros(count))", count=count)

    def cover(self, jpeg: bytes, shapes: Sequence[CoverShape]) -> PreparedPhoto:
        told = [["Box" if isinstance(shape, Box) else "Stroke", asdict(shape)] for shape in shapes]
        return self._photo("await covered(jpeg, shapes)", jpeg=jpeg, shapes=told)

    def shrunk(self, jpeg: bytes, long_edge_px: int) -> bytes:
        found: bytes = self._run(
            "await codec.shrunk(jpeg, long_edge_px)", jpeg=jpeg, long_edge_px=long_edge_px
        )
        return found

    def _run(self, code: str, **data: Any) -> Any:
        try:
            return self.lab.run(code, **data)
        except PythonError as error:
            kind = getattr(errors, error.kind, None)
            if kind is None:
                raise
            raise kind(str(error)) from error

    def _photo(self, code: str, **data: Any) -> PreparedPhoto:
        found: dict[str, Any] = self._run(code, **data)
        place = found.pop("place")
        taken_at = found.pop("taken_at")
        return PreparedPhoto(
            quality=PhotoQuality(**found.pop("quality")),
            **found,
            taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
            place=place and GeoPoint(lat_deg=place[0], lon_deg=place[1], accuracy_m=place[2]),
        )


SIDES = ("pillow", "chromium", "webkit")


@contextmanager
def side_called(name: str) -> Iterator[Side]:
    if name == "pillow":
        yield NativeSide()
        return
    with PyodideLab(name) as lab:
        yield BrowserSide(lab)
