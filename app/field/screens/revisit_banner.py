"""The walk passes something worth another look: one line above the tabs, with two answers."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.known_model import KnownModel
from app.field.models.revisit_model import RevisitModel
from app.field.screens.known_card import small_picture
from app.field.screens.point_words import category_words, far_words
from app.i18n import Words
from app.widgets.buttons import plain_button, quiet_button


@ft.component
def RevisitBanner(
    revisits: RevisitModel, known: KnownModel, words: Words, *, is_capturing: bool
) -> ft.Control:
    """One question at a time: what is being recorded comes first."""
    near = None if is_capturing and known.found else revisits.offered
    shown = None if near is None else near.point.observation_id
    ft.use_effect(revisits.load, [shown])
    if near is None:
        return ft.Container()
    colour = ft.Colors.ON_TERTIARY_CONTAINER
    key = "revisit.ask_fixed" if near.point.is_claimed_fixed else "revisit.ask_old"
    title = category_words(near.point.category, words)
    if near.point.number is not None:
        title = f"{near.point.number} {title}"
    return ft.Container(
        key="revisit-banner",
        bgcolor=ft.Colors.TERTIARY_CONTAINER,
        border=ft.Border.all(theme.BOX_BORDER, ft.Colors.OUTLINE_VARIANT),
        padding=ft.Padding.only(left=theme.GAP, right=theme.GAP, top=8, bottom=4),
        content=ft.Column(
            tight=True,
            spacing=4,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                ft.Row(
                    spacing=10,
                    controls=[
                        small_picture(revisits.small, near, words),
                        ft.Column(
                            expand=True,
                            tight=True,
                            spacing=2,
                            controls=[
                                ft.Semantics(
                                    live_region=True,
                                    content=ft.Text(
                                        words(key), size=16, weight=ft.FontWeight.W_600,
                                        color=colour,
                                    ),
                                ),
                                ft.Text(
                                    f"{title} – {far_words(near, words)}", size=14, color=colour
                                ),
                            ],
                        ),
                    ],
                ),
                ft.Row(
                    wrap=True,
                    alignment=ft.MainAxisAlignment.END,
                    spacing=8,
                    run_spacing=4,
                    controls=[
                        quiet_button(
                            words("revisit.not_now"), revisits.not_now, key="revisit-not-now"
                        ),
                        plain_button(
                            words("revisit.look"),
                            revisits.look,
                            key="revisit-look",
                            icon=ft.Icons.FACT_CHECK_OUTLINED,
                        ),
                    ],
                ),
            ],
        ),
    )  # fmt: skip
