"""One line that says where the defect is and how sure that is, and lets it be changed."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app import theme
from app.field.models.place_model import PlaceModel
from app.i18n import Words
from app.widgets.buttons import plain_button, quiet_button
from app.widgets.notes import info_note, warning_note
from sync.domain.words import PlaceSource


@ft.component
def PlaceLine(place: PlaceModel, pick: Callable[[], None], words: Words) -> ft.Control:
    parts: list[ft.Control] = [
        ft.Row(
            spacing=8,
            controls=[
                ft.Icon(_icon(place), size=24, color=ft.Colors.PRIMARY),
                ft.Semantics(
                    live_region=True,
                    expand=True,
                    content=ft.Text(place_words(place, words), size=15),
                ),
                quiet_button(words("capture.place.change"), pick, key="change-place"),
            ],
        )
    ]
    if place.problem is not None and place.chosen is None:
        parts.append(
            warning_note(
                words(place.problem),
                key="place-problem",
                action=quiet_button(words("app.try_again"), place.retry, key="place-retry"),
            )
        )
    elif place.offered is not None:
        parts.append(_offer(place, words))
    elif place.is_weak and place.chosen is not None:
        metres = round(place.chosen.point.accuracy_m or 0)
        parts.append(info_note(words("capture.place.weak", metres=metres), key="weak-place"))
    return ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=theme.GAP, vertical=2),
        content=ft.Column(spacing=6, controls=parts),
    )


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
    return words(key, metres=round(chosen.point.accuracy_m or 0))


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
