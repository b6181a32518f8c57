"""A box that covers: between two points of a finger, or moved and sized step by step."""

from __future__ import annotations

from enum import StrEnum

from app.device.photo.shapes import Box

FIRST = 0.25
STEP = 0.02
SMALLEST = 0.02
"""Relative to the photo's width and height."""


class Edit(StrEnum):
    """What the named buttons do to the box that is chosen: the way of keyboards and readers."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    WIDER = "wider"
    NARROWER = "narrower"
    TALLER = "taller"
    LOWER = "lower"


MOVES: dict[Edit, tuple[int, int]] = {
    Edit.LEFT: (-1, 0),
    Edit.RIGHT: (1, 0),
    Edit.UP: (0, -1),
    Edit.DOWN: (0, 1),
}
GROWS: dict[Edit, tuple[int, int]] = {
    Edit.WIDER: (1, 0),
    Edit.NARROWER: (-1, 0),
    Edit.TALLER: (0, 1),
    Edit.LOWER: (0, -1),
}


def first_box() -> Box:
    """In the middle."""
    low, high = 0.5 - FIRST / 2, 0.5 + FIRST / 2
    return Box(left=low, top=low, right=high, bottom=high)


def box_between(one: tuple[float, float], other: tuple[float, float]) -> Box | None:
    """The box with these two corners, inside the photo; None while it is too small to be seen."""
    left, right = sorted(min(1.0, max(0.0, at)) for at in (one[0], other[0]))
    top, bottom = sorted(min(1.0, max(0.0, at)) for at in (one[1], other[1]))
    if right - left < SMALLEST / 2 or bottom - top < SMALLEST / 2:
        return None
    return Box(left=left, top=top, right=right, bottom=bottom)


def edited(box: Box, how: Edit) -> Box:
    """One step further; never outside the photo, never smaller than can be seen."""
    across, down = MOVES.get(how, (0, 0))
    grows_across, grows_down = GROWS.get(how, (0, 0))
    left, right = _moved(box.left, box.right, across * STEP, grows_across * STEP)
    top, bottom = _moved(box.top, box.bottom, down * STEP, grows_down * STEP)
    return Box(left=left, top=top, right=right, bottom=bottom)


def _moved(low: float, high: float, by: float, grows: float) -> tuple[float, float]:
    """Growing is towards the end, or the start where there is no more room."""
    if high - low + grows < SMALLEST:
        grows = 0.0
    high += grows
    if high > 1.0:
        low, high = max(0.0, low - (high - 1.0)), 1.0
    by = max(-low, min(1.0 - high, by))
    return low + by, high + by
