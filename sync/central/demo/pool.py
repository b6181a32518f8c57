"""What the demo is made of: assets/demo, read once and checked by the types it becomes."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from sync.central.demo.whereabouts import Ground, ground_of
from sync.central.demo.year import CalendarRound, rounds_of
from sync.domain.change import Json
from sync.domain.ids import AreaCode, Sha256
from sync.domain.words import Category

ASSETS = Path(__file__).resolve().parents[3] / "assets"
PLACES = ("torget", "kyrkan", "mitten")
"""The corners of a walk: the area's two places in areas.json, and its centre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPhoto:
    jpeg: bytes
    sha256: Sha256
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrap:
    """A defect nobody has found yet. near: one of PLACES. months: when it can be seen."""

    category: Category
    text: str
    near: str | None
    months: frozenset[int]
    answers: Mapping[str, Json] = field(default_factory=dict)
    is_urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    area: AreaCode
    rounds: tuple[CalendarRound, ...]
    ground: Ground
    scraps: tuple[Scrap, ...]
    photos: Mapping[Category, tuple[DemoPhoto, ...]]
    nicknames: tuple[str, str]
    rejections: tuple[str, ...]


def read_pool(assets: Path = ASSETS) -> Pool:
    """Raises ValueError, KeyError or OSError when the files are not those of the project."""
    calendar = json.loads((assets / "demo" / "kirseberg-2025.json").read_text(encoding="utf-8"))
    raw = json.loads((assets / "demo" / "defects.json").read_text(encoding="utf-8"))
    areas = json.loads((assets / "areas.json").read_text(encoding="utf-8"))
    first, second = raw["nicknames"]
    return Pool(
        area=AreaCode(calendar["area"]),
        rounds=tuple(rounds_of(calendar["rounds"])),
        ground=ground_of(areas, calendar["area"], PLACES),
        scraps=tuple(
            Scrap(
                category=Category(one["category"]),
                text=one["text"],
                near=one.get("near"),
                months=frozenset(one.get("months", range(1, 13))),
                answers=one.get("answers", {}),
                is_urgent=one.get("urgent", False),
            )
            for one in raw["defects"]
        ),
        photos={
            Category(category): tuple(
                _photo(assets / "demo" / "photos" / f"{name}.jpg") for name in names
            )
            for category, names in raw["photos"].items()
        },
        nicknames=(first, second),
        rejections=tuple(raw["rejections"]),
    )


def _photo(file: Path) -> DemoPhoto:
    jpeg = file.read_bytes()
    with Image.open(io.BytesIO(jpeg)) as image:
        width_px, height_px = image.size
    return DemoPhoto(
        jpeg=jpeg,
        sha256=Sha256(hashlib.sha256(jpeg).hexdigest()),
        width_px=width_px,
        height_px=height_px,
    )
