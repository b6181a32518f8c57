"""A photo as large as fits, to paint on; positions are relative to the photo, not to the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft
import flet.canvas as cv

from app.device.photo.shapes import Box, CoverShape, Stroke

EVERY_MS = 20
"""A finger's moves are told this often: a line between them is near enough to what it drew."""

RIM_DP = 2
RIM = ft.Colors.with_opacity(0.8, "#FFFFFF")
COVER = "#000000"
"""The rim shows where the cover ends on a black photo; it is not burnt in."""

At = Callable[[float, float], None]


@ft.component
def CoverCanvas(
    jpeg: bytes,
    size: tuple[int, int],
    shapes: Sequence[CoverShape],
    press: At,
    drag: At,
    lift: Callable[[], None],
    name: str,
) -> ft.Control:
    """size: of the photo in pixels; only its shape matters. name: for screen readers.

    What is touched, the photo and what is painted are one box with the photo's own shape, so that
    no letterbox lies between them, and it tells its size itself: no other measure is relied on.
    Must not stand in anything that scrolls, which would take the finger's moves for itself.
    """
    shown, set_shown = ft.use_state((0.0, 0.0))

    def measured(event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
        set_shown((event.width, event.height))

    def tell(told: At, at: ft.Offset) -> None:
        if shown[0] and shown[1]:
            told(at.x / shown[0], at.y / shown[1])

    def down(event: ft.DragDownEvent[ft.GestureDetector]) -> None:
        tell(press, event.local_position)

    def moved(event: ft.DragUpdateEvent[ft.GestureDetector]) -> None:
        tell(drag, event.local_position)

    def ended(event: ft.DragEndEvent[ft.GestureDetector]) -> None:
        """The last move may have come too soon after the one before it to be told."""
        tell(drag, event.local_position)
        lift()

    def cancelled(event: ft.Event[ft.GestureDetector]) -> None:
        lift()

    return ft.Container(
        expand=True,
        alignment=ft.Alignment.CENTER,
        content=ft.Semantics(
            label=name,
            image=True,
            content=ft.GestureDetector(
                key="cover-photo",
                aspect_ratio=size[0] / size[1],
                exclude_from_semantics=True,
                drag_interval=EVERY_MS,
                on_size_change=measured,
                on_pan_down=down,
                on_pan_update=moved,
                on_pan_end=ended,
                on_pan_cancel=cancelled,
                content=ft.Stack(
                    fit=ft.StackFit.EXPAND,
                    clip_behavior=ft.ClipBehavior.HARD_EDGE,
                    controls=[
                        ft.Image(
                            src=jpeg,
                            fit=ft.BoxFit.FILL,
                            gapless_playback=True,
                            exclude_from_semantics=True,
                        ),
                        cv.Canvas(shapes=[part for one in shapes for part in _drawn(one, shown)]),
                    ],
                ),
            ),
        ),
    )


def _drawn(shape: CoverShape, shown: tuple[float, float]) -> list[cv.Shape]:
    match shape:
        case Box():
            return [_box(shape, shown, RIM_DP, RIM), _box(shape, shown, 0, COVER)]
        case Stroke():
            return [_stroke(shape, shown, RIM_DP, RIM), _stroke(shape, shown, 0, COVER)]


def _box(box: Box, shown: tuple[float, float], beyond: float, colour: ft.ColorValue) -> cv.Shape:
    return cv.Rect(
        x=box.left * shown[0] - beyond,
        y=box.top * shown[1] - beyond,
        width=(box.right - box.left) * shown[0] + 2 * beyond,
        height=(box.bottom - box.top) * shown[1] + 2 * beyond,
        paint=ft.Paint(color=colour, style=ft.PaintingStyle.FILL),
    )


def _stroke(
    stroke: Stroke, shown: tuple[float, float], beyond: float, colour: ft.ColorValue
) -> cv.Shape:
    points = [(x * shown[0], y * shown[1]) for x, y in stroke.points]
    start, *rest = points
    elements: list[cv.Path.PathElement] = [cv.Path.MoveTo(*start)]
    elements += [cv.Path.LineTo(*point) for point in rest or [start]]
    return cv.Path(
        elements=elements,
        paint=ft.Paint(
            color=colour,
            style=ft.PaintingStyle.STROKE,
            stroke_width=stroke.width * max(shown) + 2 * beyond,
            stroke_cap=ft.StrokeCap.ROUND,
            stroke_join=ft.StrokeJoin.ROUND,
        ),
    )
