"""One stop: what is good, what is not, what people say, and how it feels to stand there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.round_model import RoundModel
from app.field.models.stop_model import PERCEPTION_WORDS, SCORES, StopModel, score_words
from app.field.models.stops_model import StopsModel
from app.field.screens.frame import bar, screen
from app.field.screens.pin_screen import PinScreen
from app.field.screens.stops_section import stop_words
from app.i18n import Words
from app.widgets.buttons import Handler, icon_button, main_button, plain_button, quiet_button
from app.widgets.choice_row import Choice, choice_button, heading
from app.widgets.notes import info_note
from sync.domain.fields import MAX_PLACE_NAME, MAX_TEXT
from sync.domain.words import Perception


@ft.component
def StopScreen(
    model: AppModel, round_: RoundModel, stops: StopsModel, stop: StopModel, words: Words
) -> ft.Control:
    ft.use_effect(model.moved, [model.path])
    if stop.moving is not None:
        return PinScreen(model, round_.map, stop.moving, stop.moved, words)
    record = stop.stop
    body: list[ft.Control] = [ft.Text(stop_words(stops, record, words), size=16)]
    if not stop.is_editable:
        body.append(info_note(words("round.stop.closed"), key="stop-closed"))
    body += _doubt(stop, words)
    body.append(heading(words("round.stop.how")))
    body.append(ft.Text(words("round.stop.scale"), size=14))
    body += [_score(stop, what, words) for what in Perception]
    body += [
        _text(stop, "good", "round.stop.good", stop.type_good, words),
        _text(stop, "bad", "round.stop.bad", stop.type_bad, words),
        _text(stop, "voices", "round.stop.voices", stop.type_voices, words),
        ft.TextField(
            key=f"stop-name-{record.stop_id}",
            label=words("round.stop.name"),
            value=stop.texts["name"],
            max_length=MAX_PLACE_NAME,
            counter="",
            read_only=not stop.is_editable,
            capitalization=ft.TextCapitalization.SENTENCES,
            on_change=stop.type_name,
            on_blur=stop.settle,
            on_submit=stop.settle,
        ),
    ]
    if stop.is_editable:
        body.append(_more(round_, stop, words))
    return screen(
        model,
        bar(
            stops.title(record),
            model,
            words,
            leading=icon_button(
                ft.Icons.ARROW_BACK, words("app.back"), stops.close, key="stop-back"
            ),
        ),
        ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=body,
        ),
        _bottom(round_, stop, words),
    )


def _doubt(stop: StopModel, words: Words) -> list[ft.Control]:
    """What speaks against the place, while a pin can still be put."""
    place = stop.stop.place
    if place is None:
        text = words("round.stop.no_place")
    elif place.is_mocked:
        text = words("place.mocked")
    elif place.is_stale:
        text = words("place.was_stale")
    else:
        return []
    if not stop.is_editable:
        return []
    pin = quiet_button(words("place.set_pin"), stop.move, key="stop-doubt-pin", icon=ft.Icons.PLACE)
    return [info_note(text, key="stop-doubt", action=pin)]


def _score(stop: StopModel, what: Perception, words: Words) -> ft.Control:
    name, given = words(PERCEPTION_WORDS[what]), stop.stop.scores.get(what)

    def scoring(value: int) -> Handler:
        async def score() -> None:
            await stop.score(what, value)

        return score

    return ft.Column(
        spacing=4,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.Text(score_words(what, given, words), size=16),
            ft.Row(
                spacing=6,
                controls=[
                    choice_button(
                        Choice(
                            key=f"score-{what.value}-{value}",
                            text=str(value),
                            is_chosen=given == value,
                            pressed=scoring(value),
                            name=words("round.score.name", name=name, score=value),
                        ),
                        is_disabled=not stop.is_editable,
                        shares_row=True,
                    )
                    for value in SCORES
                ],
            ),
        ],
    )


def _text(
    stop: StopModel, field: str, label: str, changed: Callable[..., Any], words: Words
) -> ft.Control:
    return ft.TextField(
        key=f"stop-{field}-{stop.stop.stop_id}",
        label=words(label),
        value=stop.texts[field],
        multiline=True,
        min_lines=2,
        max_lines=8,
        max_length=MAX_TEXT,
        counter="",
        read_only=not stop.is_editable,
        capitalization=ft.TextCapitalization.SENTENCES,
        on_change=changed,
        on_blur=stop.settle,
    )


def _more(round_: RoundModel, stop: StopModel, words: Words) -> ft.Control:
    async def delete() -> None:
        await round_.stops.delete(stop.stop)

    return ft.Row(
        wrap=True,
        controls=[
            quiet_button(
                words("round.stop.move"), stop.move, key="stop-move", icon=ft.Icons.EDIT_LOCATION
            ),
            quiet_button(
                words("round.stop.delete"), delete, key="stop-delete", icon=ft.Icons.DELETE_OUTLINE
            ),
        ],
    )


def _bottom(round_: RoundModel, stop: StopModel, words: Words) -> ft.Control | None:
    """Arriving where the group is not, leaving where it is; nothing after the round."""
    stops, record = round_.stops, stop.stop
    if round_.record.ended_at is not None or not stop.is_editable:
        return None

    async def arrive() -> None:
        await stops.arrive(record)

    async def leave() -> None:
        await stops.leave(record)

    is_here = record.arrived_at is not None and record.left_at is None
    controls: list[ft.Control] = []
    if is_here:
        controls.append(
            plain_button(
                words("round.stop.record"),
                round_.record_here,
                key="stop-record",
                icon=ft.Icons.ADD_A_PHOTO_OUTLINED,
            )
        )
        controls.append(
            main_button(words("round.stop.leave"), leave, key="stop-leave", icon=ft.Icons.CHECK)
        )
    else:
        text = "round.stop.arrive" if record.arrived_at is None else "round.stop.again"
        controls.append(main_button(words(text), arrive, key="stop-arrive", icon=ft.Icons.PLACE))
    return ft.Container(
        padding=theme.GAP,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        content=ft.Column(
            tight=True,
            spacing=8,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=controls,
        ),
    )
