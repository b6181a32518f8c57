"""Where a defect is in its area, without tiles: the outline, its neighbours, and the pin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import flet as ft
import flet_map as fm

from sync.domain.geo import GeoPoint

PIN_DP = 40
CLOSEST_ZOOM = 15.0


def pin_map(
    outline: dict[str, Any] | None,
    pin: GeoPoint,
    neighbours: Sequence[GeoPoint],
    *,
    name: str,
    key: str,
) -> ft.Control:
    """outline: GeoJSON polygon or multipolygon, WGS 84. name: for screen readers.

    key: another one makes a new map, fitted anew.
    """
    rings = list(_rings(outline)) if outline is not None else []
    corners = [corner for ring in rings for corner in ring] + [_coordinates(pin)]
    drawn: ft.Control = fm.Map(
        key=key,
        expand=True,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        initial_camera_fit=fm.CameraFit(
            coordinates=corners, max_zoom=CLOSEST_ZOOM, padding=ft.Padding.all(24)
        ),
        min_zoom=10,
        max_zoom=19,
        interaction_configuration=fm.InteractionConfiguration(
            flags=fm.InteractionFlag.ALL & ~fm.InteractionFlag.ROTATE
        ),
        layers=[
            fm.PolygonLayer(polygons=[_polygon(ring) for ring in rings]),
            fm.CircleLayer(circles=[*map(_dot, neighbours), *_accuracy(pin)]),
            fm.MarkerLayer(markers=[_marker(pin, name)]),
        ],
    )
    return drawn


def _polygon(ring: list[fm.MapLatitudeLongitude]) -> fm.PolygonMarker:
    return fm.PolygonMarker(
        coordinates=ring,
        color=ft.Colors.with_opacity(0.10, ft.Colors.PRIMARY),
        border_color=ft.Colors.PRIMARY,
        border_stroke_width=2,
    )


def _dot(point: GeoPoint) -> fm.CircleMarker:
    return fm.CircleMarker(
        coordinates=_coordinates(point),
        radius=4,
        color=ft.Colors.with_opacity(0.55, ft.Colors.OUTLINE),
    )


def _accuracy(pin: GeoPoint) -> list[fm.CircleMarker]:
    if not pin.accuracy_m:
        return []
    return [
        fm.CircleMarker(
            coordinates=_coordinates(pin),
            radius=pin.accuracy_m,
            use_radius_in_meter=True,
            color=ft.Colors.with_opacity(0.18, ft.Colors.ERROR),
        )
    ]


def _marker(pin: GeoPoint, name: str) -> fm.Marker:
    return fm.Marker(
        coordinates=_coordinates(pin),
        width=PIN_DP,
        height=PIN_DP,
        alignment=ft.Alignment.TOP_CENTER,
        content=ft.Icon(
            ft.Icons.LOCATION_ON, size=PIN_DP, color=ft.Colors.ERROR, semantics_label=name
        ),
    )


def _rings(outline: dict[str, Any]) -> Iterator[list[fm.MapLatitudeLongitude]]:
    match outline.get("type"):
        case "Polygon":
            polygons = [outline["coordinates"]]
        case "MultiPolygon":
            polygons = outline["coordinates"]
        case _:
            polygons = []
    for polygon in polygons:
        yield [
            fm.MapLatitudeLongitude(latitude=float(lat), longitude=float(lon))
            for lon, lat, *_ in polygon[0]
        ]


def _coordinates(point: GeoPoint) -> fm.MapLatitudeLongitude:
    return fm.MapLatitudeLongitude(latitude=point.lat_deg, longitude=point.lon_deg)
