"""Before a round: little room left on the phone, or what the phone will ask for and why."""

from __future__ import annotations

import flet as ft

from app import theme
from app.device.permissions import Needed
from app.field.models.app_model import AppModel
from app.field.models.before_round_model import BeforeRoundModel, Hurdle
from app.field.screens.frame import bar, screen
from app.field.screens.page_above import paragraph
from app.field.screens.settings_screen import size
from app.i18n import Words
from app.widgets.buttons import main_button, plain_button

ICONS = {
    Needed.CAMERA: ft.Icons.PHOTO_CAMERA_OUTLINED,
    Needed.PLACE: ft.Icons.LOCATION_ON_OUTLINED,
}


@ft.component
def BeforeRoundScreen(model: AppModel, before: BeforeRoundModel, words: Words) -> ft.Control:
    if before.hurdle is Hurdle.LOW_STORAGE and before.room is not None:
        title = words("before.low_storage.title")
        controls: list[ft.Control] = [
            paragraph(words("before.low_storage.body", free=size(before.room.free_bytes, words))),
            paragraph(words("before.low_storage.steps")),
            main_button(words("app.try_again"), before.look, key="room-again"),
            plain_button(words("settings.open"), model.pages.open_settings, key="room-settings"),
            plain_button(words("before.anyway"), before.go_on, key="before-go-on"),
        ]
    else:
        title = words("before.permissions.title")
        controls = [
            *(_need(one, words) for one in before.needs),
            main_button(words("before.go_on"), before.go_on, key="before-go-on"),
        ]
    return screen(
        model,
        bar(title, model, words, has_sync=False),
        ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=controls,
        ),
    )


def _need(needed: Needed, words: Words) -> ft.Control:
    return ft.Row(
        spacing=16,
        controls=[
            ft.Icon(ICONS[needed], size=40, color=ft.Colors.PRIMARY),
            ft.Text(words(f"before.why.{needed.value}"), size=16, expand=True),
        ],
    )
