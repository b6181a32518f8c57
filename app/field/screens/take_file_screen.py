"""Taking over the file of another phone: what it is for, the button, and what came of it."""

from __future__ import annotations

import flet as ft

from app.field.models.app_model import AppModel
from app.field.models.take_file_model import TakeFileModel
from app.field.screens.page_above import page_above, paragraph
from app.i18n import Words
from app.widgets.buttons import main_button
from app.widgets.notes import info_note, warning_note


@ft.component
def TakeFileScreen(model: AppModel, take: TakeFileModel, words: Words) -> ft.Control:
    controls: list[ft.Control] = [paragraph(words("takefile.body"))]
    if take.problem is not None:
        controls.append(warning_note(words(take.problem), key="take-problem"))
    if take.taken is not None:
        done = take.taken
        lines = [words("takefile.done", changes=done.changes, photos=done.photos)]
        if done.left:
            lines.append(words("takefile.left", count=done.left))
        controls.append(info_note("\n".join(lines), key="take-done"))
    if take.is_busy:
        controls.append(ft.ProgressBar(value=take.progress))
    controls.append(
        main_button(
            words("takefile.reading" if take.is_busy else "takefile.choose"),
            take.choose,
            key="take-file",
            icon=ft.Icons.FOLDER_ZIP_OUTLINED,
            disabled=take.is_busy,
        )
    )
    return page_above(words("takefile.title"), model, words, controls, key="takefile")
