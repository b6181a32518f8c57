"""The map of a round. Everything on it that can be chosen is also reached without the map."""

from __future__ import annotations

import flet as ft
import flet_map as fm

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.map_model import MAX_ZOOM, MIN_ZOOM, MapModel
from app.field.models.round_model import RoundModel
from app.field.screens.map_card import MapCard
from app.field.screens.map_line import MapLine
from app.field.screens.map_panel import MapPanel
from app.i18n import Words
from app.widgets.area_map import (
    coordinates,
    here_layer,
    marks_layer,
    outline_layer,
    places_layer,
    routes_layer,
    stops_layer,
)
from app.widgets.base_map import base_layers
from app.widgets.buttons import Handler, icon_button
from app.widgets.notes import info_note
from sync.domain.geo import GeoPoint

SCALES_M = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
LONGEST_SCALE_DP = 110.0


@ft.component
def MapTab(model: AppModel, round_: RoundModel, map_: MapModel, words: Words) -> ft.Control:
    ft.use_effect(map_.shown_on_screen, [map_.record.round_id], map_.left_screen)
    parts: list[ft.Control] = [
        ft.Container(
            expand=True,
            on_size_change=lambda event: map_.resized(event.width, event.height),
            content=ft.Stack(
                expand=True,
                controls=[_map(map_, words), _scale(map_, words), _buttons(map_, words)],
            ),
        ),
        MapLine(map_, model.sync, words),
    ]
    if map_.is_here_missing:
        parts.append(_padded(info_note(words("map.here.unknown"), key="map-here-unknown")))
    if map_.chosen:
        parts.append(MapCard(round_, map_, words))
    elif map_.is_panel_open:
        parts.append(MapPanel(map_, words))
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=parts,
    )


def _map(map_: MapModel, words: Words) -> ft.Control:
    """Out of the accessibility tree, which knows no positions; its label says where to go."""

    def moved(event: fm.MapPositionChangeEvent) -> None:
        camera = event.camera
        drawn = event.control

        async def move_to(centre: GeoPoint, zoom: float) -> None:
            await drawn.move_to(destination=coordinates(centre), zoom=zoom)

        map_.attach(move_to)
        point = GeoPoint(
            lat_deg=max(-90.0, min(90.0, camera.center.latitude)),
            lon_deg=max(-180.0, min(180.0, camera.center.longitude)),
        )
        map_.moved(point, camera.zoom)

    base, start = map_.base_map, map_.start
    layers = base_layers(base)
    if map_.outline is not None:
        layers.append(outline_layer([map_.outline], is_filled=base is None))
    layers.append(routes_layer(map_.record.planned_route, map_.routes))
    layers.append(places_layer(map_.places))
    layers.append(stops_layer(map_.stops))
    if map_.live is not None:
        layers.append(here_layer(map_.live.point, with_rings=base is None))
    layers.append(marks_layer(map_.shown, map_.tapped))
    drawn = fm.Map(
        key=f"map-{map_.start_number}",
        expand=True,
        layers=layers,
        initial_center=coordinates(start.centre),
        initial_zoom=start.zoom,
        min_zoom=MIN_ZOOM,
        max_zoom=MAX_ZOOM,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        interaction_configuration=fm.InteractionConfiguration(
            flags=fm.InteractionFlag.ALL & ~fm.InteractionFlag.ROTATE
        ),
        on_position_change=moved,
    )
    return ft.Semantics(
        expand=True,
        label=words("map.name", count=map_.count, stops=len(map_.stops)),
        exclude_semantics=True,
        content=drawn,
    )


def _buttons(map_: MapModel, words: Words) -> ft.Control:
    """On the side of the thumb, on a ground of their own; two above the panel, which is high."""
    views: list[ft.Control] = [
        _on_ground(ft.Icons.ADD, words("map.closer"), map_.closer, "map-closer"),
        _on_ground(ft.Icons.REMOVE, words("map.farther"), map_.farther, "map-farther"),
        _on_ground(ft.Icons.ZOOM_OUT_MAP, words("map.area"), map_.show_area, "map-area"),
    ]
    return ft.Container(
        right=10,
        bottom=10,
        content=ft.Column(
            tight=True,
            spacing=8,
            controls=[
                *([] if map_.is_panel_open and not map_.chosen else views),
                _on_ground(ft.Icons.LAYERS, words("map.panel"), map_.toggle_panel, "map-panel"),
                _on_ground(ft.Icons.MY_LOCATION, words("map.here"), map_.show_me, "map-here"),
            ],
        ),
    )


def _on_ground(icon: ft.IconData, name: str, pressed: Handler, key: str) -> ft.Control:
    return ft.Container(
        bgcolor=ft.Colors.SURFACE,
        border_radius=theme.TARGET_DP,
        border=ft.Border.all(1, ft.Colors.OUTLINE),
        content=icon_button(icon, name, pressed, key=key),
    )


def _scale(map_: MapModel, words: Words) -> ft.Control:
    """A bar as long as a round number of metres."""
    metres_per_px = map_.metres_per_px
    fitting = [one for one in SCALES_M if one / metres_per_px <= LONGEST_SCALE_DP]
    metres = fitting[-1] if fitting else SCALES_M[0]
    text = words("map.scale.km", km=metres // 1000) if metres >= 1000 else None
    return ft.Container(
        left=10,
        bottom=10,
        padding=ft.Padding.symmetric(horizontal=6, vertical=3),
        bgcolor=ft.Colors.with_opacity(0.85, ft.Colors.SURFACE),
        border_radius=4,
        content=ft.Column(
            tight=True,
            spacing=1,
            controls=[
                ft.Text(text or words("map.scale.m", metres=metres), size=12),
                ft.Container(width=metres / metres_per_px, height=4, bgcolor=ft.Colors.ON_SURFACE),
            ],
        ),
    )


def _padded(content: ft.Control) -> ft.Control:
    return ft.Container(padding=ft.Padding.symmetric(horizontal=theme.GAP), content=content)
