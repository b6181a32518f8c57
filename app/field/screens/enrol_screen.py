"""The code and a nickname: all that a new phone has to give."""

from __future__ import annotations

import flet as ft

from app import theme
from app.device.storage.protocol import Persistence
from app.field.models.app_model import AppModel
from app.field.models.enrol_model import CODE_LENGTH, MAX_NICKNAME, EnrolModel
from app.field.screens.frame import help_button, settings_button
from app.i18n import Words
from app.widgets.buttons import main_button, quiet_button
from app.widgets.notes import warning_note


@ft.component
def EnrolScreen(model: AppModel, enrol: EnrolModel, words: Words) -> ft.Control:
    controls: list[ft.Control] = [
        ft.Row(
            alignment=ft.MainAxisAlignment.END,
            controls=[
                settings_button(model, words),
                help_button(model, words),
            ],
        ),
        ft.Icon(ft.Icons.ROUTE, size=72, color=ft.Colors.PRIMARY),
        ft.Semantics(
            header=True,
            content=ft.Text(words("enrol.title"), size=28, weight=ft.FontWeight.W_700),
        ),
        ft.Text(words("app.tagline"), size=16),
        ft.Text(words("enrol.body"), size=16),
    ]
    if model.persistence is Persistence.FORGETFUL:
        controls.append(warning_note(words("app.forgetful"), key="forgetful"))
    controls += [
        ft.TextField(
            key="code",
            label=words("enrol.code"),
            value=enrol.code,
            max_length=CODE_LENGTH + 4,
            counter="",
            autocorrect=False,
            enable_suggestions=False,
            capitalization=ft.TextCapitalization.CHARACTERS,
            text_size=24,
            error=None if enrol.code_problem is None else words(enrol.code_problem),
            on_change=enrol.set_code,
            on_submit=enrol.go,
        ),
        ft.TextField(
            key="nickname",
            label=words("enrol.nickname"),
            helper=words("enrol.nickname.hint"),
            value=enrol.nickname,
            max_length=MAX_NICKNAME,
            counter="",
            text_size=20,
            error=None if enrol.nickname_problem is None else words(enrol.nickname_problem),
            on_change=enrol.set_nickname,
            on_submit=enrol.go,
        ),
    ]
    if enrol.problem is not None:
        controls.append(warning_note(words(enrol.problem), key="enrol-problem"))
    controls.append(
        main_button(
            words("enrol.busy" if enrol.is_busy else "enrol.go"),
            enrol.go,
            key="enrol-go",
            disabled=enrol.is_busy,
        )
    )
    if model.may_skip_code:
        controls.append(quiet_button(words("app.back"), model.skip_code, key="skip-code"))
    return ft.SafeArea(
        expand=True,
        content=ft.Column(
            expand=True,
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                ft.Container(
                    padding=theme.EDGE * 1.5,
                    content=ft.Column(
                        spacing=theme.GAP,
                        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                        controls=controls,
                    ),
                )
            ],
        ),
    )
