"""The photos of a saved observation: more, fewer, and faces and number plates looked for later."""

from __future__ import annotations

import flet as ft

from app.field.models.camera_model import CameraModel
from app.field.models.edit_model import EditModel
from app.field.models.photos_model import PhotosModel
from app.field.screens.camera_view import CameraView
from app.field.screens.photos_strip import SHOWN_DP, shown_photo
from app.field.screens.receipt_lines import photo_receipt
from app.i18n import Words


@ft.component
def EditPhotos(
    edit: EditModel, lens: CameraModel, pictures: PhotosModel, words: Words
) -> ft.Control:
    ft.use_effect(edit.camera_turned, [pictures.wants_another])
    return CameraView(edit, lens, pictures, words, photo_dp=SHOWN_DP)


@ft.component
def LookAtPhotos(pictures: PhotosModel, words: Words) -> ft.Control:
    return ft.Column(
        spacing=8,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            control
            for photo in pictures.photos
            for control in (
                shown_photo(photo, pictures, words),
                *photo_receipt(photo.is_stored, words),
            )
        ],
    )
