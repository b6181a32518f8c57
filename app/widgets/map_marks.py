"""Marks of observations: the category's icon on a shape and a colour that tell the state.

Shape and colour say the same, so that whoever sees no colours still knows. The colours are the same
in every theme: they lie on a map, not on a surface, and each has a rim that stands out from any.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import flet as ft
import flet.canvas as cv

from app import theme
from app.widgets.catalogue import load_catalogue
from sync.client.map_store import MapMark, MarkState
from sync.domain.words import Category, ObservationKind

SHAPE_DP = 38
GLYPH_DP = 20
WHITE, BLACK = "#FFFFFF", "#111111"
Corners = list[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """corners: of the shape in a square from 0 to 1; none is a circle. is_hollow: only its rim."""

    colour: str
    corners: tuple[tuple[float, float], ...] = ()
    is_hollow: bool = False
    glyph_down: float = 0.0


def _regular(count: int, turned_deg: float = 0.0, radius: float = 0.5) -> Corners:
    turns = [math.radians(turned_deg + 360.0 / count * number) for number in range(count)]
    return [(0.5 + radius * math.sin(turn), 0.5 - radius * math.cos(turn)) for turn in turns]


_SQUARE = ((0.08, 0.08), (0.92, 0.08), (0.92, 0.92), (0.08, 0.92))
_SHIELD = ((0.5, 0.0), (0.95, 0.14), (0.93, 0.55), (0.5, 1.0), (0.07, 0.55), (0.05, 0.14))
_TRIANGLE = ((0.5, -0.06), (1.06, 0.96), (-0.06, 0.96))
LOOKS: Mapping[MarkState, Look] = {
    MarkState.NOTED: Look(colour="#1F2937", is_hollow=True),
    MarkState.WITH_COORDINATOR: Look(colour="#1D4ED8"),
    MarkState.SENT: Look(colour="#6D28D9", corners=_SQUARE),
    MarkState.CITY_WORKING: Look(colour="#9A4A06", corners=tuple(_regular(6, radius=0.53))),
    MarkState.CLAIMED_FIXED: Look(colour="#0F766E", corners=tuple(_regular(4, radius=0.56))),
    MarkState.CONFIRMED: Look(colour="#166534", corners=_SHIELD),
    MarkState.REMAINS: Look(colour="#B91C1C", corners=_TRIANGLE, glyph_down=0.12),
    MarkState.REJECTED: Look(colour="#4B5563", corners=_SQUARE, is_hollow=True),
}
KIND_ICONS = {
    ObservationKind.POSITIVE: ft.Icons.SENTIMENT_SATISFIED,
    ObservationKind.PROPOSAL: ft.Icons.EMOJI_OBJECTS_OUTLINED,
}


def icon_of(kind: ObservationKind, category: Category | None) -> ft.IconData:
    if kind in KIND_ICONS:
        return KIND_ICONS[kind]
    icons = {one.category: one.icon for one in load_catalogue()}
    return ft.Icons.HELP_OUTLINE if category is None else icons[category]


def mark_shape(
    state: MarkState, icon: ft.IconData | None, *, size_dp: float = SHAPE_DP, urgent: bool = False
) -> ft.Control:
    look = LOOKS[state]
    inside: list[ft.Control] = [
        cv.Canvas(width=size_dp, height=size_dp, shapes=_shapes(look, size_dp))
    ]
    if icon is not None:
        glyph_dp = size_dp * GLYPH_DP / SHAPE_DP * (0.8 if look.glyph_down else 1.0)
        inside.append(
            ft.Container(
                width=size_dp,
                height=size_dp,
                alignment=ft.Alignment(0, look.glyph_down * 2),
                content=ft.Icon(
                    icon, size=glyph_dp, color=look.colour if look.is_hollow else WHITE
                ),
            )
        )
    if urgent:
        inside.append(
            ft.Container(
                right=0,
                top=0,
                width=size_dp * 0.42,
                height=size_dp * 0.42,
                border_radius=size_dp,
                bgcolor=WHITE,
                content=ft.Icon(ft.Icons.ERROR, size=size_dp * 0.42, color="#B91C1C"),
            )
        )
    return ft.Stack(width=size_dp, height=size_dp, controls=inside)


def observation_shape(mark: MapMark) -> ft.Control:
    return mark_shape(mark.state, icon_of(mark.kind, mark.category), urgent=mark.is_urgent)


def cluster_shape(count: int) -> ft.Control:
    """How many lie here. Dark on light, whatever the theme: it is no state."""
    return ft.Container(
        width=theme.TARGET_DP - 4,
        height=theme.TARGET_DP - 4,
        border_radius=theme.TARGET_DP,
        bgcolor=WHITE,
        border=ft.Border.all(3, BLACK),
        alignment=ft.Alignment.CENTER,
        content=ft.Text(
            str(count) if count < 1000 else "999+",
            size=15,
            weight=ft.FontWeight.W_700,
            color=BLACK,
            no_wrap=True,
        ),
    )


def stop_shape(number: int) -> ft.Control:
    return ft.Container(
        width=28,
        height=28,
        border_radius=6,
        bgcolor=BLACK,
        border=ft.Border.all(2, WHITE),
        alignment=ft.Alignment.CENTER,
        content=ft.Text(str(number), size=14, weight=ft.FontWeight.W_700, color=WHITE),
    )


def _shapes(look: Look, size_dp: float) -> list[cv.Shape]:
    """A white rim, then the shape; a hollow one is white inside."""
    fill = WHITE if look.is_hollow else look.colour
    rim = look.colour if look.is_hollow else WHITE
    return [
        _shape(look, size_dp, ft.Paint(color=WHITE, stroke_width=6, style=_STROKE)),
        _shape(look, size_dp, ft.Paint(color=fill, style=ft.PaintingStyle.FILL)),
        _shape(look, size_dp, ft.Paint(color=rim, stroke_width=2.5, style=_STROKE)),
    ]


_STROKE = ft.PaintingStyle.STROKE


def _shape(look: Look, size_dp: float, paint: ft.Paint) -> cv.Shape:
    edge = 4.0
    inner = size_dp - 2 * edge
    if not look.corners:
        return cv.Circle(x=size_dp / 2, y=size_dp / 2, radius=inner / 2, paint=paint)
    paint.stroke_join = ft.StrokeJoin.ROUND
    first, *others = [(edge + x * inner, edge + y * inner) for x, y in look.corners]
    elements: list[cv.Path.PathElement] = [cv.Path.MoveTo(*first)]
    elements += [cv.Path.LineTo(x, y) for x, y in others]
    return cv.Path(elements=[*elements, cv.Path.Close()], paint=paint)
