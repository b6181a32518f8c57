"""How long a 12-megapixel photo takes with Pillow: `python -m tests.bench.photo`.

The photo is a real one at the pixel, 4000 x 3000, so that there is as much detail to decode as a
phone's camera writes: part of the Nokia photo above its own mirror image.
"""

from __future__ import annotations

import asyncio
import io
import os
import statistics
import sys
import time

from PIL import Image, ImageOps

from app.device.photo.native import PillowCodec
from app.device.photo.source import BytesSource
from tests.device.photo_cases import PHOTOS

WIDTH_PX, HEIGHT_PX = 4000, 3000
ROUNDS = 25


def twelve_megapixels() -> bytes:
    with Image.open(PHOTOS / "HMD_Nokia_8.3_5G.jpg") as opened:
        above = opened.crop((300, 0, 300 + WIDTH_PX, opened.height))
        exif = opened.getexif()
    exif[0x0112] = 6
    picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX))
    picture.paste(above)
    picture.paste(ImageOps.flip(above), (0, above.height))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92, subsampling="4:2:0", exif=exif.tobytes())
    return out.getvalue()


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the budget is for one core
    original = BytesSource(twelve_megapixels())
    codec = PillowCodec()
    asyncio.run(codec.prepare(original))  # imports and caches are not the photo's
    taken_ms = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        asyncio.run(codec.prepare(original))
        taken_ms.append((time.perf_counter() - started) * 1000)
    p95 = statistics.quantiles(taken_ms, n=20)[-1]
    sys.stdout.write(f"photo_ms {statistics.median(taken_ms):.0f} ms\nphoto_p95_ms {p95:.0f} ms\n")


if __name__ == "__main__":
    main()
