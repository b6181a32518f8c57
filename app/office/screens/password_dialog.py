"""Changing one's own password."""

from __future__ import annotations

import flet as ft

from app.office.models.password import PasswordModel
from app.office.screens.pieces import cancel_button, dialog, ok_button
from app.widgets.notes import info_note, warning_note


@ft.component
def PasswordDialog(model: PasswordModel) -> ft.Control:
    ft.use_dialog(_dialog(model) if model.is_open else None)
    return ft.Container(width=0, height=0)


def _dialog(model: PasswordModel) -> ft.AlertDialog:
    words = model.session.words
    title = words("office.password.title")
    if model.done:
        return dialog(
            title,
            [info_note(words("office.password.done"), key="password-done")],
            [ok_button(words("app.close"), model.close, key="password-close")],
            model.close,
            key="password-dialog",
        )
    fields = (
        ("old", model.type_old),
        ("new", model.type_new),
        ("again", model.type_again),
    )
    content: list[ft.Control] = [
        ft.TextField(
            key=f"password-{name}",
            label=words(f"office.password.{name}"),
            password=True,
            can_reveal_password=True,
            autofocus=name == "old",
            on_change=lambda e, write=write: write(e.control.value or ""),
            on_submit=model.save,
        )
        for name, write in fields
    ]
    content.append(
        ft.Text(words("office.password.rule"), size=13, color=ft.Colors.ON_SURFACE_VARIANT)
    )
    if model.error is not None:
        content.append(warning_note(model.error, key="password-error"))
    return dialog(
        title,
        content,
        [
            cancel_button(words, model.close, key="password-cancel"),
            ok_button(words("app.save"), model.save, key="password-save"),
        ],
        model.close,
        key="password-dialog",
    )
