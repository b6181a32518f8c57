"""The layers of the map of a round: area, routes, places, stops, the phone, marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import flet as ft
import flet_map as fm

from app import theme
from app.widgets.map_marks import cluster_shape, observation_shape, stop_shape
from sync.client.briefing import KnownPlace
from sync.client.clusters import Cluster
from sync.client.map_store import MapMark
from sync.client.records import StopRecord
from sync.domain.geo import GeoPoint

LABEL_DP = 150
ROUTE_COLOUR, PLAN_COLOUR = "#1D4ED8", "#6B4E00"
HERE_COLOUR = "#1D4ED8"
RINGS_M = (25.0, 50.0)
Tapped = Callable[[Cluster[MapMark]], Any]


def outline_layer(outlines: Sequence[dict[str, Any]], *, is_filled: bool) -> fm.MapLayer:
    """outlines: GeoJSON polygons and multipolygons. Over tiles only the border is drawn.

    The border has a rim of the surface's colour, so that it is seen on any picture.
    """
    fill = ft.Colors.with_opacity(0.12 if is_filled else 0.0, ft.Colors.PRIMARY)
    rings = [ring for outline in outlines for ring in _rings(outline)]
    return fm.PolygonLayer(
        polygons=[
            *(_ring(ring, ft.Colors.TRANSPARENT, ft.Colors.SURFACE, 7) for ring in rings),
            *(_ring(ring, fill, ft.Colors.PRIMARY, 3) for ring in rings),
        ]
    )


def routes_layer(planned: Sequence[GeoPoint], walked: Sequence[Sequence[GeoPoint]]) -> fm.MapLayer:
    """What was planned is dashed, what was walked is whole."""
    lines = [
        fm.PolylineMarker(
            coordinates=[coordinates(point) for point in route],
            color=ROUTE_COLOUR,
            stroke_width=4,
            border_color="#FFFFFF",
            border_stroke_width=1.5,
        )
        for route in walked
        if len(route) > 1
    ]
    if len(planned) > 1:
        lines.insert(
            0,
            fm.PolylineMarker(
                coordinates=[coordinates(point) for point in planned],
                color=PLAN_COLOUR,
                stroke_width=4,
                stroke_pattern=fm.DashedStrokePattern(segments=[12, 8]),
            ),
        )
    return fm.PolylineLayer(polylines=lines)


def places_layer(places: Sequence[KnownPlace]) -> fm.MapLayer:
    """Names on a surface of their own: readable on any picture and in any theme."""
    return fm.MarkerLayer(
        markers=[
            fm.Marker(
                coordinates=coordinates(place.point),
                width=LABEL_DP,
                height=40,
                alignment=ft.Alignment.BOTTOM_CENTER,
                content=ft.Column(
                    spacing=0,
                    tight=True,
                    horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                    controls=[
                        ft.Container(
                            width=8,
                            height=8,
                            border_radius=4,
                            bgcolor=ft.Colors.ON_SURFACE,
                            border=ft.Border.all(1, ft.Colors.SURFACE),
                        ),
                        ft.Container(
                            bgcolor=ft.Colors.with_opacity(0.85, ft.Colors.SURFACE),
                            border_radius=4,
                            padding=ft.Padding.symmetric(horizontal=4),
                            content=ft.Text(
                                place.name,
                                size=12,
                                max_lines=1,
                                overflow=ft.TextOverflow.ELLIPSIS,
                                color=ft.Colors.ON_SURFACE,
                            ),
                        ),
                    ],
                ),
            )
            for place in places
        ]
    )


def stops_layer(stops: Sequence[StopRecord]) -> fm.MapLayer:
    """Numbered from one in the order of the walk."""
    return fm.MarkerLayer(
        markers=[
            fm.Marker(
                coordinates=coordinates(stop.place.point),
                width=28,
                height=28,
                content=stop_shape(number),
            )
            for number, stop in enumerate(stops, start=1)
            if stop.place is not None
        ]
    )


def marks_layer(clusters: Sequence[Cluster[MapMark]], tapped: Tapped | None) -> fm.MapLayer:
    """Every target is 48 dp, however small the shape in it."""
    return fm.MarkerLayer(markers=[_marker(cluster, tapped) for cluster in clusters])


def here_layer(here: GeoPoint, *, with_rings: bool) -> fm.MapLayer:
    """The phone, and how sure that is. with_rings: at RINGS_M, as a scale."""
    circles = [
        fm.CircleMarker(
            coordinates=coordinates(here),
            radius=metres,
            use_radius_in_meter=True,
            color=ft.Colors.TRANSPARENT,
            border_color=ft.Colors.OUTLINE,
            border_stroke_width=1,
        )
        for metres in (RINGS_M if with_rings else ())
    ]
    if here.accuracy_m:
        circles.append(
            fm.CircleMarker(
                coordinates=coordinates(here),
                radius=here.accuracy_m,
                use_radius_in_meter=True,
                color=ft.Colors.with_opacity(0.18, HERE_COLOUR),
                border_color=HERE_COLOUR,
                border_stroke_width=1.5,
            )
        )
    circles.append(
        fm.CircleMarker(
            coordinates=coordinates(here),
            radius=8,
            color=HERE_COLOUR,
            border_color="#FFFFFF",
            border_stroke_width=3,
        )
    )
    return fm.CircleLayer(circles=circles)


def coordinates(point: GeoPoint) -> fm.MapLatitudeLongitude:
    return fm.MapLatitudeLongitude(latitude=point.lat_deg, longitude=point.lon_deg)


def _marker(cluster: Cluster[MapMark], tapped: Tapped | None) -> fm.Marker:
    async def tap() -> None:
        if tapped is not None:
            await tapped(cluster)

    mark = cluster.things[0]
    shape = observation_shape(mark) if cluster.is_one else cluster_shape(len(cluster.things))
    name = mark.observation_id if cluster.is_one else cluster.key
    return fm.Marker(
        key=f"mark-{name}",
        coordinates=coordinates(cluster.point),
        width=theme.TARGET_DP,
        height=theme.TARGET_DP,
        content=ft.Container(
            key=f"tap-{name}",
            width=theme.TARGET_DP,
            height=theme.TARGET_DP,
            alignment=ft.Alignment.CENTER,
            on_click=None if tapped is None else tap,
            content=shape,
        ),
    )


def _ring(
    ring: list[fm.MapLatitudeLongitude],
    fill: ft.ColorValue,
    border: ft.ColorValue,
    width: float,
) -> fm.PolygonMarker:
    return fm.PolygonMarker(
        coordinates=ring, color=fill, border_color=border, border_stroke_width=width
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
            fm.MapLatitudeLongitude(latitude=float(corner[1]), longitude=float(corner[0]))
            for corner in polygon[0]
        ]
