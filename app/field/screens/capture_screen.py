"""Recording an observation: shutter, tile, save. Three taps when the place is known."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.camera_model import CameraModel
from app.field.models.capture_model import CaptureModel
from app.field.models.photos_model import PhotosModel
from app.field.models.place_model import PlaceModel
from app.field.models.round_model import RoundModel
from app.field.screens.camera_view import CameraView, other_camera
from app.field.screens.frame import has_large_text
from app.field.screens.known_card import KnownCard
from app.field.screens.notice_strip import NoticeStrip
from app.field.screens.observation_fields import kind_choice, said_fields
from app.field.screens.place_line import PlaceLine
from app.field.screens.way_back_screen import CameraWayBack, way_back_button
from app.i18n import Words
from app.widgets.buttons import main_button, quiet_button
from app.widgets.notes import warning_note


@ft.component
def CaptureTab(
    model: AppModel, round_: RoundModel, capture: CaptureModel, place: PlaceModel, words: Words
) -> ft.Control:
    scrolled = ft.use_memo(lambda: ft.Ref[ft.Column](), [])

    async def to_top() -> None:
        """The next one begins with the camera in sight."""
        if scrolled.current is not None and capture.number:
            await scrolled.current.scroll_to(offset=0)

    ft.use_effect(to_top, [capture.number])
    is_large = has_large_text(model)
    card = KnownCard(round_.known, capture, place, capture.pictures, words)
    body: list[ft.Control] = [
        kind_choice(capture, words),
        CameraView(capture, capture.lens, capture.pictures, words),
        CameraWayBack(model, capture.lens, words),
        PlaceLine(place, round_.pick_place, words),
        *([card] if is_large else []),
        *way_back_button(model, None if place.chosen else place.problem, words),
        *said_fields(
            capture,
            capture.tiles,
            words,
            number=capture.number,
            is_large=is_large,
        ),
        _discard(capture, words),
    ]
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Column(
                ref=scrolled,
                expand=True,
                scroll=ft.ScrollMode.AUTO,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    ft.Container(
                        padding=theme.GAP,
                        content=ft.Column(
                            spacing=10,
                            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                            controls=body,
                        ),
                    )
                ],
            ),
            NoticeStrip(model.notices, words),
            *([] if is_large else [card]),
            SaveBar(capture, capture.lens, capture.pictures, place, words),
        ],
    )


def _discard(capture: CaptureModel, words: Words) -> ft.Control:
    """Below everything, where no thumb comes by mistake."""
    if capture.is_empty:
        return ft.Container()
    return ft.Row(
        alignment=ft.MainAxisAlignment.END,
        controls=[
            quiet_button(
                words("capture.discard"),
                capture.discard,
                key="discard",
                icon=ft.Icons.DELETE_OUTLINE,
            )
        ],
    )


@ft.component
def SaveBar(
    capture: CaptureModel,
    lens: CameraModel,
    pictures: PhotosModel,
    place: PlaceModel,
    words: Words,
) -> ft.Control:
    """Always in sight, and with it what went wrong, what is missing, and that it is saved."""
    parts: list[ft.Control] = []
    problem = capture.problem
    if problem is not None:
        other_way = other_camera(problem, capture.photograph, words)
        parts.append(warning_note(words(problem), key="capture-problem", action=other_way))
    if capture.missing:
        what = ", ".join(words(f"capture.missing.{name}") for name in capture.missing)
        parts.append(warning_note(words("capture.save_anyway", what=what), key="missing"))
    if capture.asks_outside:
        area = place.surroundings.area_name
        parts.append(warning_note(words("place.outside", area=area), key="asks-outside"))
    if capture.last is not None:
        parts.append(_saved(capture, capture.last.number, words))
    parts.append(
        main_button(
            words(_save_key(capture, pictures)),
            capture.save,
            key="save-next",
            icon=ft.Icons.CHECK,
            disabled=capture.is_saving or pictures.is_preparing,
        )
    )
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.GAP, vertical=8),
        content=ft.Column(
            tight=True,
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=parts,
        ),
    )


def _save_key(capture: CaptureModel, pictures: PhotosModel) -> str:
    """What the one tap does: it also decides on the photos that nobody has looked at."""
    if capture.is_saving:
        return "capture.saving"
    is_second = bool(capture.missing) or capture.asks_outside
    if pictures.undecided:
        return "capture.save_nothing_anyway" if is_second else "capture.save_nothing"
    return "capture.save_anyway_go" if is_second else "capture.save_next"


def _saved(capture: CaptureModel, number: str | None, words: Words) -> ft.Control:
    """Done and safe, in one line that covers nothing; and the way back."""
    said: list[ft.Control] = [
        ft.Icon(ft.Icons.CHECK_CIRCLE, color=ft.Colors.PRIMARY, size=22),
        ft.Semantics(
            live_region=True,
            content=ft.Text(
                words("capture.saved"), size=16, weight=ft.FontWeight.W_600, color=ft.Colors.PRIMARY
            ),
        ),
    ]
    if number is not None:
        said.append(ft.Text(number, size=16, weight=ft.FontWeight.W_600))
    said.append(
        quiet_button(words("app.undo"), capture.undo_saved, key="undo-saved", icon=ft.Icons.UNDO)
    )
    return ft.Row(
        key="saved",
        wrap=True,
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        spacing=8,
        controls=said,
    )
