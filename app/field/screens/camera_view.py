"""The picture of what is being recorded: the camera's preview, or the photo that was taken."""

from __future__ import annotations

from typing import Protocol

import flet as ft

from app import theme
from app.field.models.camera_model import CameraModel, CameraState
from app.field.models.draft_photo import DraftPhoto
from app.field.models.photos_model import PhotosModel
from app.field.screens.photos_strip import PhotoDecision, PhotoStrip, shown_photo
from app.i18n import Words
from app.widgets.buttons import Handler, icon_button, plain_button

PREVIEW_DP = 210
PHOTO_DP = 150
"""Once there is a photo, what it shows makes room for the categories."""


class TakesPhotos(Protocol):
    """What is being recorded, or changed."""

    async def shutter(self) -> None: ...

    async def pick(self) -> None: ...

    def retake(self) -> None: ...

    def remove_photo(self, sha256: str) -> None: ...


@ft.component
def CameraView(
    model: TakesPhotos,
    lens: CameraModel,
    pictures: PhotosModel,
    words: Words,
    *,
    photo_dp: int = PHOTO_DP,
) -> ft.Control:
    photo = None if pictures.wants_another else pictures.shown_photo
    retake = None if photo is not None and photo.is_saved else model.retake
    height = PREVIEW_DP if photo is None else photo_dp
    parts: list[ft.Control] = [_picture(lens, pictures, photo, height, words)]
    if photo is not None and not pictures.is_preparing:
        parts.append(PhotoDecision(pictures, photo, words, retake=retake))
    else:
        parts.append(_ways_to_a_photo(model, lens, pictures, words))
    parts.append(PhotoStrip(pictures, words, remove=model.remove_photo, retake=retake))
    return ft.Column(spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=parts)


def other_camera(
    problem: str, photograph: Handler, words: Words, *, key: str = "system-camera"
) -> ft.Control | None:
    """Where the preview does not work, the phone's own camera may."""
    if not problem.startswith("camera.") or problem == "camera.torch_failed":
        return None
    return plain_button(words("capture.system_camera"), photograph, key=key)


def _picture(
    lens: CameraModel,
    pictures: PhotosModel,
    photo: DraftPhoto | None,
    height_dp: int,
    words: Words,
) -> ft.Control:
    """The preview, with the photo on top of it once it is taken."""
    layers: list[ft.Control] = []
    if lens.state is not CameraState.OFF:
        layers.append(Preview(lens, words))
    if pictures.is_preparing or lens.state is CameraState.STARTING:
        key = "capture.preparing" if pictures.is_preparing else "capture.camera_starting"
        layers.append(_centred([ft.ProgressRing(semantics_label=words(key)), ft.Text(words(key))]))
    elif photo is not None:
        layers.append(shown_photo(photo, pictures, words))  # the camera goes on behind it
    elif lens.state is CameraState.OFF:
        layers.append(
            _centred(
                [
                    ft.Icon(ft.Icons.PHOTO_CAMERA, size=48, color=ft.Colors.OUTLINE),
                    ft.Text(words("capture.no_faces"), size=16),
                ]
            )
        )
    return ft.Container(
        height=height_dp,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        content=ft.Stack(expand=True, fit=ft.StackFit.EXPAND, controls=layers),
    )


@ft.component
def Preview(lens: CameraModel, words: Words) -> ft.Control:
    """What the camera sees. Opening it waits until this is on the screen."""
    ft.use_effect(lens.shown, [])
    layers: list[ft.Control] = [
        lens.preview,
        ft.Container(
            left=8,
            right=8,
            bottom=8,
            content=ft.Text(
                words("capture.no_faces"),
                size=16,
                color=ft.Colors.WHITE,
                bgcolor=ft.Colors.with_opacity(0.7, ft.Colors.BLACK),
            ),
        ),
    ]
    if lens.has_torch and lens.state is CameraState.READY:
        layers.append(_torch(lens, words))
    return ft.Stack(expand=True, fit=ft.StackFit.EXPAND, controls=layers)


def _torch(lens: CameraModel, words: Words) -> ft.Control:
    icon = ft.Icons.FLASHLIGHT_ON if lens.is_torch_on else ft.Icons.FLASHLIGHT_OFF
    name = words("capture.torch_off" if lens.is_torch_on else "capture.torch_on")
    return ft.Container(
        top=8,
        right=8,
        width=theme.TARGET_DP,
        height=theme.TARGET_DP,
        border_radius=theme.TARGET_DP / 2,
        bgcolor=ft.Colors.SURFACE,
        content=icon_button(icon, name, lens.switch_torch, key="torch"),
    )


def _centred(controls: list[ft.Control]) -> ft.Control:
    return ft.Column(
        alignment=ft.MainAxisAlignment.CENTER,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        controls=controls,
    )


def _ways_to_a_photo(
    model: TakesPhotos, lens: CameraModel, pictures: PhotosModel, words: Words
) -> ft.Control:
    is_ready = lens.state in (CameraState.READY, CameraState.TAKING)
    first = (
        plain_button(
            words("capture.shutter"),
            model.shutter,
            key="shutter",
            icon=ft.Icons.PHOTO_CAMERA,
            expand=3,
            disabled=pictures.is_preparing or lens.state is CameraState.TAKING,
        )
        if is_ready
        else plain_button(
            words("capture.camera_on"),
            lens.want,
            key="camera-on",
            icon=ft.Icons.PHOTO_CAMERA,
            expand=3,
            disabled=lens.state is CameraState.STARTING,
        )
    )
    second = plain_button(
        words("capture.pick"),
        model.pick,
        key="pick",
        icon=ft.Icons.PHOTO_LIBRARY_OUTLINED,
        expand=2,
        disabled=pictures.is_preparing,
    )
    return ft.Row(spacing=8, controls=[first, second])
