"""Pictures that the browser's camera plugin mirrors come out the right way round."""

from __future__ import annotations

import asyncio
import io

from PIL import Image

from app.device.camera import marked_as_mirrored
from app.device.photo.native import PillowCodec
from app.device.photo.source import BytesSource


def a_picture_red_on_the_left() -> bytes:
    picture = Image.new("RGB", (200, 100), "blue")
    picture.paste("red", (0, 0, 100, 100))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return out.getvalue()


def test_a_mirrored_picture_is_turned_back() -> None:
    marked = marked_as_mirrored(a_picture_red_on_the_left())
    prepared = asyncio.run(PillowCodec().prepare(BytesSource(marked)))
    kept = Image.open(io.BytesIO(prepared.jpeg)).convert("RGB")
    assert kept.getpixel((150, 50))[0] > 200, "red is on the right now"
    assert kept.getpixel((50, 50))[2] > 200, "blue is on the left now"


def test_what_is_no_jpeg_is_left_as_it_is() -> None:
    assert marked_as_mirrored(b"png or nothing") == b"png or nothing"
