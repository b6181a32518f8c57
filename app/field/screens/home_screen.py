"""The start screen: join what is under way, or start a round in two taps."""

from __future__ import annotations

import flet as ft

from app import theme
from app.device.storage.protocol import Persistence
from app.field.models.app_model import AppModel
from app.field.models.home_model import HomeModel
from app.field.screens.frame import bar, screen
from app.i18n import Words
from app.widgets.buttons import Handler, main_button, plain_button
from app.widgets.notes import info_note, warning_note
from sync.client.records import RoundRecord
from sync.domain.words import RoundKind

KIND_ICONS = {
    RoundKind.INSPECTION: ft.Icons.ROUTE,
    RoundKind.FAULT_REPORT: ft.Icons.CAMPAIGN_OUTLINED,
    RoundKind.SAFETY_WALK: ft.Icons.GROUPS_OUTLINED,
}


@ft.component
def HomeScreen(model: AppModel, home: HomeModel, words: Words) -> ft.Control:
    body: list[ft.Control] = []
    if model.persistence is Persistence.FORGETFUL:
        body.append(warning_note(words("app.forgetful"), key="forgetful"))
    elif model.persistence is Persistence.FALLBACK:
        body.append(info_note(words("app.fallback_storage"), key="fallback-storage"))
    if home.under_way:
        body.append(_heading(words("home.under_way")))
        body += [_under_way(home, one, words) for one in home.under_way]
    else:
        body.append(ft.Text(words("home.none_under_way"), size=16))
    body.append(_heading(words("home.start")))
    body += [_kind(home, kind, words) for kind in RoundKind]
    if len(home.areas) > 1:
        body.append(ft.Container(padding=ft.Padding.only(top=6), content=_area(home, words)))
    if home.ended:
        body.append(_heading(words("home.ended")))
        body += [_ended(home, one, words) for one in home.ended]
    return screen(
        bar(words("home.title", nickname=home.nickname), model, words),
        ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=body,
        ),
        ft.Container(
            padding=theme.EDGE,
            bgcolor=ft.Colors.SURFACE_CONTAINER,
            content=ft.Column(
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    main_button(
                        words("home.start_go"),
                        home.start,
                        key="start-round",
                        icon=ft.Icons.PLAY_ARROW,
                        disabled=home.is_busy,
                    )
                ],
            ),
        ),
    )


def _heading(text: str) -> ft.Control:
    return ft.Semantics(header=True, content=ft.Text(text, size=18, weight=ft.FontWeight.W_600))


def _kind(home: HomeModel, kind: RoundKind, words: Words) -> ft.Control:
    is_chosen = home.kind is kind

    def pressed() -> None:
        home.choose_kind(kind)

    return ft.Semantics(
        selected=is_chosen,
        content=ft.OutlinedButton(
            key=f"kind-{kind.value}",
            on_click=pressed,
            height=theme.BIG_TARGET_DP,
            style=ft.ButtonStyle(
                shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
                alignment=ft.Alignment.CENTER_LEFT,
                bgcolor=ft.Colors.SECONDARY_CONTAINER if is_chosen else None,
                side=ft.BorderSide(
                    width=3 if is_chosen else 1,
                    color=ft.Colors.PRIMARY if is_chosen else ft.Colors.OUTLINE_VARIANT,
                ),
            ),
            content=ft.Row(
                spacing=14,
                controls=[
                    ft.Icon(ft.Icons.CHECK_CIRCLE if is_chosen else KIND_ICONS[kind], size=26),
                    ft.Text(words(f"round.kind.{kind.value}"), size=17, expand=True),
                ],
            ),
        ),
    )


def _area(home: HomeModel, words: Words) -> ft.Control:
    def changed(event: ft.Event[ft.Dropdown]) -> None:
        for area in home.areas:
            if area.code == event.control.value:
                home.choose_area(area.code)

    return ft.Dropdown(
        key="area",
        label=words("home.area"),
        value=home.area,
        expand=True,
        on_select=changed,
        options=[ft.DropdownOption(key=area.code, text=area.name) for area in home.areas],
    )


def _under_way(home: HomeModel, record: RoundRecord, words: Words) -> ft.Control:
    async def join() -> None:
        await home.join(record.round_id)

    when = words.day_and_time(record.started_at)
    started = (
        words("home.started_by", name=record.started_by, when=when)
        if record.started_by
        else words("home.started", when=when)
    )
    return _row(home, record, started, words, words("home.join"), join, f"join-{record.round_id}")


def _ended(home: HomeModel, record: RoundRecord, words: Words) -> ft.Control:
    async def look() -> None:
        await home.join(record.round_id)

    when = words.date_and_time(record.started_at)
    return _row(
        home, record, when, words, words("home.open_round"), look, f"look-{record.round_id}"
    )


def _row(
    home: HomeModel,
    record: RoundRecord,
    below: str,
    words: Words,
    verb: str,
    pressed: Handler,
    key: str,
) -> ft.Control:
    title = f"{words(f'round.kind.{record.kind.value}')}, {home.area_name(record.area)}"
    return ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border_radius=theme.RADIUS,
        padding=theme.GAP,
        content=ft.Row(
            spacing=theme.GAP,
            controls=[
                ft.Icon(KIND_ICONS[record.kind], size=26),
                ft.Column(
                    expand=True,
                    spacing=0,
                    controls=[
                        ft.Text(title, size=16, weight=ft.FontWeight.W_600),
                        ft.Text(below, size=14),
                    ],
                ),
                plain_button(verb, pressed, key=key),
            ],
        ),
    )
