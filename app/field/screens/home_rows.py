"""The rounds on the start screen: a card each, with the one thing to do with it."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app import theme
from app.field.models.home_model import HomeModel
from app.field.screens.when import day_words
from app.i18n import Words
from app.widgets.buttons import Handler, main_button, plain_button, quiet_button
from sync.client.records import RoundRecord
from sync.domain.words import RoundKind

KIND_ICONS = {
    RoundKind.INSPECTION: ft.Icons.ROUTE,
    RoundKind.FAULT_REPORT: ft.Icons.CAMPAIGN_OUTLINED,
    RoundKind.SAFETY_WALK: ft.Icons.GROUPS_OUTLINED,
}
STOPS_SHOWN = 3


def planned_card(home: HomeModel, record: RoundRecord, words: Words) -> ft.Control:
    """Today's: large, with everything one needs to get there."""
    lines: list[ft.Control] = [
        ft.Text(_planned_when(home, record, words), size=20, weight=ft.FontWeight.W_600),
        ft.Text(_title(home, record, words), size=17),
    ]
    if record.meeting_place:
        lines.append(ft.Text(words("home.meet_at", place=record.meeting_place), size=16))
    lines += _stops(home, record, words, size=16)
    return _box(
        ft.Row(
            spacing=theme.GAP,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                ft.Icon(KIND_ICONS[record.kind], size=30),
                ft.Column(expand=True, spacing=4, controls=lines),
            ],
        ),
        main_button(
            words("home.start_go"),
            _starting(home, record),
            key=f"start-{record.round_id}",
            icon=ft.Icons.PLAY_ARROW,
            disabled=home.is_busy,
            name=_name("home.start_go", home, record, _planned_when(home, record, words), words),
        ),
        color=ft.Colors.SURFACE_CONTAINER_HIGH,
    )


def planned_row(home: HomeModel, record: RoundRecord, words: Words) -> ft.Control:
    below = [_planned_when(home, record, words)]
    if record.meeting_place:
        below.append(words("home.meet_at", place=record.meeting_place))
    return _row(
        home,
        record,
        below,
        words,
        plain_button(
            words("home.start_go"),
            _starting(home, record),
            key=f"start-{record.round_id}",
            disabled=home.is_busy,
            name=_name("home.start_go", home, record, below[0], words),
        ),
        _stops(home, record, words, size=14),
    )


def under_way_row(home: HomeModel, record: RoundRecord, words: Words) -> ft.Control:
    when = "" if record.started_at is None else words.day_and_time(record.started_at)
    started = (
        words("home.started_by", name=record.started_by, when=when)
        if record.started_by
        else words("home.started", when=when)
    )
    below = [started]
    if record.meeting_place:
        below.append(words("home.met_at", place=record.meeting_place))
    join = plain_button(
        words("home.join"),
        _joining(home, record),
        key=f"join-{record.round_id}",
        name=_name("home.join", home, record, when, words),
    )
    return _row(home, record, below, words, join)


def ended_row(home: HomeModel, record: RoundRecord, words: Words) -> ft.Control:
    when = "" if record.started_at is None else words.date_and_time(record.started_at)
    look = plain_button(
        words("home.open_round"),
        _joining(home, record),
        key=f"look-{record.round_id}",
        name=_name("home.open_round", home, record, when, words),
    )
    return _row(home, record, [when], words, look)


def _stops(home: HomeModel, record: RoundRecord, words: Words, *, size: int) -> list[ft.Control]:
    """Where the walk stops, in order; of many the first, and a button that tells the rest."""
    stops = home.stops_of(record.round_id)
    if not stops:
        return []
    names = [
        stop.name or words("round.stop.number", number=number)
        for number, stop in enumerate(stops, 1)
    ]
    rest = 0 if record.round_id in home.told_whole else len(names) - STOPS_SHOWN
    if rest <= 1:  # one more name is no longer than saying that there is one
        text = words("home.stops", count=len(names), names=", ".join(names))
        return [ft.Text(text, size=size)]

    def tell_all() -> None:
        home.tell_all_stops(record.round_id)

    shown = words("home.stops.first", names=", ".join(names[:STOPS_SHOWN]), count=rest)
    return [
        ft.Text(words("home.stops", count=len(names), names=shown), size=size),
        quiet_button(
            words("home.stops.all"),
            tell_all,
            key=f"stops-{record.round_id}",
            name=_name("home.stops.all", home, record, _planned_when(home, record, words), words),
        ),
    ]


def _planned_when(home: HomeModel, record: RoundRecord, words: Words) -> str:
    start = record.planned_start_at
    if start is None:
        return ""
    days = home.days_until(record)
    text = day_words(start, days, words)
    end = record.planned_end_at
    if end is None:
        return text
    return words("home.from_until", start=text, end=words.time(end))


def _title(home: HomeModel, record: RoundRecord, words: Words) -> str:
    kind = words(f"round.kind.{record.kind.value}")
    return words("round.title", kind=kind, area=home.area_name(record.area))


def _name(button: str, home: HomeModel, record: RoundRecord, when: str, words: Words) -> str:
    """What a button is called for those who do not see which round it stands at."""
    title = _title(home, record, words)
    name = words("home.of_round", button=words(button), round=title, when=when)
    number = home.number_among_alike(record)
    return name if number == 1 else f"{name} ({number})"


def _starting(home: HomeModel, record: RoundRecord) -> Handler:
    async def start() -> None:
        await home.start_planned(record)

    return start


def _joining(home: HomeModel, record: RoundRecord) -> Handler:
    async def join() -> None:
        await home.join(record.round_id)

    return join


def _row(
    home: HomeModel,
    record: RoundRecord,
    below: list[str],
    words: Words,
    button: ft.Control,
    more: Sequence[ft.Control] = (),
) -> ft.Control:
    """The button has a line of its own where the text is large: a row would squeeze both."""
    return _box(
        ft.Row(
            spacing=theme.GAP,
            run_spacing=6,
            wrap=True,
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
            controls=[
                ft.Column(
                    spacing=2,
                    tight=True,
                    controls=[
                        ft.Text(_title(home, record, words), size=16, weight=ft.FontWeight.W_600),
                        *(ft.Text(line, size=14) for line in below),
                        *more,
                    ],
                ),
                button,
            ],
        ),
    )


def _box(*controls: ft.Control, color: ft.Colors = ft.Colors.SURFACE_CONTAINER_LOW) -> ft.Control:
    return ft.Container(
        bgcolor=color,
        border=ft.Border.all(theme.BOX_BORDER, ft.Colors.OUTLINE_VARIANT),
        border_radius=theme.RADIUS,
        padding=theme.GAP,
        content=ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=list(controls),
        ),
    )
