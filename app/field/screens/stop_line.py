"""Above a new observation: the stop that it belongs to, and a way to say that it does not."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.round_model import RoundModel
from app.i18n import Words
from app.widgets.buttons import quiet_button


def stop_line(round_: RoundModel, words: Words) -> list[ft.Control]:
    """Nothing when the group stands at no stop."""
    here = round_.stops.here
    if here is None or round_.record.ended_at is not None:
        return []
    title = round_.stops.title(here)
    is_of_it = round_.stops.for_findings is not None
    text = words("round.stop.at", title=title) if is_of_it else words("round.stop.loose")
    button = (
        quiet_button(words("round.stop.not_here"), round_.say_not_here, key="stop-not-here")
        if is_of_it
        else quiet_button(
            words("round.stop.here_after_all", title=title), round_.say_here, key="stop-here"
        )
    )
    return [
        ft.Container(
            key="stop-line",
            padding=ft.Padding.symmetric(horizontal=theme.EDGE, vertical=2),
            bgcolor=ft.Colors.SECONDARY_CONTAINER,
            content=ft.Row(
                wrap=True,
                spacing=8,
                alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
                controls=[
                    ft.Text(text, size=15, color=ft.Colors.ON_SECONDARY_CONTAINER),
                    button,
                ],
            ),
        )
    ]
