"""A map that needs no tiles: outlines of areas, points, and where the phone is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft
import flet_map as fm

from sync.domain.geo import GeoPoint

ZOOM = 17.0
MARKER_DP = 44
RINGS_M = (25.0, 50.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    point: GeoPoint
    icon: ft.IconData


def outline_map(
    outlines: list[dict[str, Any]],
    points: list[MapPoint],
    *,
    here: GeoPoint | None,
    centre: GeoPoint,
    name: str,
    dots: Sequence[GeoPoint] = (),
    on_tap: Callable[[fm.MapTapEvent], None] | None = None,
) -> ft.Control:
    """outlines: GeoJSON polygons, WGS 84. dots: what is known already, to find one's way by.

    here: the phone, drawn with its accuracy and with rings at RINGS_M, so that a map without
    tiles has a scale.
    Screen readers get `name` alone: a node for the map itself would turn every tap on it into
    one in its middle (Flutter's accessibility tree knows no positions).
    """
    layers: list[fm.MapLayer] = [
        fm.PolygonLayer(
            polygons=[
                fm.PolygonMarker(
                    coordinates=_ring(outline),
                    color=ft.Colors.with_opacity(0.12, ft.Colors.PRIMARY),
                    border_color=ft.Colors.PRIMARY,
                    border_stroke_width=2,
                )
                for outline in outlines
                if outline.get("type") == "Polygon"
            ]
        )
    ]
    layers.append(fm.CircleLayer(circles=[_dot(point) for point in dots]))
    if here is not None:
        layers.append(_here(here))
    layers.append(
        fm.MarkerLayer(
            markers=[
                fm.Marker(
                    coordinates=_coordinates(one.point),
                    width=MARKER_DP,
                    height=MARKER_DP,
                    alignment=ft.Alignment.TOP_CENTER,
                    content=ft.Icon(one.icon, size=MARKER_DP, color=ft.Colors.ERROR),
                )
                for one in points
            ]
        )
    )
    shown = fm.Map(
        expand=True,
        layers=layers,
        initial_center=_coordinates(centre),
        initial_zoom=ZOOM,
        min_zoom=11,
        max_zoom=20,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        interaction_configuration=fm.InteractionConfiguration(
            flags=fm.InteractionFlag.ALL & ~fm.InteractionFlag.ROTATE
        ),
        on_tap=on_tap,
    )
    return ft.Semantics(label=name, exclude_semantics=True, content=shown)


def centre_of(outline: dict[str, Any]) -> GeoPoint:
    """The middle of the box around a polygon."""
    ring = outline["coordinates"][0]
    lons, lats = [float(point[0]) for point in ring], [float(point[1]) for point in ring]
    return GeoPoint(lat_deg=(min(lats) + max(lats)) / 2.0, lon_deg=(min(lons) + max(lons)) / 2.0)


def _dot(point: GeoPoint) -> fm.CircleMarker:
    return fm.CircleMarker(
        coordinates=_coordinates(point), radius=5, color=ft.Colors.ON_SURFACE_VARIANT
    )


def _here(here: GeoPoint) -> fm.MapLayer:
    circles = [
        fm.CircleMarker(
            coordinates=_coordinates(here),
            radius=metres,
            use_radius_in_meter=True,
            color=ft.Colors.TRANSPARENT,
            border_color=ft.Colors.OUTLINE,
            border_stroke_width=1,
        )
        for metres in RINGS_M
    ]
    circles += [
        fm.CircleMarker(
            coordinates=_coordinates(here),
            radius=6,
            color=ft.Colors.PRIMARY,
            border_color=ft.Colors.SURFACE,
            border_stroke_width=2,
        )
    ]
    if here.accuracy_m:
        circles.insert(
            0,
            fm.CircleMarker(
                coordinates=_coordinates(here),
                radius=here.accuracy_m,
                use_radius_in_meter=True,
                color=ft.Colors.with_opacity(0.15, ft.Colors.PRIMARY),
            ),
        )
    return fm.CircleLayer(circles=circles)


def _ring(outline: dict[str, Any]) -> list[fm.MapLatitudeLongitude]:
    return [
        fm.MapLatitudeLongitude(latitude=float(lat), longitude=float(lon))
        for lon, lat in outline["coordinates"][0]
    ]


def _coordinates(point: GeoPoint) -> fm.MapLatitudeLongitude:
    return fm.MapLatitudeLongitude(latitude=point.lat_deg, longitude=point.lon_deg)
