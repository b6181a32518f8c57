"""A map to put a pin on: tiles where there are any, outline, what lies near, the phone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft
import flet_map as fm

from app.widgets.area_map import coordinates, here_layer, marks_layer, outline_layer, places_layer
from app.widgets.base_map import BaseMap, base_layers
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
    outline: dict[str, Any] | None,
    points: list[MapPoint],
    *,
    here: GeoPoint | None,
    centre: GeoPoint,
    name: str,
    on_tap: Callable[[fm.MapTapEvent], None],
    tiles: BaseMap | None,
    neighbours: Sequence[Cluster[MapMark]],
    places: Sequence[KnownPlace],
) -> ft.Control:
    """outline: GeoJSON, WGS 84. tiles: the picture below; whose it is, MapLine says under the map.

    neighbours: what has been noted about the place (MapModel.around).
    here: the phone, drawn with its accuracy, and with rings that are the scale of this map.
    Screen readers get `name` alone: a node for the map itself would turn every tap on it into
    one in its middle (Flutter's accessibility tree knows no positions).
    """
    layers = base_layers(tiles)
    if outline is not None:
        layers.append(outline_layer([outline], is_filled=tiles is None))
    layers.append(places_layer(places))
    if here is not None:
        layers.append(here_layer(here, with_rings=True))
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
    return ft.Semantics(label=name, exclude_semantics=True, expand=True, content=shown)
