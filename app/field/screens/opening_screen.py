"""Before anything else: opening, or the reason why the app cannot open."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.i18n import Words
from app.widgets.buttons import main_button, quiet_button


@ft.component
def OpeningScreen(model: AppModel, words: Words) -> ft.Control:
    ring = ft.Semantics(exclude_semantics=True, content=ft.ProgressRing())
    return _middle([ring, ft.Text(words("app.opening"), size=18)])


@ft.component
def BlockedScreen(model: AppModel, words: Words) -> ft.Control:
    """The help card is one tap away here too: what is dangerous does not wait for storage."""
    key = model.blocked_by or "app.storage_unavailable"
    return _middle(
        [
            ft.Icon(ft.Icons.WARNING_AMBER, size=56, color=ft.Colors.TERTIARY),
            ft.Semantics(
                header=True,
                content=ft.Text(
                    words(f"{key}.title"), size=24, weight=ft.FontWeight.W_600,
                    text_align=ft.TextAlign.CENTER,
                ),
            ),
            ft.Text(words(f"{key}.body"), size=16, text_align=ft.TextAlign.CENTER),
            main_button(words("app.try_again"), model.open_again, key="try-again"),
            quiet_button(
                words("help.open"),
                model.pages.open_help,
                key="help",
                icon=ft.Icons.HEALTH_AND_SAFETY_OUTLINED,
            ),
        ]
    )  # fmt: skip


def _middle(controls: list[ft.Control]) -> ft.Control:
    """Scrolls where the letters are large."""
    return ft.SafeArea(
        expand=True,
        content=ft.Container(
            expand=True,
            padding=theme.EDGE * 2,
            alignment=ft.Alignment.CENTER,
            content=ft.Column(
                tight=True,
                scroll=ft.ScrollMode.AUTO,
                spacing=theme.GAP * 1.5,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                controls=controls,
            ),
        ),
    )
