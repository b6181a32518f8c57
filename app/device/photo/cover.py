"""Which pixels are filled to cover a shape: whole cells of the JPEG, a little beyond the shape.

A JPEG keeps colour in cells of 16 x 16 pixels at most (4:2:0, ITU-T T.81 A.2). A cell filled with
one colour is stored as that colour exactly; in one filled in part, what was beside the edge rings
through it. Decoders mix a pixel's colour with that of the cell next to it, one pixel deep at
the border: the shape is widened first, so that none of its own pixels is at a border.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.device.photo.errors import BadShape
from app.device.photo.shapes import Box, CoverShape, Point, Stroke

CELL_PX = 16
MARGIN_PX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelBox:
    """Pixels left..right and top..bottom, right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int


def covered_pixels(shapes: Sequence[CoverShape], size: tuple[int, int]) -> list[PixelBox]:
    """What to fill in a photo of that size; runs of cells in one row are one box.

    Raises BadShape when that is nothing.
    """
    width_px, height_px = size
    columns, rows = math.ceil(width_px / CELL_PX), math.ceil(height_px / CELL_PX)
    cells = {cell for shape in shapes for cell in _cells(shape, size, (columns, rows))}
    if not cells:
        raise BadShape("nothing in the photo to cover")
    return [
        PixelBox(
            left=first * CELL_PX,
            top=row * CELL_PX,
            right=min((last + 1) * CELL_PX, width_px),
            bottom=min((row + 1) * CELL_PX, height_px),
        )
        for row, first, last in _runs(cells)
    ]


def _runs(cells: set[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """(row, first column, last column) of what lies side by side."""
    ordered = sorted((row, column) for column, row in cells)
    row, first = ordered[0]
    last = first
    for next_row, column in ordered[1:]:
        if next_row != row or column != last + 1:
            yield row, first, last
            row, first = next_row, column
        last = column
    yield row, first, last


def _cells(
    shape: CoverShape, size: tuple[int, int], grid: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    match shape:
        case Box():
            yield from _span(
                shape.left * size[0], shape.top * size[1],
                shape.right * size[0], shape.bottom * size[1],
                MARGIN_PX, grid,
            )  # fmt: skip
        case Stroke():
            yield from _cells_of_stroke(shape, size, grid)


def _cells_of_stroke(
    stroke: Stroke, size: tuple[int, int], grid: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    reach = stroke.width * max(size) / 2 + MARGIN_PX
    points = [(x * size[0], y * size[1]) for x, y in stroke.points]
    found: set[tuple[int, int]] = set()
    for start, end in zip(points, points[1:] or points, strict=False):
        around = _span(
            min(start[0], end[0]), min(start[1], end[1]),
            max(start[0], end[0]), max(start[1], end[1]),
            reach, grid,
        )  # fmt: skip
        for cell in around:
            if cell not in found and _distance(start, end, cell) < reach:
                found.add(cell)
                yield cell


def _span(
    left: float, top: float, right: float, bottom: float, beyond: float, grid: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """The cells that a box with so much around it touches, in pixels; none outside the photo."""
    first_column = max(0, _cell(left - beyond))
    first_row = max(0, _cell(top - beyond))
    last_column = min(grid[0] - 1, _cell(right + beyond))
    last_row = min(grid[1] - 1, _cell(bottom + beyond))
    for row in range(first_row, last_row + 1):
        for column in range(first_column, last_column + 1):
            yield column, row


def _cell(at_px: float) -> int:
    return math.floor(max(-1e9, min(1e9, at_px)) / CELL_PX)


def _distance(start: Point, end: Point, cell: tuple[int, int]) -> float:
    """From the line between two points to a cell's square, in pixels; 0 where they touch."""
    left, top = cell[0] * CELL_PX, cell[1] * CELL_PX
    right, bottom = left + CELL_PX, top + CELL_PX
    if _crosses(start, end, (left, top, right, bottom)):
        return 0.0
    corners = ((left, top), (right, top), (left, bottom), (right, bottom))
    return min(
        *(_to_line(corner, start, end) for corner in corners),
        *(
            math.hypot(max(left - x, 0, x - right), max(top - y, 0, y - bottom))
            for x, y in (start, end)
        ),
    )


def _crosses(start: Point, end: Point, box: tuple[float, float, float, float]) -> bool:
    """Liang and Barsky, 1984: the part of the line inside each pair of edges, cut ever shorter."""
    enters, leaves = 0.0, 1.0
    for axis in (0, 1):
        at, step = start[axis], end[axis] - start[axis]
        low, high = box[axis] - at, box[axis + 2] - at
        if step == 0:
            if low > 0 or high < 0:
                return False
            continue
        one, other = low / step, high / step
        enters, leaves = max(enters, min(one, other)), min(leaves, max(one, other))
    return enters <= leaves


def _to_line(point: Point, start: Point, end: Point) -> float:
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    along = (
        0.0
        if length == 0
        else ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / length
    )
    along = max(0.0, min(1.0, along))
    return math.hypot(point[0] - start[0] - along * across, point[1] - start[1] - along * down)
