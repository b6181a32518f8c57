"""A map to put a pin on: tiles where there are any, outlines, what lies near, the phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft
import flet_map as fm

from app.widgets.area_map import coordinates, here_layer, marks_layer, outline_layer, places_layer
from app.widgets.base_map import BaseMap, attribution_line, base_layers
from sync.client.briefing import KnownPlace
from sync.client.clusters import Cluster
from sync.client.map_store import MapMark
from sync.domain.geo import GeoPoint

ZOOM = 17.0
MARKER_DP = 44


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
    tiles: BaseMap | None = None,
    neighbours: Sequence[Cluster[MapMark]] = (),
    places: Sequence[KnownPlace] = (),
) -> ft.Control:
    """outlines: GeoJSON polygons, WGS 84. dots: what is known already, to find one's way by.

    tiles: the picture below (MapModel.base_map), with whose it is under the map. neighbours: the
    same with categories and states (MapModel.around), for a map that shows what has been noted.
    here: the phone, drawn with its accuracy and, without tiles, with rings that are a scale.
    Screen readers get `name` alone: a node for the map itself would turn every tap on it into
    one in its middle (Flutter's accessibility tree knows no positions).
    """
    layers = [*base_layers(tiles), outline_layer(outlines, is_filled=tiles is None)]
    layers.append(places_layer(places))
    layers.append(fm.CircleLayer(circles=[_dot(point) for point in dots]))
    if here is not None:
        layers.append(here_layer(here, with_rings=tiles is None))
    layers.append(marks_layer(neighbours, None))
    layers.append(
        fm.MarkerLayer(
            markers=[
                fm.Marker(
                    coordinates=coordinates(one.point),
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
        initial_center=coordinates(centre),
        initial_zoom=ZOOM,
        min_zoom=11,
        max_zoom=20,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        interaction_configuration=fm.InteractionConfiguration(
            flags=fm.InteractionFlag.ALL & ~fm.InteractionFlag.ROTATE
        ),
        on_tap=on_tap,
    )
    if tiles is None:
        return ft.Semantics(label=name, exclude_semantics=True, content=shown)
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Semantics(label=name, exclude_semantics=True, expand=True, content=shown),
            attribution_line(tiles.attribution, key="pin-map-attribution"),
        ],
    )


def centre_of(outline: dict[str, Any]) -> GeoPoint:
    """The middle of the box around a polygon."""
    ring = outline["coordinates"][0]
    lons, lats = [float(point[0]) for point in ring], [float(point[1]) for point in ring]
    return GeoPoint(lat_deg=(min(lats) + max(lats)) / 2.0, lon_deg=(min(lons) + max(lons)) / 2.0)


def _dot(point: GeoPoint) -> fm.CircleMarker:
    return fm.CircleMarker(
        coordinates=coordinates(point), radius=5, color=ft.Colors.ON_SURFACE_VARIANT
    )
