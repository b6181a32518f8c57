"""Several whole photos in one request, on a link that carries them at once (docs/adr/0023).

A body: one line of JSON, {"photos": [{"sha256", "area", "bytes"} …]}, and then the photos' bytes in
that order. The answer: {"stored": [sha256 …]}, those that the store has hashed and has on disk. Any
other is sent alone (tus), where the store says what is wrong with it.

A store that takes bundles says so, and how large they may be, in a header of its tus answers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sync.domain.ids import AreaCode, BadId, Sha256, checked_area, checked_sha256

BUNDLE_HEADER = "Rundan-Bundle"
MAX_PHOTOS = 64
MAX_LINE_BYTES = 16 * 1024
MAX_BUNDLE_BYTES = 2 * 1024 * 1024 - MAX_LINE_BYTES
"""Of the photos together; the whole request has at most 2 MB. A larger one gains 5 % more, and a
phone holds four of them."""


class BadBundle(ValueError):
    """A body that is not what this module describes; its text names what is at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledPhoto:
    """data: fewer bytes than `length` where the connection was cut in the midst of it."""

    sha256: Sha256
    area: AreaCode
    length: int
    data: bytes


def bundle_to_bytes(photos: Sequence[BundledPhoto]) -> bytes:
    listed = [{"sha256": one.sha256, "area": one.area, "bytes": one.length} for one in photos]
    line = json.dumps({"photos": listed}, separators=(",", ":")).encode()
    return b"".join([line, b"\n", *(one.data for one in photos)])


def bundle_from_bytes(body: bytes) -> list[BundledPhoto]:
    """What came of a bundle, also when it was cut: the photos of which nothing came are left out.

    Raises BadBundle.
    """
    end = body.find(b"\n", 0, MAX_LINE_BYTES)
    if end < 0:
        raise BadBundle("the first line must be JSON and say which photos follow")
    listed = _listed(body[:end])
    ends = list(accumulate((length for _, _, length in listed), initial=end + 1))
    if len(body) > ends[-1]:
        raise BadBundle("more bytes follow than the photos that were listed have")
    return [
        BundledPhoto(sha256=sha256, area=area, length=length, data=body[start : start + length])
        for (sha256, area, length), start in zip(listed, ends, strict=False)
        if start < len(body)
    ]


def _listed(line: bytes) -> list[tuple[Sha256, AreaCode, int]]:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadBundle("the first line is not JSON") from error
    photos = raw.get("photos") if isinstance(raw, dict) else None
    if not isinstance(photos, list) or not 1 <= len(photos) <= MAX_PHOTOS:
        raise BadBundle(f"photos must be a list of 1 to {MAX_PHOTOS}")
    return [_one(photo) for photo in photos]


def _one(raw: Any) -> tuple[Sha256, AreaCode, int]:
    if not isinstance(raw, dict):
        raise BadBundle("a photo must be an object")
    length = raw.get("bytes")
    if type(length) is not int or not 1 <= length <= MAX_BUNDLE_BYTES:
        raise BadBundle(f"bytes must be a whole number from 1 to {MAX_BUNDLE_BYTES}")
    try:
        return checked_sha256(raw.get("sha256")), checked_area(raw.get("area")), length
    except BadId as error:
        raise BadBundle(str(error)) from error
