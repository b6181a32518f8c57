"""What a person covers: shapes in relative coordinates of the upright photo.

(0, 0) is the photo's upper left corner, (1, 1) its lower right one, whatever its pixels. What lies
outside the photo is cut off; a shape that covers nothing at all is refused (BadShape).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.device.photo.errors import BadShape

Point = tuple[float, float]
MAX_POINTS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        _finite(self.left, self.top, self.right, self.bottom)
        if self.right <= self.left or self.bottom <= self.top:
            raise BadShape("a box without an inside")
        if self.right <= 0 or self.bottom <= 0 or self.left >= 1 or self.top >= 1:
            raise BadShape("a box outside the photo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """Painted with one finger: a line through the points with round ends; one point is a dot.

    width: of the line, relative to the photo's long edge.
    """

    points: tuple[Point, ...]
    width: float

    def __post_init__(self) -> None:
        if not self.points:
            raise BadShape("a stroke without points")
        if len(self.points) > MAX_POINTS:
            raise BadShape(f"a stroke of more than {MAX_POINTS} points")
        _finite(self.width, *(value for point in self.points for value in point))
        if not 0 < self.width <= 2:
            raise BadShape("a stroke without width")


CoverShape = Box | Stroke


def _finite(*values: float) -> None:
    if not all(math.isfinite(value) for value in values):
        raise BadShape("a coordinate that is no number")
