"""The browser's own picture machinery, from Python in a worker (createImageBitmap, canvas)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.device.photo.cover import PixelBox
from app.device.photo.errors import BrowserTooOld

# Canvas transforms (a, b, c, d) that turn Exif orientation n upright, on the unit square.
TURNS = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, 1, -1, 0),
    7: (0, -1, -1, 0),
    8: (0, -1, 1, 0),
}


def joined_blob(parts: Sequence[Any]) -> Any:
    """Parts of Blobs or bytes as one Blob; the browser copies nothing of what are Blobs."""
    return js.Blob.new(to_js(list(parts)))


async def decoded(blob: Any, size: tuple[int, int] | None) -> Any:
    """An ImageBitmap, shrunk to size if given. Raises JsException when it cannot be decoded."""
    if size is None:
        return await js.createImageBitmap(blob)
    return await js.createImageBitmap(
        blob, _options(resizeWidth=size[0], resizeHeight=size[1], resizeQuality="high")
    )


def upright_canvas(picture: Any, size: tuple[int, int], orientation: int) -> Any:
    """The picture (ImageBitmap or canvas) filling `size`, turned, on white."""
    if not hasattr(js, "OffscreenCanvas"):
        raise BrowserTooOld("no OffscreenCanvas")
    canvas = js.OffscreenCanvas.new(*size)
    context = canvas.getContext("2d", _options(alpha=False))
    if context is None:
        raise BrowserTooOld("no 2d context in a worker")
    width_px, height_px = size
    context.fillStyle = "#fff"
    context.fillRect(0, 0, width_px, height_px)
    context.imageSmoothingEnabled = True
    context.imageSmoothingQuality = "high"
    a, b, c, d = TURNS[orientation]
    context.setTransform(a, b, c, d, width_px / 2, height_px / 2)
    across, down = (height_px, width_px) if orientation >= 5 else size
    context.drawImage(picture, -across / 2, -down / 2, across, down)
    return canvas


def fill(canvas: Any, colour: tuple[int, int, int], boxes: Sequence[PixelBox]) -> None:
    """On whole pixels and without any transform, so that no edge is smoothed."""
    context = canvas.getContext("2d")
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = "rgb({}, {}, {})".format(*colour)
    for box in boxes:
        context.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top)


async def encoded(canvas: Any, qualities: Sequence[int], target_bytes: int) -> bytes:
    """JPEG of the first quality (percent) that fits, or of the last."""
    blob: Any = None
    for quality in qualities:
        blob = await canvas.convertToBlob(_options(type="image/jpeg", quality=quality / 100))
        if blob.size <= target_bytes:
            break
    content: bytes = (await blob.arrayBuffer()).to_bytes()
    return content


def _options(**values: object) -> Any:
    return to_js(values, dict_converter=js.Object.fromEntries)


__all__ = ["JsException", "decoded", "encoded", "fill", "joined_blob", "upright_canvas"]
