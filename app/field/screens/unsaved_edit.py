"""The note that a change was begun and not saved, on top of a round's tabs."""

from __future__ import annotations

import flet as ft

from app.field.models.round_model import RoundModel
from app.field.models.unsaved_edits import UnsavedEdits
from app.i18n import Words
from app.widgets.buttons import plain_button, quiet_button
from app.widgets.notes import warning_note


@ft.component
def UnsavedEdit(round_: RoundModel, unsaved: UnsavedEdits, words: Words) -> ft.Control:
    finding = unsaved.finding
    if finding is None:
        return ft.Container()
    said = words("edit.unsaved")
    return ft.Container(
        padding=8,
        content=warning_note(
            said if finding.number is None else f"{finding.number}: {said}",
            key="unsaved-edit",
            action=ft.Row(
                wrap=True,
                controls=[
                    plain_button(words("edit.continue"), round_.continue_edit, key="continue-edit"),
                    quiet_button(words("edit.discard"), unsaved.discard, key="discard-edit"),
                ],
            ),
        ),
    )
