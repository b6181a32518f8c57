"""A later visit: how it was, how it is now, and one of three big buttons."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.camera_model import CameraModel
from app.field.models.photos_model import PhotosModel
from app.field.models.place_model import PlaceModel
from app.field.models.revisit_model import RevisitModel
from app.field.models.visit_model import VisitModel
from app.field.screens.camera_view import other_camera
from app.field.screens.days import past_day
from app.field.screens.finding_row import VISIT_ICONS
from app.field.screens.frame import bar, has_large_text, screen
from app.field.screens.ghost_camera import GhostCamera
from app.field.screens.point_words import (
    category_words,
    far_words,
    state_words,
    visit_words,
)
from app.i18n import Words
from app.widgets.buttons import Handler, icon_button
from app.widgets.choice_row import heading
from app.widgets.notes import warning_note
from sync.client.nearby import near_of
from sync.domain.fields import MAX_TEXT
from sync.domain.words import Verdict

BEFORE_DP = 230
VERDICTS = {
    Verdict.FIXED: "revisit.fixed",
    Verdict.REMAINS: "revisit.remains",
    Verdict.WORSE: "revisit.worse",
}


@ft.component
def VisitScreen(
    model: AppModel, revisits: RevisitModel, visit: VisitModel, place: PlaceModel, words: Words
) -> ft.Control:
    ft.use_effect(visit.shown, [visit.finding.observation_id])
    body = ft.Column(
        spacing=10,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            *_what(visit, place, words),
            _before(visit, words),
            heading(words("revisit.now")),
            GhostCamera(visit, visit.lens, visit.pictures, words),
            ft.TextField(
                key=f"visit-text-{visit.number}",
                label=words("revisit.text"),
                value=visit.text,
                multiline=True,
                min_lines=1,
                max_lines=4,
                max_length=MAX_TEXT,
                counter="",
                capitalization=ft.TextCapitalization.SENTENCES,
                on_change=visit.set_text,
            ),
        ],
    )
    return screen(
        model,
        bar(
            _title(visit, words),
            model,
            words,
            leading=icon_button(
                ft.Icons.ARROW_BACK, words("app.back"), revisits.close, key="visit-back"
            ),
        ),
        body,
        VerdictBar(visit, visit.lens, visit.pictures, words, is_large=has_large_text(model)),
    )


def _title(visit: VisitModel, words: Words) -> str:
    name = category_words(visit.point.category, words)
    number = visit.point.number
    return words("revisit.title", what=name if number is None else f"{number} {name}")


def _what(visit: VisitModel, place: PlaceModel, words: Words) -> list[ft.Control]:
    """Since when, what the city says, what was seen since, how far it is."""
    point, now = visit.point, visit.now
    day = past_day(point.reported_at, now, words)
    said = words("revisit.reported" if point.is_sent else "revisit.noted", day=day)
    lines: list[ft.Control] = [ft.Text(said, size=16)]
    if point.city_status is not None and point.city_status_at is not None:
        when = past_day(point.city_status_at, now, words)
        text = words("revisit.city_says", state=point.city_status, day=when)
        lines.append(ft.Text(text, size=16, weight=ft.FontWeight.W_600))
    else:
        lines.append(ft.Text(state_words(point, words), size=16))
    live = place.live
    near = None if live is None else near_of(live.point, point)
    if near is not None:
        lines.append(ft.Text(far_words(near, words), size=16))
    if point.text:
        lines.append(ft.Text(point.text, size=16))
    lines += [ft.Text(visit_words(one, now, words), size=15) for one in visit.visits[:3]]
    return [ft.Column(spacing=4, controls=lines)]


def _before(visit: VisitModel, words: Words) -> ft.Control:
    if visit.point.sha256 is None:
        return ft.Container()
    name = words("revisit.before")
    return ft.Container(
        height=BEFORE_DP,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        alignment=ft.Alignment.CENTER,
        content=ft.Icon(ft.Icons.IMAGE_OUTLINED, size=48, semantics_label=name)
        if visit.before is None
        else ft.Image(
            src=visit.before, fit=ft.BoxFit.CONTAIN, gapless_playback=True, semantics_label=name
        ),
    )


@ft.component
def VerdictBar(
    visit: VisitModel,
    lens: CameraModel,
    pictures: PhotosModel,
    words: Words,
    *,
    is_large: bool,
) -> ft.Control:
    """Always in sight, under the thumb. is_large: below each other, or words would break."""
    parts: list[ft.Control] = []
    problem = visit.problem
    if problem is not None:
        key = "visit-system-camera"
        other_way = other_camera(problem, visit.photograph, words, key=key)
        parts.append(warning_note(words(problem), key="visit-problem", action=other_way))
    if pictures.undecided:
        parts.append(ft.Text(words("known.photo_as_it_is"), size=14))
    is_waiting = visit.is_saving or pictures.is_preparing
    parts.append(
        ft.ResponsiveRow(
            columns=1 if is_large else 3,
            spacing=8,
            run_spacing=8,
            controls=[
                _verdict(visit, verdict, words(key), is_waiting=is_waiting, is_flat=is_large)
                for verdict, key in VERDICTS.items()
            ],
        )
    )
    return ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        padding=theme.GAP,
        content=ft.Column(
            tight=True,
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=parts,
        ),
    )


def _verdict(
    visit: VisitModel, verdict: Verdict, text: str, *, is_waiting: bool, is_flat: bool
) -> ft.Control:
    """is_flat: the icon beside the word, not above it."""
    parts: list[ft.Control] = [
        ft.Icon(VISIT_ICONS[verdict], size=30),
        ft.Text(text, size=16, weight=ft.FontWeight.W_600, text_align=ft.TextAlign.CENTER),
    ]
    shape = ft.FilledButton if verdict is Verdict.FIXED else ft.FilledTonalButton
    return shape(
        col=1,
        key=f"verdict-{verdict.value}",
        on_click=_deciding(visit, verdict),
        disabled=is_waiting,
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
            padding=ft.Padding.symmetric(horizontal=4, vertical=14),
        ),
        content=ft.Row(spacing=10, alignment=ft.MainAxisAlignment.CENTER, controls=parts)
        if is_flat
        else ft.Column(
            tight=True,
            spacing=4,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=parts,
        ),
    )


def _deciding(visit: VisitModel, verdict: Verdict) -> Handler:
    async def pressed() -> None:
        await visit.decide(verdict)

    return pressed
