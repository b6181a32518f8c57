"""Logging in: name, password, and the error right where it happened."""

from __future__ import annotations

import flet as ft

from app import theme
from app.office.models.login import LoginModel
from app.office.models.session import Session
from app.widgets.buttons import main_button
from app.widgets.notes import warning_note

WIDTH_DP = 400
LANGUAGE_NAMES = {"sv": "Svenska", "en": "English", "ar": "العربية"}


@ft.component
def LoginScreen(session: Session, model: LoginModel) -> ft.Control:
    words = session.words
    fields: list[ft.Control] = [
        ft.TextField(
            key="login-name",
            label=words("office.login.name"),
            autofocus=True,
            autofill_hints=ft.AutofillHint.USERNAME,
            on_change=lambda e: model.type_name(e.control.value or ""),
            on_submit=model.log_in,
        ),
        ft.TextField(
            key="login-password",
            label=words("office.login.password"),
            password=True,
            can_reveal_password=True,
            autofill_hints=ft.AutofillHint.PASSWORD,
            on_change=lambda e: model.type_password(e.control.value or ""),
            on_submit=model.log_in,
        ),
    ]
    if model.error is not None:
        fields.append(warning_note(model.error, key="login-error"))
    fields.append(
        main_button(
            words("office.login.busy" if model.busy else "office.login.go"),
            model.log_in,
            key="login-go",
            disabled=model.busy,
        )
    )
    return ft.Container(
        expand=True,
        alignment=ft.Alignment.CENTER,
        padding=theme.EDGE,
        content=ft.Column(
            width=WIDTH_DP,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            spacing=theme.EDGE,
            controls=[
                ft.Row(
                    spacing=theme.GAP,
                    controls=[
                        ft.Icon(ft.Icons.LOCATION_SEARCHING, size=36, color=ft.Colors.PRIMARY),
                        ft.Text(
                            words("app.name"),
                            size=30,
                            weight=ft.FontWeight.W_700,
                        ),
                    ],
                ),
                ft.Semantics(
                    header=True,
                    content=ft.Text(
                        words("office.login.title"), size=18, color=ft.Colors.ON_SURFACE_VARIANT
                    ),
                ),
                ft.Container(height=4),
                *fields,
                _languages(session),
            ],
        ),
    )


def _languages(session: Session) -> ft.Control:
    return ft.Row(
        alignment=ft.MainAxisAlignment.CENTER,
        wrap=True,
        controls=[
            ft.TextButton(
                key=f"language-{code}",
                content=name,
                height=theme.TARGET_DP,
                disabled=session.words.language == code,
                on_click=lambda _event, code=code: session.speak(code),
            )
            for code, name in LANGUAGE_NAMES.items()
            if code in session.languages
        ],
    )
