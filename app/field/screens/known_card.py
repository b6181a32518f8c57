""" "Redan anmäld …": what lies here already, between what is being recorded and the save button."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.capture_model import CaptureModel
from app.field.models.known_model import KnownModel
from app.field.models.photos_model import PhotosModel
from app.field.models.place_model import PlaceModel
from app.field.screens.point_words import far_words, known_words
from app.i18n import Words
from app.widgets.buttons import Handler, plain_button, quiet_button
from app.widgets.map_marks import icon_of
from sync.client.nearby import NearPoint
from sync.domain.words import ObservationKind

SMALL_DP = 64


@ft.component
def KnownCard(
    known: KnownModel,
    capture: CaptureModel,
    place: PlaceModel,
    pictures: PhotosModel,
    words: Words,
) -> ft.Control:
    """Empty when nothing is asked. It never stands in the way of saving."""
    ft.use_effect(known.look, [capture.kind, capture.category, place.chosen, capture.number])
    if not known.found:
        return ft.Container()
    shown = known.found if known.is_unfolded else known.found[:1]
    hidden = len(known.found) - len(shown)
    parts: list[ft.Control] = []
    for number, one in enumerate(shown, 1):
        parts.append(_what(known, one, words))
        buttons = [_also_seen(known, one, words)]
        if number == len(shown):
            buttons.append(quiet_button(words("known.new_anyway"), known.another, key="known-new"))
        if hidden:
            buttons.append(
                quiet_button(words("known.more", count=hidden), known.unfold, key="known-more")
            )
        parts.append(ft.Row(wrap=True, spacing=4, run_spacing=0, controls=buttons))
    if pictures.undecided:
        parts.append(
            ft.Text(words("known.photo_as_it_is"), size=14, color=ft.Colors.ON_TERTIARY_CONTAINER)
        )
    return ft.Container(
        key="known",
        bgcolor=ft.Colors.TERTIARY_CONTAINER,
        border=ft.Border.all(theme.BOX_BORDER, ft.Colors.OUTLINE_VARIANT),
        border_radius=theme.RADIUS,
        margin=ft.Margin.symmetric(horizontal=theme.GAP),
        padding=ft.Padding.symmetric(horizontal=theme.GAP, vertical=8),
        content=ft.Column(
            tight=True,
            spacing=6,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=parts,
        ),
    )


def _what(known: KnownModel, near: NearPoint, words: Words) -> ft.Control:
    point = near.point
    colour = ft.Colors.ON_TERTIARY_CONTAINER
    said = known_words(near, known.record.round_id, known.now, words)
    lines: list[ft.Control] = [
        ft.Semantics(
            live_region=True,
            content=ft.Text(said, size=16, weight=ft.FontWeight.W_600, color=colour),
        ),
        ft.Text(
            point.text or far_words(near, words),
            size=14,
            color=colour,
            max_lines=2,
            overflow=ft.TextOverflow.ELLIPSIS,
        ),
    ]
    return ft.Row(
        key=f"known-{point.observation_id}",
        spacing=10,
        controls=[
            small_picture(known.small.get(point.sha256 or ""), near, words),
            ft.Column(expand=True, spacing=2, tight=True, controls=lines),
        ],
    )


def _also_seen(known: KnownModel, near: NearPoint, words: Words) -> ft.Control:
    return plain_button(
        words("known.also_seen"),
        _seeing(known, near),
        key=f"also-seen-{near.point.observation_id}",
        icon=ft.Icons.VISIBILITY_OUTLINED,
        disabled=known.is_writing,
    )


def _seeing(known: KnownModel, near: NearPoint) -> Handler:
    async def pressed() -> None:
        await known.also_seen(near)

    return pressed


def small_picture(small: bytes | None, near: NearPoint, words: Words) -> ft.Control:
    """The picture from then, or the category's icon until it can be had."""
    icon = icon_of(ObservationKind.DEFECT, near.point.category)
    return ft.Container(
        width=SMALL_DP,
        height=SMALL_DP,
        border_radius=10,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        alignment=ft.Alignment.CENTER,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        content=ft.Icon(icon, size=30)
        if small is None
        else ft.Image(
            src=small,
            fit=ft.BoxFit.COVER,
            width=SMALL_DP,
            height=SMALL_DP,
            gapless_playback=True,
            semantics_label=words("known.photo"),
        ),
    )
