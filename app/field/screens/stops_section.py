"""The stops of a walk in their order, how far it is to them, and what has been said there."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.round_model import RoundModel
from app.field.models.stops_model import StopsModel
from app.field.screens.when import length_words
from app.i18n import Words
from app.widgets.buttons import Handler, main_button, plain_button
from app.widgets.choice_row import heading
from sync.client.direction import Direction
from sync.client.records import StopRecord

NEAR_M = 20
"""Nearer than this a phone does not know the direction."""
DIRECTION_WORDS = {
    Direction.NORTH: "round.direction.n",
    Direction.NORTH_EAST: "round.direction.ne",
    Direction.EAST: "round.direction.e",
    Direction.SOUTH_EAST: "round.direction.se",
    Direction.SOUTH: "round.direction.s",
    Direction.SOUTH_WEST: "round.direction.sw",
    Direction.WEST: "round.direction.w",
    Direction.NORTH_WEST: "round.direction.nw",
}


def stops_section(round_: RoundModel, words: Words) -> list[ft.Control]:
    stops = round_.stops
    parts: list[ft.Control] = [heading(words("round.stops"))]
    may_arrive = round_.record.ended_at is None and stops.is_editable
    if not stops.stops:
        none = "round.stops.none" if may_arrive else "round.stops.none_there"
        parts.append(ft.Text(words(none), size=16))
    parts += [_stop(stops, one, words, may_arrive=may_arrive) for one in stops.stops]
    if may_arrive:
        parts.append(
            plain_button(
                words("round.stop.add"), stops.add_here, key="add-stop", icon=ft.Icons.ADD_LOCATION
            )
        )
    return parts


def stop_words(stops: StopsModel, stop: StopRecord, words: Words) -> str:
    """Where the group is with it: "Här nu", "Besökt 18.05–18.20", "250 m åt nordost"."""
    if stop.arrived_at is not None and stop.left_at is None:
        return words("round.stop.here_since", time=words.time(stop.arrived_at))
    if stop.arrived_at is not None and stop.left_at is not None:
        return words(
            "round.stop.visited",
            start=words.time(stop.arrived_at),
            end=words.time(stop.left_at),
        )
    way = stops.way_to(stop)
    if way is None:
        return words("round.stop.ahead" if stop.place is not None else "round.stop.no_place")
    metres, toward = way
    if metres <= NEAR_M:
        return words("round.stop.near")
    return words(
        "round.stop.way",
        length=length_words(metres, words),
        direction=words(DIRECTION_WORDS[toward]),
    )


def _stop(stops: StopsModel, stop: StopRecord, words: Words, *, may_arrive: bool) -> ft.Control:
    here = stops.here
    is_here = here is not None and here.stop_id == stop.stop_id
    is_next = stops.next is not None and stops.next.stop_id == stop.stop_id
    title = stops.title(stop)
    open_text = words("round.stop.open")
    buttons: list[ft.Control] = [
        plain_button(
            open_text,
            _opening(stops, stop),
            key=f"stop-{stop.stop_id}",
            name=f"{open_text}: {title}",
        )
    ]
    if may_arrive and not is_here:
        arrive = main_button if is_next else plain_button
        text = words("round.stop.arrive" if stop.arrived_at is None else "round.stop.again")
        buttons.append(
            arrive(
                text,
                _arriving(stops, stop),
                key=f"arrive-{stop.stop_id}",
                icon=ft.Icons.PLACE,
                name=f"{text}: {title}",
            )
        )
    return ft.Container(
        key=f"stop-row-{stop.stop_id}",
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST if is_here else ft.Colors.SURFACE_CONTAINER_LOW,
        border=ft.Border.all(
            3 if is_here else theme.BOX_BORDER,
            ft.Colors.PRIMARY if is_here else ft.Colors.OUTLINE_VARIANT,
        ),
        border_radius=theme.RADIUS,
        padding=theme.GAP,
        content=ft.Column(
            spacing=6,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                ft.Row(
                    spacing=8,
                    vertical_alignment=ft.CrossAxisAlignment.START,
                    controls=[
                        ft.Icon(_icon(stop), size=24),
                        ft.Column(
                            expand=True,
                            spacing=2,
                            controls=[
                                ft.Text(title, size=17, weight=ft.FontWeight.W_600),
                                ft.Text(stop_words(stops, stop, words), size=15),
                            ],
                        ),
                    ],
                ),
                ft.Row(wrap=True, spacing=8, run_spacing=8, controls=buttons),
            ],
        ),
    )


def _icon(stop: StopRecord) -> ft.IconData:
    if stop.arrived_at is None:
        return ft.Icons.RADIO_BUTTON_UNCHECKED
    return ft.Icons.PLACE if stop.left_at is None else ft.Icons.CHECK_CIRCLE


def _opening(stops: StopsModel, stop: StopRecord) -> Handler:
    def show() -> None:
        stops.show(stop)

    return show


def _arriving(stops: StopsModel, stop: StopRecord) -> Handler:
    async def arrive() -> None:
        await stops.arrive(stop)

    return arrive
