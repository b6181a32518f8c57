"""Putting a pin where it is: on what the map of the round shows, or on a place from a list."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft
import flet_map as fm

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.map_model import MapModel
from app.field.models.place_model import PlaceModel
from app.field.screens.frame import bar, screen
from app.field.screens.map_line import MapLine
from app.field.screens.place_list_screen import PlaceListScreen
from app.i18n import Words
from app.widgets.buttons import icon_button, main_button, quiet_button
from app.widgets.notes import warning_note
from app.widgets.outline_map import MapPoint, outline_map
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId
from sync.domain.malmo import LIMITS

STEP_DEG_LAT = 0.000_045
STEP_DEG_LON = 0.000_080
"""About five metres in Malmö."""


@ft.component
def PinScreen(
    model: AppModel,
    map_: MapModel,
    place: PlaceModel,
    done: Callable[[], None],
    words: Words,
    *,
    own: EntityId | None = None,
) -> ft.Control:
    """own: the observation whose place it is, where that is recorded already."""
    ft.use_effect(map_.refresh, [])
    start = _start(place, map_)
    pin, set_pin = ft.use_state(start)
    neighbours = ft.use_memo(lambda: map_.around(start, own), [])
    is_list, set_list = ft.use_state(False)
    if is_list:
        return PlaceListScreen(model, place, lambda: set_list(False), done, words)

    def tapped(event: fm.MapTapEvent) -> None:
        set_pin(_at(event.coordinates.latitude, event.coordinates.longitude))

    def moved(north: int, east: int) -> Callable[[], None]:
        def move() -> None:
            set_pin(_at(pin.lat_deg + north * STEP_DEG_LAT, pin.lon_deg + east * STEP_DEG_LON))

        return move

    def use() -> None:
        place.set_pin(pin)
        done()

    def use_gps() -> None:
        place.use_gps()
        done()

    here = None if place.live is None else place.live.point
    body: list[ft.Control] = [
        ft.Text(words("pin.body"), size=16),
        ft.Container(
            expand=True,
            border_radius=theme.RADIUS,
            clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
            content=ft.Column(
                spacing=0,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    outline_map(
                        map_.outline,
                        [MapPoint(point=pin, icon=ft.Icons.PLACE)],
                        here=here,
                        centre=start,
                        name=words("pin.map"),
                        on_tap=tapped,
                        tiles=map_.base_map,
                        neighbours=neighbours,
                        places=map_.places,
                    ),
                    MapLine(map_, model.sync, words),
                ],
            ),
        ),
        ft.Row(alignment=ft.MainAxisAlignment.CENTER, controls=_arrows(moved, words)),
        ft.Text(
            words("pin.chosen", lat=f"{pin.lat_deg:.5f}", lon=f"{pin.lon_deg:.5f}"),
            text_align=ft.TextAlign.CENTER,
        ),
    ]
    if here is not None:
        body.append(ft.Text(words("pin.rings"), size=13, text_align=ft.TextAlign.CENTER))
    if not LIMITS.holds(pin):
        body.append(warning_note(words("pin.outside"), key="pin-outside"))
    elif not place.surroundings.holds(pin):
        area = place.surroundings.area_name
        body.append(warning_note(words("pin.outside_area", area=area), key="pin-outside-area"))
    buttons: list[ft.Control] = [
        quiet_button(words("pin.list"), lambda: set_list(True), key="pin-list", icon=ft.Icons.LIST),
        main_button(words("pin.use"), use, key="use-pin", icon=ft.Icons.PLACE),
    ]
    if here is not None:
        buttons.append(
            quiet_button(words("pin.use_gps"), use_gps, key="use-gps", icon=ft.Icons.MY_LOCATION)
        )
    return screen(
        model,
        bar(
            words("pin.title"),
            model,
            words,
            leading=icon_button(ft.Icons.ARROW_BACK, words("app.back"), done, key="pin-back"),
        ),
        ft.Container(
            padding=theme.EDGE,
            content=ft.Column(
                spacing=theme.GAP,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=body,
            ),
        ),
        ft.Container(
            padding=theme.GAP,
            content=ft.Column(
                tight=True,
                spacing=4,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=buttons,
            ),
        ),
        scrolls=False,  # inside a scrolling column no tap would reach the map
    )


def _arrows(moved: Callable[[int, int], Callable[[], None]], words: Words) -> list[ft.Control]:
    """West is on the left in every language."""
    left, right = ft.Icons.ARROW_BACK, ft.Icons.ARROW_FORWARD
    if words.is_right_to_left:  # Flutter mirrors both, and the row
        left, right = right, left
    arrows = [
        icon_button(left, words("pin.west"), moved(0, -1), key="pin-west"),
        icon_button(ft.Icons.ARROW_UPWARD, words("pin.north"), moved(1, 0), key="pin-north"),
        icon_button(ft.Icons.ARROW_DOWNWARD, words("pin.south"), moved(-1, 0), key="pin-south"),
        icon_button(right, words("pin.east"), moved(0, 1), key="pin-east"),
    ]
    return arrows[::-1] if words.is_right_to_left else arrows


def _start(place: PlaceModel, map_: MapModel) -> GeoPoint:
    """The chosen place, else where the phone is, else the middle of its area."""
    if place.chosen is not None:
        return _at(place.chosen.point.lat_deg, place.chosen.point.lon_deg)
    if place.live is not None:
        return _at(place.live.point.lat_deg, place.live.point.lon_deg)
    return map_.middle


def _at(lat_deg: float, lon_deg: float) -> GeoPoint:
    return GeoPoint(
        lat_deg=max(-90.0, min(90.0, float(lat_deg))),
        lon_deg=max(-180.0, min(180.0, float(lon_deg))),
    )
