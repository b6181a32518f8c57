"""The route: the switch, what it records, how long it is, and throwing it away."""

from __future__ import annotations

import flet as ft

from app.field.models.route_model import RouteModel
from app.field.screens.when import duration_words, length_words
from app.i18n import Words
from app.widgets.buttons import Handler, quiet_button
from app.widgets.choice_row import heading
from sync.client.records import RouteRecord


def route_section(route: RouteModel, words: Words) -> list[ft.Control]:
    parts: list[ft.Control] = [heading(words("round.route"))]
    if route.record.ended_at is None:
        parts += [
            ft.Switch(
                key="route-switch",
                label=words("round.route.switch"),
                value=route.is_on,
                on_change=route.switch,
            ),
            ft.Text(words("round.route.what"), size=14),
        ]
    if route.is_on:
        parts += [
            ft.Row(
                spacing=8,
                controls=[
                    ft.Icon(ft.Icons.FIBER_MANUAL_RECORD, size=18, color=ft.Colors.ERROR),
                    ft.Text(
                        words(
                            "round.route.live",
                            length=length_words(route.length_m, words),
                            time=duration_words(route.duration_s, words),
                        ),
                        key="route-live",
                        size=17,
                        weight=ft.FontWeight.W_600,
                        expand=True,
                    ),
                ],
            ),
            quiet_button(
                words("round.route.throw"),
                route.throw_away_recording,
                key="route-throw",
                icon=ft.Icons.DELETE_OUTLINE,
            ),
        ]
    parts += [_done(route, one, words) for one in route.routes]
    if route.record.ended_at is not None and not route.routes:
        parts.append(ft.Text(words("round.route.none"), size=16))
    return parts


def _done(route: RouteModel, one: RouteRecord, words: Words) -> ft.Control:
    text = words(
        "round.route.done",
        length=length_words(one.length_m, words),
        time=duration_words(one.duration_s, words),
        name=one.recorded_by or words("round.not_said"),
    )
    return ft.Row(
        wrap=True,
        spacing=8,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        controls=[
            ft.Text(text, size=16),
            *(
                [
                    quiet_button(
                        words("round.route.throw"),
                        _throwing(route, one),
                        key=f"throw-{one.route_id}",
                        icon=ft.Icons.DELETE_OUTLINE,
                    )
                ]
                if route.record.is_editable
                else []
            ),
        ],
    )


def _throwing(route: RouteModel, one: RouteRecord) -> Handler:
    async def throw() -> None:
        await route.throw_away(one)

    return throw
