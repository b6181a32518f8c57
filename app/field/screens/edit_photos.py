"""The photos of a saved observation: more, fewer, and faces and number plates looked for later."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.draft_photo import DraftPhoto
from app.field.models.edit_model import EditModel
from app.field.models.photos_model import PhotosModel
from app.field.screens.photos_strip import PhotoDecision, PhotoStrip
from app.i18n import Words
from app.widgets.buttons import plain_button

SHOWN_DP = 230


@ft.component
def EditPhotos(edit: EditModel, pictures: PhotosModel, words: Words) -> ft.Control:
    photo = None if pictures.wants_another else pictures.shown_photo
    parts: list[ft.Control] = []
    if pictures.is_preparing:
        parts.append(
            ft.Row(
                spacing=theme.GAP,
                controls=[
                    ft.ProgressRing(semantics_label=words("capture.preparing")),
                    ft.Text(words("capture.preparing")),
                ],
            )
        )
    elif photo is not None:
        parts += [shown_photo(photo, pictures, words), PhotoDecision(pictures, photo, words)]
    else:
        parts.append(
            ft.Row(
                spacing=8,
                controls=[
                    plain_button(
                        words("capture.system_camera"),
                        edit.photograph,
                        key="edit-photograph",
                        icon=ft.Icons.PHOTO_CAMERA,
                        expand=3,
                    ),
                    plain_button(
                        words("capture.pick"),
                        edit.pick,
                        key="edit-pick",
                        icon=ft.Icons.PHOTO_LIBRARY_OUTLINED,
                        expand=2,
                    ),
                ],
            )
        )
    parts.append(PhotoStrip(pictures, words, remove=pictures.remove))
    return ft.Column(spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=parts)


@ft.component
def LookAtPhotos(pictures: PhotosModel, words: Words) -> ft.Control:
    return ft.Column(
        spacing=8,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[shown_photo(photo, pictures, words) for photo in pictures.photos],
    )


def shown_photo(photo: DraftPhoto, pictures: PhotosModel, words: Words) -> ft.Control:
    """Large; an icon in its place where this phone does not have it."""
    source = photo.jpeg or photo.thumbnail
    number = pictures.photos.index(photo) + 1
    name = words("capture.photo_of", number=number, count=len(pictures.photos))
    return ft.Container(
        height=SHOWN_DP,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        alignment=ft.Alignment.CENTER,
        content=ft.Icon(ft.Icons.IMAGE_OUTLINED, size=48, semantics_label=name)
        if source is None
        else ft.Image(
            src=source, fit=ft.BoxFit.CONTAIN, gapless_playback=True, semantics_label=name
        ),
    )
