"""Changing a defect that is saved: category, text, place."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.edit_model import EditModel
from app.field.screens.frame import bar, screen
from app.field.screens.pin_screen import PinScreen
from app.field.screens.place_line import PlaceLine
from app.i18n import Words
from app.widgets.buttons import icon_button, main_button
from app.widgets.catalogue import load_catalogue
from app.widgets.category_grid import category_grid
from app.widgets.notes import warning_note
from sync.domain.fields import MAX_TEXT


@ft.component
def EditScreen(model: AppModel, edit: EditModel, words: Words) -> ft.Control:
    is_picking, set_picking = ft.use_state(False)
    if is_picking:
        return PinScreen(model, edit.place, lambda: set_picking(False), words)
    body: list[ft.Control] = [
        PlaceLine(edit.place, lambda: set_picking(True), words),
        ft.TextField(
            key="edit-text",
            label=words("capture.text"),
            value=edit.text,
            multiline=True,
            min_lines=2,
            max_lines=6,
            max_length=MAX_TEXT,
            counter="",
            capitalization=ft.TextCapitalization.SENTENCES,
            on_change=edit.set_text,
        ),
        category_grid(load_catalogue(), edit.category, edit.choose, words),
    ]
    if edit.problem is not None:
        body.insert(0, warning_note(words(edit.problem), key="edit-problem"))
    return screen(
        bar(
            words("edit.title"),
            model,
            words,
            leading=icon_button(
                ft.Icons.ARROW_BACK, words("app.cancel"), edit.cancel, key="edit-cancel"
            ),
        ),
        ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=body,
        ),
        ft.Container(
            padding=theme.GAP,
            content=ft.Column(
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    main_button(
                        words("app.save"),
                        edit.save,
                        key="edit-save",
                        icon=ft.Icons.CHECK,
                        disabled=edit.is_saving,
                    )
                ],
            ),
        ),
    )
