"""Choosing where it is from the places people know by name, the nearest first."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.field.models.app_model import AppModel
from app.field.models.place_model import PlaceModel
from app.field.models.surroundings import Distant
from app.field.screens.frame import bar, screen
from app.i18n import Words
from app.widgets.buttons import icon_button, plain_button
from app.widgets.notes import info_note


@ft.component
def PlaceListScreen(
    model: AppModel,
    place: PlaceModel,
    back: Callable[[], None],
    done: Callable[[], None],
    words: Words,
) -> ft.Control:
    """back: to the map. done: a place was chosen."""
    origin = None if place.live is None else place.live.point
    if origin is None and place.chosen is not None:
        origin = place.chosen.point
    found = place.surroundings.by_distance(origin)
    controls: list[ft.Control] = [
        plain_button(
            _said(one, words),
            _chooses(place, one, done),
            key=f"known-place-{number}",
            icon=ft.Icons.PLACE_OUTLINED,
        )
        for number, one in enumerate(found, 1)
    ]
    if not controls:
        controls.append(info_note(words("pin.list.empty"), key="no-known-places"))
    return screen(
        model,
        bar(
            words("pin.list"),
            model,
            words,
            leading=icon_button(ft.Icons.ARROW_BACK, words("app.back"), back, key="list-back"),
        ),
        ft.Column(spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=controls),
    )


def _said(one: Distant, words: Words) -> str:
    if one.distance_m is None:
        return one.place.name
    if one.distance_m >= 1000:
        kilometres = words.number(one.distance_m / 1000)
        return words("pin.list.far", name=one.place.name, kilometres=kilometres)
    return words("pin.list.near", name=one.place.name, metres=round(one.distance_m))


def _chooses(place: PlaceModel, one: Distant, done: Callable[[], None]) -> Callable[[], None]:
    def choose() -> None:
        place.set_pin(one.place.point)
        done()

    return choose
