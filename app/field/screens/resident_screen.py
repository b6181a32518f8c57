"""Held out to a resident: how to report something to the city, in the resident's own language."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.resident_model import ResidentModel
from app.field.screens.page_above import page_above, paragraph
from app.field.screens.settings_screen import OWN_NAMES
from app.i18n import LANGUAGES, Words
from app.widgets.choice_row import one_of

CODE_DP = 300


@ft.component
def ResidentScreen(
    model: AppModel, resident: ResidentModel, words: Words, theirs: Words
) -> ft.Control:
    """words: of the app, for its own buttons. theirs: of the resident."""

    async def speak(language: str) -> None:
        theirs.switch_to(language)

    their_own: list[ft.Control] = [
        paragraph(theirs("resident.scan")),
        paragraph(theirs("resident.send")),
    ]
    return page_above(
        words("resident.title"),
        model,
        words,
        [
            one_of(
                [(one, OWN_NAMES[one]) for one in LANGUAGES],
                theirs.language,
                speak,
                key="resident-language",
            ),
            ft.Container(
                alignment=ft.Alignment.CENTER,
                content=ft.Container(
                    width=CODE_DP,
                    height=CODE_DP,
                    bgcolor=theme.PAPER,
                    border_radius=4,
                    content=ft.Image(
                        key="resident-code",
                        src=resident.code_png,
                        fit=ft.BoxFit.CONTAIN,
                        filter_quality=ft.FilterQuality.NONE,
                        gapless_playback=True,
                        semantics_label=theirs("resident.code", url=resident.url),
                    ),
                ),
            ),
            ft.Column(
                rtl=theirs.is_right_to_left,
                spacing=theme.GAP,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=their_own,
            ),
            ft.Text(resident.url, size=18, weight=ft.FontWeight.W_600, rtl=False),
        ],
        key="resident",
    )
