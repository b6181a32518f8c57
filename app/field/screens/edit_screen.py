"""Changing an observation that is saved; one that is approved can only be looked at."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.camera_model import CameraModel, CameraState
from app.field.models.edit_model import EditModel
from app.field.models.map_model import MapModel
from app.field.models.photos_model import PhotosModel
from app.field.screens.camera_view import other_camera
from app.field.screens.edit_photos import EditPhotos, LookAtPhotos
from app.field.screens.frame import bar, has_large_text, screen
from app.field.screens.observation_fields import kind_choice, said_fields
from app.field.screens.pin_screen import PinScreen
from app.field.screens.place_line import PlaceLine
from app.field.screens.said_lines import said_lines
from app.field.screens.way_back_screen import CameraWayBack
from app.i18n import Words
from app.widgets.buttons import icon_button, main_button, plain_button, quiet_button
from app.widgets.notes import info_note, warning_note


@ft.component
def EditScreen(model: AppModel, map_: MapModel, edit: EditModel, words: Words) -> ft.Control:
    is_picking, set_picking = ft.use_state(False)
    ft.use_effect(edit.shown, [])
    if is_picking:
        own = edit.finding.observation_id
        return PinScreen(model, map_, edit.place, lambda: set_picking(False), words, own=own)
    if edit.is_read_only or edit.offers_draft:
        return _look(model, edit, words)
    body: list[ft.Control] = [
        kind_choice(edit, words),
        EditPhotos(edit, edit.lens, edit.pictures, words),
        CameraWayBack(model, edit.lens, words),
        PlaceLine(edit.place, lambda: set_picking(True), words),
        *said_fields(edit, edit.tiles, words, number=edit.number, is_large=has_large_text(model)),
    ]
    return screen(
        model,
        _bar(model, edit, words),
        _column(body),
        SaveEdit(edit, edit.lens, edit.pictures, words),
    )


def _look(model: AppModel, edit: EditModel, words: Words) -> ft.Control:
    """What is recorded, and above it why it stands as it does, or what is to be answered first."""
    top = (
        info_note(words("edit.approved"), key="edit-read-only")
        if edit.is_read_only
        else _offer(edit, words)
    )
    body = [top, LookAtPhotos(edit.pictures, words), *said_lines(edit.finding, words)]
    return screen(model, _bar(model, edit, words), _column(body))


def _offer(edit: EditModel, words: Words) -> ft.Control:
    return warning_note(
        words("edit.unsaved"),
        key="edit-draft",
        action=ft.Row(
            wrap=True,
            controls=[
                plain_button(words("edit.continue"), edit.continue_draft, key="continue-draft"),
                quiet_button(words("edit.discard"), edit.discard_draft, key="discard-draft"),
            ],
        ),
    )


def _bar(model: AppModel, edit: EditModel, words: Words) -> ft.Control:
    title = words("edit.look" if edit.is_read_only else "edit.title")
    number = edit.finding.number
    return bar(
        title if number is None else f"{number} – {title}",
        model,
        words,
        leading=icon_button(ft.Icons.ARROW_BACK, words("app.back"), edit.cancel, key="edit-cancel"),
    )


def _column(body: list[ft.Control]) -> ft.Control:
    return ft.Column(
        spacing=theme.GAP, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=body
    )


@ft.component
def SaveEdit(edit: EditModel, lens: CameraModel, pictures: PhotosModel, words: Words) -> ft.Control:
    parts: list[ft.Control] = []
    problem = edit.problem
    if problem is not None:
        other_way = other_camera(problem, edit.photograph, words)
        parts.append(warning_note(words(problem), key="edit-problem", action=other_way))
    parts.append(
        main_button(
            words("capture.save_nothing" if pictures.undecided else "app.save"),
            edit.save,
            key="edit-save",
            icon=ft.Icons.CHECK,
            disabled=edit.is_saving or pictures.is_preparing or lens.state is CameraState.TAKING,
        )
    )
    return ft.Container(
        padding=theme.GAP,
        content=ft.Column(
            tight=True,
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=parts,
        ),
    )
