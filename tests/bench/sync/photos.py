"""Photos of an exact size, each with a hash of its own: real JPEG, 200 kB like the phone makes."""

from __future__ import annotations

import io
import os
from functools import cache

from PIL import Image

KB, MB = 1000, 1000 * 1000
WIDTH, HEIGHT = 1600, 1200
_ICC = b"\xff\xe2"
_NAME = b"ICC_PROFILE\0\xff\xff"
"""Part 255 of 255: no reader takes it for a profile, and the store lets it through."""
_MOST = 60_000


def a_photo(size_bytes: int) -> bytes:
    """A JPEG of exactly `size_bytes`, unlike every other: its last bytes are a filled segment."""
    base = _base(size_bytes)
    rest = size_bytes - len(base)
    segments = []
    while rest:
        whole = rest if rest <= _MOST else min(_MOST, rest - 200)
        payload = _NAME + os.urandom(whole - 4 - len(_NAME))
        segments.append(_ICC + (whole - 2).to_bytes(2, "big") + payload)
        rest -= whole
    return b"".join((base[:2], *segments, base[2:]))


@cache
def _base(size_bytes: int) -> bytes:
    """A grainy picture, as much of `size_bytes` as a JPEG quality hits, and room for a segment."""
    scale = 0.25 if size_bytes < 100 * KB else 1 if size_bytes <= 500 * KB else 2
    size = (int(WIDTH * scale), int(HEIGHT * scale))
    half = (size[0] // 2, size[1] // 2)
    grain = Image.frombytes("RGB", half, os.urandom(half[0] * half[1] * 3)).resize(size)
    image = Image.blend(Image.linear_gradient("L").resize(size).convert("RGB"), grain, 0.3)
    low, high, found = 1, 95, b""
    while low <= high:
        quality = (low + high) // 2
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        if out.tell() <= size_bytes - 1000:
            found, low = out.getvalue(), quality + 1
        else:
            high = quality - 1
    if not found:
        raise ValueError(f"no picture of {size} fits {size_bytes} bytes")
    return found
