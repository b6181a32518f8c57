"""The picture below every map, where there is one: tiles of the store, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft
import flet_map as fm

VEIL = 0.45
"""So much of the surface's colour lies over the tiles in the dark: nobody is dazzled."""
SKANE = [(54.0, 10.0), (54.0, 17.0), (57.5, 17.0), (57.5, 10.0)]
"""The veil's corners. One around the whole world would not be drawn: it has no inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseMap:
    """template: an address with {z}, {x} and {y}. Closer than max_zoom its tiles are enlarged."""

    template: str
    min_zoom: int
    max_zoom: int
    attribution: str


def base_layers(base: BaseMap | None) -> list[fm.MapLayer]:
    """The lowest layers of a map; none without tiles."""
    if base is None:
        return []
    layers: list[fm.MapLayer] = [
        fm.TileLayer(
            url_template=base.template,
            min_native_zoom=base.min_zoom,
            max_native_zoom=base.max_zoom,
            pan_buffer=0,
            user_agent_package_name="Rundan",
            display_mode=fm.InstantaneousTileDisplay(),
        ),
    ]
    if _is_dark():
        layers.append(_veil())
    return layers


def _veil() -> fm.MapLayer:
    corners = [fm.MapLatitudeLongitude(latitude=lat, longitude=lon) for lat, lon in SKANE]
    colour = ft.Colors.with_opacity(VEIL, ft.Colors.SURFACE)
    return fm.PolygonLayer(
        polygons=[fm.PolygonMarker(coordinates=corners, color=colour, border_stroke_width=0)]
    )


def _is_dark() -> bool:
    """As the page is now. Outside a page, as in tests, it is light."""
    try:
        page = ft.context.page
    except RuntimeError:
        return False
    if page.theme_mode is ft.ThemeMode.SYSTEM:
        return page.platform_brightness is ft.Brightness.DARK
    return page.theme_mode is ft.ThemeMode.DARK


def attribution_line(text: str, *, key: str) -> ft.Control:
    """Under the map, where nothing ever covers it."""
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=8, vertical=2),
        content=ft.Text(text, key=key, size=12, color=ft.Colors.ON_SURFACE_VARIANT),
    )
