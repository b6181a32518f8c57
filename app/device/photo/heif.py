"""HEIF's boxes (ISO/IEC 14496-12, 23008-12), the container of HEIC and AVIF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.device.photo.errors import DamagedPhoto
from app.device.photo.outline import Outline, PhotoFormat, Span, checked_size
from app.device.photo.source import Window

_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_META_MAX_BYTES = 4 << 20


def format_of(front: bytes) -> PhotoFormat | None:
    """Which of the two, from the first bytes of the file; None for video and anything else."""
    if front[4:8] != b"ftyp":
        return None
    listed = front[8 : min(len(front), int.from_bytes(front[:4], "big"))]
    brands = {listed[i : i + 4] for i in range(0, len(listed), 4) if i != 4}  # 4: minor version
    if brands & _AVIF_BRANDS:
        return PhotoFormat.AVIF
    return PhotoFormat.HEIC if brands & _HEIC_BRANDS else None


async def outline(window: Window, format_: PhotoFormat) -> Outline:
    """Raises DamagedPhoto, TooManyPixels. The size is the largest of all images in the file."""
    meta: bytes | None = None
    at = 0
    while at < window.size:
        kind, body, end = await _top_level(window, at)
        if end > window.size:
            raise DamagedPhoto("a box goes beyond the end")
        if kind == b"meta" and meta is None:
            meta = await window.at(body, min(end - body, _META_MAX_BYTES))
        at = end
    if meta is None:
        raise DamagedPhoto("no description of the picture")
    boxes = list(_boxes(meta, 4))  # a full box: version and flags first
    _refuse_broken_list(boxes)
    width_px, height_px = checked_size(*_largest(boxes))
    exif = await _exif(window, boxes)
    return Outline(format=format_, width_px=width_px, height_px=height_px, exif=exif)


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    body: bytes


async def _top_level(window: Window, at: int) -> tuple[bytes, int, int]:
    head = await window.at(at, 16)
    if len(head) < 8:
        raise DamagedPhoto("a box is cut")
    size = int.from_bytes(head[:4], "big")
    if size == 1:
        return head[4:8], at + 16, at + max(16, int.from_bytes(head[8:16], "big"))
    return head[4:8], at + 8, window.size if size == 0 else at + max(8, size)


def _boxes(body: bytes, at: int = 0) -> Iterator[_Box]:
    while at + 8 <= len(body):
        size = int.from_bytes(body[at : at + 4], "big") or len(body) - at
        yield _Box(body[at + 4 : at + 8], body[at + 8 : at + size])
        at += max(8, size)


def _largest(boxes: list[_Box]) -> tuple[int, int]:
    sizes = [(0, 0)]
    for iprp in (box for box in boxes if box.kind == b"iprp"):
        for ipco in (box for box in _boxes(iprp.body) if box.kind == b"ipco"):
            for ispe in (box for box in _boxes(ipco.body) if box.kind == b"ispe"):
                width = int.from_bytes(ispe.body[4:8], "big")
                height = int.from_bytes(ispe.body[8:12], "big")
                sizes.append((width, height))
    return max(sizes, key=lambda size: size[0] * size[1])


async def _exif(window: Window, boxes: list[_Box]) -> Span | None:
    """The TIFF block of the Exif item; None when there is none or it lies outside the file."""
    item = next((_exif_item(box.body) for box in boxes if box.kind == b"iinf"), None)
    iloc = next((box.body for box in boxes if box.kind == b"iloc"), None)
    span = _location(iloc, item) if item is not None and iloc is not None else None
    if span is None or span.end > window.size or span.end - span.start < 4:
        return None
    skip = int.from_bytes(await window.at(span.start, 4), "big")  # to the TIFF header
    start = span.start + 4 + skip
    return Span(start=start, end=span.end) if start < span.end else None


def _refuse_broken_list(boxes: list[_Box]) -> None:
    """libheif 1.23 ends the process when something refers to an item that the list lost."""
    for iinf in (box.body for box in boxes if box.kind == b"iinf"):
        start = 6 if iinf[:1] == b"\x00" else 8
        listed = [item.kind for item in _boxes(iinf, start)]
        if listed.count(b"infe") != int.from_bytes(iinf[4:start], "big"):
            raise DamagedPhoto("the list of items is broken")


def _exif_item(iinf: bytes) -> int | None:
    for infe in _boxes(iinf, 6 if iinf[:1] == b"\x00" else 8):
        wide = 4 if infe.body[:1] == b"\x03" else 2
        if infe.body[6 + wide : 10 + wide] == b"Exif":
            return int.from_bytes(infe.body[4 : 4 + wide], "big")
    return None


def _location(iloc: bytes, wanted: int) -> Span | None:
    """Where the first extent of the item lies (construction method 0 only: in the file)."""
    version = iloc[0] if iloc else 0
    if len(iloc) < 8 or version > 2:
        return None
    offset_bytes, length_bytes = iloc[4] >> 4, iloc[4] & 15
    base_bytes, index_bytes = iloc[5] >> 4, (iloc[5] & 15 if version else 0)
    id_bytes = 4 if version == 2 else 2
    at = 6

    def take(length: int) -> int:
        nonlocal at
        at += length
        return int.from_bytes(iloc[at - length : at], "big")

    for _ in range(take(id_bytes)):
        if at >= len(iloc):
            return None
        item = take(id_bytes)
        method = take(2) & 15 if version else 0
        take(2)  # data reference: this file
        base = take(base_bytes)
        extents: list[Span] = []
        for _ in range(take(2)):
            if at >= len(iloc):
                return None
            take(index_bytes)
            start = base + take(offset_bytes)
            extents.append(Span(start=start, end=start + take(length_bytes)))
        if item == wanted:
            return extents[0] if method == 0 and extents else None
    return None
