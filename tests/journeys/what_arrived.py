"""What the city's e-service (the simulator inside the store) has received, and its photos."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from PIL import Image, ImageChops, ImageOps, ImageStat

from sync.domain.geo import GeoPoint

LONG_EDGE_PX = 1600
SAME_PICTURE = 25.0
"""Mean difference per channel, of 255: a good copy has 3–16 (colour profiles), a turned one 50."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedCase:
    """photos: the bytes of each, in the order they were named."""

    case_id: int
    text: str
    place: GeoPoint
    photos: list[bytes]
    sent: dict[str, Any]


def cases_at(url: str) -> list[ArrivedCase]:
    """Oldest first. url: of the store."""
    with httpx.Client(base_url=url) as http:
        listing = http.get("/simulator/mottaget.json").raise_for_status().json()
        assert listing["orphans"] == [], "photos arrived that no case names"
        return [_case(http, one) for one in reversed(listing["cases"])]


def _case(http: httpx.Client, one: dict[str, Any]) -> ArrivedCase:
    assert one["place"]["warning"] is None
    return ArrivedCase(
        case_id=one["IssueId"],
        text=one["sent"]["IssueDescription"],
        place=GeoPoint(lat_deg=one["place"]["lat_deg"], lon_deg=one["place"]["lon_deg"]),
        photos=[http.get(photo["url"]).raise_for_status().content for photo in one["photos"]],
        sent=one["sent"],
    )


def the_city_moves_on(url: str) -> None:
    """Every case gets its next status word."""
    httpx.post(f"{url}/simulator/stega", json={}).raise_for_status()


def check_kept_photo(jpeg: bytes) -> tuple[int, int]:
    """A photo as it may leave the phone: JPEG, small enough, without EXIF. Width and height."""
    picture = Image.open(io.BytesIO(jpeg))
    assert picture.format == "JPEG"
    assert max(picture.size) <= LONG_EDGE_PX
    assert dict(picture.getexif()) == {}
    assert b"Exif\x00\x00" not in jpeg
    return picture.size


def is_upright_copy(jpeg: bytes, original: Path) -> bool:
    """The same picture as the original looks when its EXIF orientation is obeyed."""
    copy = Image.open(io.BytesIO(jpeg)).convert("RGB")
    with Image.open(original) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    if (copy.width > copy.height) != (upright.width > upright.height):
        return False
    difference = ImageChops.difference(copy, upright.resize(copy.size))
    return max(ImageStat.Stat(difference).mean) < SAME_PICTURE
