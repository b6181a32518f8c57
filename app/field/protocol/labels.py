"""Where the numbers stand on the sketch: at their places, moved aside where they would overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.field.protocol.projection import Spot

HEIGHT = 17.0
GAP = 2.0
STEP = 7.0
TURNS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """By its middle."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        return (
            abs(self.x - other.x) * 2 < self.width + other.width + GAP
            and abs(self.y - other.y) * 2 < self.height + other.height + GAP
        )

    def is_within(self, width: float, height: float) -> bool:
        return (
            self.width / 2 <= self.x <= width - self.width / 2
            and self.height / 2 <= self.y <= height - self.height / 2
        )


def width_of(text: str) -> float:
    """Wide enough for the text in the sketch's type, and never narrower than high."""
    return max(HEIGHT, 7.6 * len(text) + 6.0)


def placed(
    wanted: Sequence[tuple[str, Spot]], taken: Sequence[Box], width: float, height: float
) -> list[Box]:
    """A box per text, in the same order: the first that asks stands nearest to its place.

    taken: where nothing may stand. The same wishes always give the same boxes.
    """
    boxes: list[Box] = []
    for text, (x, y) in wanted:
        boxes.append(_free(width_of(text), x, y, [*taken, *boxes], width, height))
    return boxes


def _free(
    wide: float, x: float, y: float, taken: Sequence[Box], width: float, height: float
) -> Box:
    half_wide, half_high = wide / 2, HEIGHT / 2
    x = min(max(x, half_wide), width - half_wide)
    y = min(max(y, half_high), height - half_high)
    first = Box(x=x, y=y, width=wide, height=HEIGHT)
    for ring in range(int(math.hypot(width, height) / STEP)):
        reach = ring * STEP
        near = [box for box in taken if _may_meet(box, x, y, reach + wide)]
        for turn in range(TURNS if ring else 1):
            angle = 2 * math.pi * turn / TURNS
            tried = Box(
                x=x + reach * math.cos(angle),
                y=y + reach * math.sin(angle),
                width=wide,
                height=HEIGHT,
            )
            if tried.is_within(width, height) and not any(tried.meets(box) for box in near):
                return tried
    return first  # the paper is full: better over another number than nowhere


def _may_meet(box: Box, x: float, y: float, reach: float) -> bool:
    return abs(box.x - x) <= reach + box.width and abs(box.y - y) <= reach + box.height + HEIGHT
