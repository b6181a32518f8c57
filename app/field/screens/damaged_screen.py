"""Not everything on the phone can be read: what can be saved, and then starting over."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.damaged_model import DamagedModel
from app.field.screens.frame import bar, screen
from app.field.screens.page_above import paragraph
from app.i18n import Words
from app.widgets.buttons import main_button, plain_button
from app.widgets.notes import info_note, warning_note


@ft.component
def DamagedScreen(model: AppModel, damaged: DamagedModel, words: Words) -> ft.Control:
    ft.use_effect(damaged.look, [])
    return screen(
        model,
        bar(words("damaged.title"), model, words, has_sync=False),
        ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                warning_note(words("damaged.body"), key="damaged"),
                *_found(damaged, words),
                *_then(damaged, words),
            ],
        ),
    )


def _found(damaged: DamagedModel, words: Words) -> list[ft.Control]:
    counts = damaged.counts
    if counts is None:
        return [] if damaged.has_failed else [ft.ProgressBar(), paragraph(words("damaged.looking"))]
    if not damaged.is_anything_there:
        return [paragraph(words("damaged.nothing"))]
    found = words("damaged.found", changes=counts.changes, photos=counts.photos)
    parts: list[ft.Control] = [info_note(found, key="damaged-found")]
    if counts.photos_unchecked:
        parts.append(paragraph(words("damaged.unchecked", count=counts.photos_unchecked)))
    if counts.photos_unread:
        parts.append(paragraph(words("end.hand_over.unread", count=counts.photos_unread)))
    name = "damaged.save_again" if damaged.was_offered else "damaged.save"
    button = plain_button if damaged.was_offered else main_button
    icon = ft.Icons.FOLDER_ZIP_OUTLINED
    parts.append(button(words(name), damaged.save, key="damaged-save", icon=icon))
    return parts


def _then(damaged: DamagedModel, words: Words) -> list[ft.Control]:
    parts: list[ft.Control] = []
    if damaged.has_failed:
        parts.append(warning_note(words("damaged.failed"), key="damaged-failed"))
    if damaged.may_start_over:
        name = "damaged.working" if damaged.is_busy else "damaged.start_over"
        parts += [
            paragraph(words("damaged.then")),
            main_button(
                words(name), damaged.start_over, key="damaged-start-over", disabled=damaged.is_busy
            ),
        ]
    return parts
