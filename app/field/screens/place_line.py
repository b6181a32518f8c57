"""One line that says where the observation is and how sure that is, and lets it be changed."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app import theme
from app.field.models.place_model import PlaceModel
from app.field.screens.said_lines import gps_words
from app.i18n import Words
from app.widgets.buttons import plain_button, quiet_button
from app.widgets.notes import info_note, warning_note
from sync.domain.words import PlaceSource

AT_M = 15.0


@ft.component
def PlaceLine(place: PlaceModel, pick: Callable[[], None], words: Words) -> ft.Control:
    return ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=theme.GAP, vertical=2),
        content=ft.Column(
            spacing=6,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[_line(place, pick, words), *place_notes(place, pick, words)],
        ),
    )


def _line(place: PlaceModel, pick: Callable[[], None], words: Words) -> ft.Control:
    said: list[ft.Control] = [ft.Text(place_words(place, words), size=15)]
    near = near_words(place, words)
    if near:
        said.append(ft.Text(near, size=14))
    controls: list[ft.Control] = [
        ft.Icon(_icon(place), size=24, color=ft.Colors.PRIMARY),
        ft.Semantics(
            live_region=True, expand=True, content=ft.Column(spacing=0, tight=True, controls=said)
        ),
    ]
    if place.answered is not None:
        controls.append(quiet_button(words("app.undo"), place.take_back, key="undo-place"))
    controls.append(quiet_button(words("capture.place.change"), pick, key="change-place"))
    return ft.Row(spacing=4, controls=controls)


def place_words(place: PlaceModel, words: Words) -> str:
    chosen = place.chosen
    if chosen is None:
        is_coming = place.is_listening and place.problem is None
        return words("capture.place.waiting" if is_coming else "capture.place.none")
    if chosen.source is PlaceSource.PIN:
        return words("capture.place.pin")
    if chosen.source is PlaceSource.EXIF:
        return words("capture.place.exif")
    key = "capture.place.locked" if place.is_locked else "capture.place.gps"
    return gps_words(chosen.point, key, words)


def near_words(place: PlaceModel, words: Words) -> str:
    """The nearest place that people know by name; empty when there is none near."""
    near = None if place.chosen is None else place.surroundings.near(place.chosen.point)
    if near is None:
        return ""
    if (near.distance_m or 0) < AT_M:
        return words("place.at", name=near.place.name)
    return words("place.near", name=near.place.name, metres=round(near.distance_m or 0))


def place_notes(place: PlaceModel, pick: Callable[[], None], words: Words) -> list[ft.Control]:
    """What is to be known of the place: one thing at a time, the most important."""
    if place.chosen is None:
        return [_nowhere(place, place.problem, words)] if place.problem is not None else []
    if place.offered is not None:
        return [_offer(place, words)]
    notes: list[ft.Control] = []
    if place.is_outside_malmo:
        notes.append(warning_note(words("place.outside_city"), key="outside-city"))
    if place.asks_outside:
        notes.append(_outside(place, pick, words))
    doubt = _doubt(place, words)
    if doubt is not None and not notes:
        pin = quiet_button(words("place.set_pin"), pick, key="doubt-pin", icon=ft.Icons.PLACE)
        notes.append(info_note(doubt, key="weak-place", action=pin))
    return notes


def _nowhere(place: PlaceModel, problem: str, words: Words) -> ft.Control:
    retry = quiet_button(words("app.try_again"), place.retry, key="place-retry")
    return warning_note(words(problem), key="place-problem", action=retry)


def _doubt(place: PlaceModel, words: Words) -> str | None:
    chosen = place.chosen
    if chosen is None:
        return None
    if chosen.is_mocked:
        return words("place.mocked")
    if chosen.is_stale:
        age_min = place.age_min
        return (
            words("place.was_stale") if age_min is None else words("place.stale", minutes=age_min)
        )
    if place.is_weak:
        return words("capture.place.weak", metres=round(chosen.point.accuracy_m or 0))
    return None


def _outside(place: PlaceModel, pick: Callable[[], None], words: Words) -> ft.Control:
    return warning_note(
        words("place.outside", area=place.surroundings.area_name),
        key="outside-area",
        action=ft.Row(
            wrap=True,
            controls=[
                plain_button(
                    words("place.outside_yes"), place.outside_is_right, key="outside-is-right"
                ),
                quiet_button(words("place.set_pin"), pick, key="outside-pin"),
            ],
        ),
    )


def _icon(place: PlaceModel) -> ft.IconData:
    if place.chosen is None:
        return ft.Icons.LOCATION_SEARCHING
    return ft.Icons.PLACE if place.is_locked else ft.Icons.MY_LOCATION


def _offer(place: PlaceModel, words: Words) -> ft.Control:
    when = "" if place.offered is None else place.offered.fixed_at
    return info_note(
        words("capture.place.use_exif", when=words.date_and_time(when) if when else ""),
        key="offered-place",
        action=ft.Row(
            wrap=True,
            controls=[
                plain_button(
                    words("capture.place.use_exif.yes"), place.take_offered, key="take-offered"
                ),
                quiet_button(
                    words("capture.place.use_exif.no"), place.refuse_offered, key="refuse-offered"
                ),
            ],
        ),
    )
