"""Which cells a shape fills, and what is no shape at all."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.device.photo.cover import CELL_PX, covered_pixels
from app.device.photo.errors import BadShape
from app.device.photo.shapes import MAX_POINTS, Box, Stroke

SIZE = (629, 451)
inside = st.floats(0, 1)
near = st.floats(-0.5, 1.5)


def filled(shapes: list[Box | Stroke]) -> set[tuple[int, int]]:
    """Every pixel, one by one."""
    return {
        (x, y)
        for box in covered_pixels(shapes, SIZE)
        for x in range(box.left, box.right)
        for y in range(box.top, box.bottom)
    }


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_coordinate_that_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(BadShape):
        Box(left=bad, top=0.1, right=0.5, bottom=0.5)
    with pytest.raises(BadShape):
        Box(left=0.1, top=0.1, right=0.5, bottom=bad)
    with pytest.raises(BadShape):
        Stroke(points=((0.1, bad),), width=0.1)
    with pytest.raises(BadShape):
        Stroke(points=((0.1, 0.1),), width=bad)


@pytest.mark.parametrize(
    ("left", "top", "right", "bottom"),
    [(0.5, 0.1, 0.5, 0.2), (0.6, 0.1, 0.5, 0.2), (0.1, 0.2, 0.2, 0.1), (1.2, 0, 1.5, 1),
     (-2, 0, -1, 1), (0, 1, 1, 2)],
)  # fmt: skip
def test_a_box_without_an_inside_or_outside_the_photo_is_refused(
    left: float, top: float, right: float, bottom: float
) -> None:
    with pytest.raises(BadShape):
        Box(left=left, top=top, right=right, bottom=bottom)


def test_a_stroke_needs_points_and_a_width() -> None:
    for points, width in [((), 0.1), (((0.5, 0.5),), 0.0), (((0.5, 0.5),), -1.0)]:
        with pytest.raises(BadShape):
            Stroke(points=points, width=width)
    with pytest.raises(BadShape):
        Stroke(points=((0.5, 0.5),) * (MAX_POINTS + 1), width=0.1)


@given(
    points=st.lists(st.tuples(near, near), min_size=1, max_size=4),
    width=st.floats(0.001, 0.3),
    along=inside,
    angle=st.floats(0, 2 * math.pi),
    out=inside,
)
def test_every_pixel_of_a_stroke_is_filled(
    points: list[tuple[float, float]], width: float, along: float, angle: float, out: float
) -> None:
    """Any point of the photo no further from the line than half its width."""
    (x0, y0), (x1, y1) = points[0], points[-1] if len(points) < 2 else points[1]
    reach = width * max(SIZE) / 2 * out
    x = (x0 + (x1 - x0) * along) * SIZE[0] + reach * math.cos(angle)
    y = (y0 + (y1 - y0) * along) * SIZE[1] + reach * math.sin(angle)
    if not (0 <= x < SIZE[0] and 0 <= y < SIZE[1]):
        return
    found = covered_pixels([Stroke(points=tuple(points), width=width)], SIZE)
    assert any(box.left <= x < box.right and box.top <= y < box.bottom for box in found)


@given(left=inside, top=inside, right=inside, bottom=inside)
def test_a_box_fills_whole_cells_and_stays_in_the_photo(
    left: float, top: float, right: float, bottom: float
) -> None:
    if right <= left or bottom <= top or left >= 1 or top >= 1 or right <= 0 or bottom <= 0:
        return
    for box in covered_pixels([Box(left=left, top=top, right=right, bottom=bottom)], SIZE):
        assert 0 <= box.left <= left * SIZE[0] and right * SIZE[0] <= box.right <= SIZE[0]
        assert box.left % CELL_PX == 0 and (box.right % CELL_PX == 0 or box.right == SIZE[0])


def test_a_long_thin_stroke_leaves_what_is_beside_it() -> None:
    diagonal = Stroke(points=((0.0, 0.0), (1.0, 1.0)), width=0.01)
    pixels = filled([diagonal])
    assert (314, 225) in pixels
    assert (500, 100) not in pixels and (100, 400) not in pixels
    assert len(pixels) < 0.1 * SIZE[0] * SIZE[1]


def test_shapes_that_overlap_are_filled_once() -> None:
    box = Box(left=0.1, top=0.1, right=0.4, bottom=0.4)
    one, both = covered_pixels([box], SIZE), covered_pixels([box, box], SIZE)
    assert one == both
