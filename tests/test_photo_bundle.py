"""The form of a bundle of photos, whole and cut."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.ids import AreaCode, Sha256
from sync.photo_bundle import (
    MAX_BUNDLE_BYTES,
    MAX_PHOTOS,
    BadBundle,
    BundledPhoto,
    bundle_from_bytes,
    bundle_to_bytes,
)

AREA = "kirseberg"


def a_photo(data: bytes) -> BundledPhoto:
    name = Sha256(hashlib.sha256(data).hexdigest())
    return BundledPhoto(sha256=name, area=AreaCode(AREA), length=len(data), data=data)


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=5), st.integers(0, 200))
def test_wherever_a_bundle_is_cut_what_has_come_of_each_photo_is_read(
    pictures: list[bytes], kept: int
) -> None:
    photos = [a_photo(picture) for picture in pictures]
    body = bundle_to_bytes(photos)
    assert bundle_from_bytes(body) == photos
    begin = body.index(b"\n") + 1
    cut = bundle_from_bytes(body[: begin + kept])
    assert b"".join(one.data for one in cut) == body[begin : begin + kept]
    assert [(one.sha256, one.length) for one in cut] == [
        (one.sha256, one.length) for one in photos[: len(cut)]
    ]
    assert all(len(one.data) == one.length for one in cut[:-1])


def line(*photos: Any) -> bytes:
    return json.dumps({"photos": list(photos)}).encode() + b"\n"


GOOD = {"sha256": "a" * 64, "area": AREA, "bytes": 3}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "first line"),
        (b"x" * 20_000, "first line"),
        (b"<html>\n", "not JSON"),
        (b"[" * 15_000 + b"\n", "not JSON"),
        (b"\xff\xfe\n", "not JSON"),
        (b"[]\n", "photos must be a list"),
        (b'{"photos": {}}\n', "photos must be a list"),
        (line(), "photos must be a list"),
        (line(*[GOOD] * (MAX_PHOTOS + 1)), "photos must be a list"),
        (line(1), "must be an object"),
        (line({**GOOD, "bytes": "3"}), "bytes must be"),
        (line({**GOOD, "bytes": True}), "bytes must be"),
        (line({**GOOD, "bytes": 0}), "bytes must be"),
        (line({**GOOD, "bytes": MAX_BUNDLE_BYTES + 1}), "bytes must be"),
        (line({**GOOD, "sha256": "../../etc/passwd"}), "SHA-256"),
        (line({**GOOD, "area": "Kirseberg/.."}), "area"),
        (line(GOOD) + b"abcd", "more bytes follow"),
    ],
)
def test_what_is_no_bundle_is_told_apart_and_the_fault_is_named(body: bytes, says: str) -> None:
    with pytest.raises(BadBundle, match=says):
        bundle_from_bytes(body)
