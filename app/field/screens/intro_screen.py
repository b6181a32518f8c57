"""The first start: three pictures with a line each, to be skipped by whoever knows already."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.intro_model import PICTURES, IntroModel
from app.field.screens.frame import help_button, settings_button
from app.i18n import Words
from app.widgets.buttons import main_button, quiet_button
from app.widgets.drawings import DRAWINGS


@ft.component
def IntroScreen(model: AppModel, intro: IntroModel, words: Words) -> ft.Control:
    picture = PICTURES[intro.step]
    line = words(f"intro.{picture}")
    step = words("intro.step", step=intro.step + 1, of=len(PICTURES))
    back = [quiet_button(words("app.back"), intro.backward, key="intro-back")] if intro.step else []
    return ft.SafeArea(
        expand=True,
        content=ft.Column(
            expand=True,
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                ft.Container(
                    padding=ft.Padding.symmetric(horizontal=theme.EDGE, vertical=8),
                    content=ft.Row(
                        controls=[
                            ft.Text(step, size=14, expand=True),
                            settings_button(model, words),
                            help_button(model, words),
                        ],
                    ),
                ),
                ft.Column(
                    expand=True,
                    scroll=ft.ScrollMode.AUTO,
                    spacing=theme.GAP,
                    horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                    controls=[
                        ft.Container(
                            padding=theme.EDGE,
                            alignment=ft.Alignment.CENTER,
                            content=DRAWINGS[picture](),
                        ),
                        ft.Container(
                            padding=ft.Padding.symmetric(horizontal=theme.EDGE * 1.5),
                            content=ft.Semantics(
                                header=True,
                                live_region=True,
                                content=ft.Text(
                                    line,
                                    size=24,
                                    weight=ft.FontWeight.W_600,
                                    text_align=ft.TextAlign.CENTER,
                                ),
                            ),
                        ),
                    ],
                ),
                ft.Container(
                    padding=theme.EDGE,
                    content=ft.Column(
                        tight=True,
                        spacing=8,
                        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                        controls=[
                            main_button(
                                words("intro.done" if intro.is_last else "intro.next"),
                                model.pages.close if intro.is_last else intro.forward,
                                key="intro-next",
                            ),
                            *back,
                            quiet_button(words("intro.skip"), model.pages.close, key="intro-skip"),
                        ],
                    ),
                ),
            ],
        ),
    )
