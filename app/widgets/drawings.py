"""The pictures of the first start, drawn in the theme's own colours."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import flet as ft
import flet.canvas as cv

WIDTH, HEIGHT = 300, 230
GROUND = 205
LINE_PX = 6


def _line(colour: ft.Colors = ft.Colors.ON_SURFACE, width: float = LINE_PX) -> ft.Paint:
    return ft.Paint(
        color=colour,
        stroke_width=width,
        style=ft.PaintingStyle.STROKE,
        stroke_cap=ft.StrokeCap.ROUND,
        stroke_join=ft.StrokeJoin.ROUND,
    )


def _filled(colour: ft.Colors) -> ft.Paint:
    return ft.Paint(color=colour, style=ft.PaintingStyle.FILL)


def _drawing(shapes: list[cv.Shape]) -> ft.Control:
    """The line under the picture says what it shows: nothing here for screen readers."""
    return ft.Semantics(
        exclude_semantics=True,
        content=cv.Canvas(
            width=WIDTH,
            height=HEIGHT,
            shapes=[
                cv.Line(10, GROUND, WIDTH - 10, GROUND, _line(ft.Colors.OUTLINE, 3)),
                *shapes,
            ],
        ),
    )


def _person(x: float, colour: ft.Colors, *, arm_to: tuple[float, float]) -> list[cv.Shape]:
    """Walking, with one arm stretched out."""
    paint = _line(colour, 9)
    return [
        cv.Circle(x, 98, 16, _filled(colour)),
        cv.Line(x, 118, x, 160, paint),
        cv.Line(x, 160, x - 17, GROUND - 6, paint),
        cv.Line(x, 160, x + 17, GROUND - 6, paint),
        cv.Line(x, 128, *arm_to, paint),
        cv.Line(x, 128, x - 18, 148, paint),
    ]


def _lamp_post(x: float, *, is_lit: bool) -> list[cv.Shape]:
    shapes: list[cv.Shape] = []
    if is_lit:
        for degrees in (20, 55, 90, 125, 160):
            turn = math.radians(degrees)
            east, down = math.cos(turn), math.sin(turn)
            shapes.append(
                cv.Line(
                    x - 36 + 26 * east, 52 + 26 * down, x - 36 + 46 * east, 52 + 46 * down,
                    _line(ft.Colors.TERTIARY, 5),
                )
            )  # fmt: skip
    shapes += [
        cv.Line(x, GROUND - 4, x, 40, _line()),
        cv.Line(x, 40, x - 30, 40, _line()),
        cv.Rect(
            x - 54, 36, 36, 16, ft.BorderRadius.all(6),
            _filled(ft.Colors.TERTIARY if is_lit else ft.Colors.OUTLINE),
        ),
    ]  # fmt: skip
    if not is_lit:
        shapes += [
            cv.Line(x - 47, 64, x - 25, 86, _line(ft.Colors.ERROR)),
            cv.Line(x - 25, 64, x - 47, 86, _line(ft.Colors.ERROR)),
        ]
    return shapes


def _tick(x: float, y: float) -> list[cv.Shape]:
    return [
        cv.Circle(x, y, 24, _filled(ft.Colors.PRIMARY)),
        cv.Path(
            [
                cv.Path.MoveTo(x - 11, y + 1),
                cv.Path.LineTo(x - 3, y + 9),
                cv.Path.LineTo(x + 12, y - 9),
            ],
            _line(ft.Colors.ON_PRIMARY),
        ),
    ]


def seeing() -> ft.Control:
    """Two people walk; one points at a lamp that is out."""
    return _drawing(
        [
            *_person(70, ft.Colors.SECONDARY, arm_to=(90, 146)),
            *_person(130, ft.Colors.PRIMARY, arm_to=(172, 104)),
            *_lamp_post(260, is_lit=False),
        ]
    )


def photographing() -> ft.Control:
    """A phone with the lamp on its screen, and a tick: it is kept."""
    return _drawing(
        [
            cv.Rect(
                88, 12, 124, 186, ft.BorderRadius.all(18), _filled(ft.Colors.SURFACE_CONTAINER_HIGH)
            ),
            cv.Rect(88, 12, 124, 186, ft.BorderRadius.all(18), _line()),
            cv.Rect(102, 30, 96, 118, ft.BorderRadius.all(6), _line(ft.Colors.OUTLINE, 3)),
            cv.Line(168, 140, 168, 56, _line(width=5)),
            cv.Line(168, 56, 148, 56, _line(width=5)),
            cv.Rect(130, 52, 26, 12, ft.BorderRadius.all(5), _filled(ft.Colors.OUTLINE)),
            cv.Line(134, 74, 150, 90, _line(ft.Colors.ERROR, 5)),
            cv.Line(150, 74, 134, 90, _line(ft.Colors.ERROR, 5)),
            cv.Circle(150, 172, 13, _filled(ft.Colors.PRIMARY)),
            *_tick(226, 44),
        ]
    )


def mended() -> ft.Control:
    """The lamp shines, and the one who pointed at it is glad."""
    return _drawing(
        [
            *_person(110, ft.Colors.PRIMARY, arm_to=(140, 96)),
            cv.Line(110, 128, 82, 98, _line(ft.Colors.PRIMARY, 9)),
            *_lamp_post(250, is_lit=True),
            *_tick(52, 60),
        ]
    )


DRAWINGS: Mapping[str, Callable[[], ft.Control]] = MappingProxyType(
    {"see": seeing, "photograph": photographing, "mended": mended}
)
"""By the name of the picture (app.field.models.intro_model.PICTURES)."""
