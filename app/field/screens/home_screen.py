"""The start screen: join what is under way, start what was planned, or a round nobody planned."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app import theme
from app.device.storage.protocol import Persistence
from app.field.models.app_model import AppModel
from app.field.models.home_model import HomeModel
from app.field.screens.frame import bar, has_large_text, screen
from app.field.screens.home_rows import (
    KIND_ICONS,
    ended_row,
    planned_card,
    planned_row,
    under_way_row,
)
from app.i18n import Words
from app.widgets.buttons import Handler, main_button, quiet_button
from app.widgets.choice_row import Choice, choices
from app.widgets.notes import info_note, warning_note
from sync.client.records import RoundRecord
from sync.domain.ids import AreaCode
from sync.domain.words import RoundKind

Row = Callable[[HomeModel, RoundRecord, Words], ft.Control]


@ft.component
def HomeScreen(model: AppModel, home: HomeModel, words: Words) -> ft.Control:
    body: list[ft.Control] = []
    if model.persistence is Persistence.FORGETFUL:
        body.append(warning_note(words("app.forgetful"), key="forgetful"))
    elif model.persistence is Persistence.FALLBACK:
        body.append(info_note(words("app.fallback_storage"), key="fallback-storage"))
    if home.is_empty:
        body.append(ft.Text(words("home.no_rounds"), size=16))
    body += _section(words("home.under_way"), home, home.under_way, under_way_row, words)
    body += _section(words("home.today"), home, home.today, planned_card, words)
    body += _section(words("home.forgotten"), home, home.forgotten, under_way_row, words)
    body += _section(words("home.missed"), home, home.missed, planned_row, words)
    body += _section(words("home.coming"), home, home.coming_shown, planned_row, words)
    hidden = len(home.coming) - len(home.coming_shown)
    if hidden:
        body.append(
            quiet_button(
                words("home.coming.all", count=hidden), home.show_all_coming, key="all-coming"
            )
        )
    body.append(_heading(words("home.start_other" if home.today else "home.start")))
    is_large = has_large_text(model)
    body += [_kind(home, kind, is_large, words) for kind in RoundKind]
    if len(home.areas) > 1:
        body.append(ft.Container(padding=ft.Padding.only(top=6), content=_area(home, words)))
    body += _section(words("home.ended"), home, home.ended, ended_row, words)
    return screen(
        model,
        bar(words("home.title", nickname=home.nickname), model, words, has_more=True),
        ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=body,
        ),
        None if home.kind is None else _start(home, words),
    )


def _section(
    title: str, home: HomeModel, records: list[RoundRecord], row: Row, words: Words
) -> list[ft.Control]:
    if not records:
        return []
    return [_heading(title), *(row(home, one, words) for one in records)]


def _heading(text: str) -> ft.Control:
    return ft.Semantics(header=True, content=ft.Text(text, size=18, weight=ft.FontWeight.W_600))


def _start(home: HomeModel, words: Words) -> ft.Control:
    """The second of two taps; the first was on the kind."""
    return ft.Container(
        padding=theme.EDGE,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        content=ft.Column(
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                main_button(
                    words("home.start_now" if home.today else "home.start_go"),
                    home.start,
                    key="start-round",
                    icon=ft.Icons.PLAY_ARROW,
                    disabled=home.is_busy,
                )
            ],
        ),
    )


def _kind(home: HomeModel, kind: RoundKind, is_large: bool, words: Words) -> ft.Control:
    """A word that has no room beside the icon stands below it, before it is broken in two."""
    is_chosen = home.kind is kind
    side = ft.Alignment.CENTER_RIGHT if words.is_right_to_left else ft.Alignment.CENTER_LEFT

    def pressed() -> None:
        home.choose_kind(kind)

    return ft.Semantics(
        selected=is_chosen,
        content=ft.OutlinedButton(
            key=f"kind-{kind.value}",
            on_click=pressed,
            style=ft.ButtonStyle(
                shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
                alignment=side,
                padding=ft.Padding.symmetric(horizontal=8 if is_large else 20, vertical=18),
                bgcolor=ft.Colors.SECONDARY_CONTAINER if is_chosen else None,
                side=ft.BorderSide(
                    width=3 if is_chosen else 1,
                    color=ft.Colors.PRIMARY if is_chosen else ft.Colors.OUTLINE,
                ),
            ),
            content=ft.Row(
                wrap=True,
                spacing=14,
                run_spacing=4,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
                controls=[
                    ft.Icon(ft.Icons.CHECK_CIRCLE if is_chosen else KIND_ICONS[kind], size=26),
                    ft.Text(words(f"round.kind.{kind.value}"), size=17),
                ],
            ),
        ),
    )


def _area(home: HomeModel, words: Words) -> ft.Control:
    """Buttons, for a menu of Flutter's has no name for screen readers."""

    def choosing(code: AreaCode) -> Handler:
        def pressed() -> None:
            home.choose_area(code)

        return pressed

    offered = [
        Choice(
            key=f"area-{area.code}",
            text=area.name,
            is_chosen=area.code == home.area,
            pressed=choosing(area.code),
        )
        for area in home.areas
    ]
    return ft.Column(
        spacing=6,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[ft.Text(words("home.area"), size=16), choices(offered)],
    )
