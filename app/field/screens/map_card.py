"""What a finger chose on the map: one observation, or several that lie in one place."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.map_model import MapModel
from app.field.models.round_model import RoundModel
from app.field.screens.findings_screen import category_words
from app.i18n import Words
from app.widgets.buttons import icon_button, plain_button
from app.widgets.map_marks import icon_of, mark_shape
from sync.client.map_store import MapMark
from sync.client.records import ObservationRecord

HIGHEST_DP = 300


@ft.component
def MapCard(round_: RoundModel, map_: MapModel, words: Words) -> ft.Control:
    marks = {mark.observation_id: mark for mark in map_.chosen_marks}
    head = ft.Row(
        controls=[
            ft.Text(
                words("map.chosen", count=len(map_.chosen)),
                size=16,
                weight=ft.FontWeight.W_600,
                expand=True,
            ),
            icon_button(
                ft.Icons.CLOSE, words("map.card.close"), map_.close_card, key="map-card-close"
            ),
        ]
    )
    rows = [_row(one, marks.get(one.observation_id), round_, words) for one in map_.chosen]
    several = len(rows) > 2
    return ft.Container(
        key="map-card",
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        padding=ft.Padding.symmetric(horizontal=theme.GAP, vertical=6),
        height=HIGHEST_DP if several else None,
        content=ft.Column(
            tight=not several,
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                head,
                *([ft.ListView(expand=True, spacing=8, controls=rows)] if several else rows),
            ],
        ),
    )


def _row(
    record: ObservationRecord, mark: MapMark | None, round_: RoundModel, words: Words
) -> ft.Control:
    def open_it() -> None:
        round_.open_edit(record)

    name = observation_words(record, words)
    lines: list[ft.Control] = [ft.Text(name, size=16, weight=ft.FontWeight.W_600)]
    if mark is not None:
        lines.append(ft.Text(words(f"map.state.{mark.state.value}"), size=14))
    lines.append(ft.Text(words.date_and_time(record.noted_at), size=13))
    if record.text:
        lines.append(ft.Text(record.text, size=14, max_lines=2, overflow=ft.TextOverflow.ELLIPSIS))
    shape: list[ft.Control] = (
        [] if mark is None else [mark_shape(mark.state, icon_of(record.kind, record.category))]
    )
    is_ours = record.round_id == round_.record.round_id
    button: list[ft.Control] = (
        [
            plain_button(
                words("map.card.open"),
                open_it,
                key=f"map-open-{record.observation_id}",
                icon=ft.Icons.EDIT_OUTLINED,
            )
        ]
        if is_ours and record.is_editable
        else []
    )
    return ft.Row(
        key=f"map-chosen-{record.observation_id}",
        spacing=theme.GAP,
        wrap=False,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        controls=[*shape, ft.Column(expand=True, spacing=1, controls=lines), *button],
    )


def observation_words(record: ObservationRecord, words: Words) -> str:
    """Its number and what it is, as people say it: "B-7 Belysning"."""
    what = category_words(record.category, words)
    return what if record.number is None else f"{record.number} {what}"
