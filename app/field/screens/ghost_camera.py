"""The picture of how it is now, taken over a ghost of how it was: the same spot, the same angle."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.camera_model import CameraModel, CameraState
from app.field.models.photos_model import PhotosModel
from app.field.models.visit_model import VisitModel
from app.field.screens.camera_view import Preview
from app.field.screens.photos_strip import PhotoDecision, PhotoStrip, shown_photo
from app.i18n import Words
from app.widgets.buttons import plain_button

GHOST_OPACITY = 0.4
WIDEST_DP = 380.0
HIGHEST_DP = 420.0


@ft.component
def GhostCamera(
    visit: VisitModel, lens: CameraModel, pictures: PhotosModel, words: Words
) -> ft.Control:
    photo = None if pictures.wants_another else pictures.shown_photo
    parts: list[ft.Control] = []
    if pictures.is_preparing:
        parts.append(_busy(words("capture.preparing")))
    elif photo is not None:
        parts += [
            shown_photo(photo, pictures, words),
            PhotoDecision(pictures, photo, words, retake=visit.retake),
        ]
    else:
        if lens.state is not CameraState.OFF:
            parts.append(_camera(visit, lens, words))
        parts.append(_ways(visit, lens, words))
    parts.append(PhotoStrip(pictures, words, remove=pictures.remove, retake=visit.retake))
    return ft.Column(spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=parts)


def size_of(aspect: float) -> tuple[float, float]:
    """Width and height of the preview, in dp: of the same shape as the picture from then."""
    width = min(WIDEST_DP, HIGHEST_DP * aspect)
    return width, width / aspect


def _camera(visit: VisitModel, lens: CameraModel, words: Words) -> ft.Control:
    """Both fill the same frame, so that what is in the same place lies on itself."""
    width, height = size_of(visit.before_aspect)
    layers: list[ft.Control] = [Preview(lens, words)]
    if visit.before is not None and visit.is_ghost_shown:
        layers.append(
            ft.TransparentPointer(
                content=ft.Image(
                    key="ghost",
                    src=visit.before,
                    fit=ft.BoxFit.CONTAIN,
                    opacity=GHOST_OPACITY,
                    gapless_playback=True,
                    exclude_from_semantics=True,
                )
            )
        )
    if lens.state is CameraState.STARTING:
        layers.append(_busy(words("capture.camera_starting")))
    return ft.Row(
        alignment=ft.MainAxisAlignment.CENTER,
        controls=[
            ft.Container(
                width=width,
                height=height,
                border_radius=theme.RADIUS,
                bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
                clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
                content=ft.Stack(expand=True, fit=ft.StackFit.EXPAND, controls=layers),
            )
        ],
    )


def _ways(visit: VisitModel, lens: CameraModel, words: Words) -> ft.Control:
    is_ready = lens.state in (CameraState.READY, CameraState.TAKING)
    first = (
        plain_button(
            words("capture.shutter"),
            lens.shutter,
            key="visit-shutter",
            icon=ft.Icons.PHOTO_CAMERA,
            expand=3,
            disabled=lens.state is CameraState.TAKING,
        )
        if is_ready
        else plain_button(
            words("revisit.photo"),
            lens.want,
            key="visit-camera-on",
            icon=ft.Icons.PHOTO_CAMERA,
            expand=3,
            disabled=lens.state is CameraState.STARTING,
        )
    )
    row: list[ft.Control] = [first]
    if is_ready and visit.before is not None:
        shown = visit.is_ghost_shown
        row.append(
            plain_button(
                words("revisit.ghost_off" if shown else "revisit.ghost_on"),
                visit.switch_ghost,
                key="ghost-switch",
                icon=ft.Icons.LAYERS_CLEAR if shown else ft.Icons.LAYERS,
                expand=2,
            )
        )
    elif not is_ready:
        row.append(
            plain_button(
                words("capture.pick"),
                visit.pick,
                key="visit-pick",
                icon=ft.Icons.PHOTO_LIBRARY_OUTLINED,
                expand=2,
            )
        )
    return ft.Row(spacing=8, controls=row)


def _busy(text: str) -> ft.Control:
    return ft.Row(
        alignment=ft.MainAxisAlignment.CENTER,
        spacing=theme.GAP,
        controls=[ft.ProgressRing(semantics_label=text), ft.Text(text)],
    )
