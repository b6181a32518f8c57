"""When the camera, the place or the clock is not as it should be: why, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

import flet as ft

from app.field.models.above import WAYS_BACK, Above
from app.field.models.app_model import AppModel
from app.field.models.camera_model import CameraModel
from app.field.models.hand_over_model import HandOverModel
from app.field.models.sync_model import SyncModel
from app.field.screens.page_above import heading, page_above, paragraph
from app.field.screens.sent_section import hand_over_part
from app.field.screens.when import off_words
from app.i18n import Words
from app.widgets.buttons import main_button, plain_button, quiet_button

HOW: Mapping[Above, tuple[str, Mapping[str | None, str]]] = {
    Above.CAMERA_DENIED: (
        "wayback.camera_denied",
        {
            "wayback.iphone": "wayback.camera_denied.iphone",
            "wayback.android": "wayback.camera_denied.android",
        },
    ),
    Above.NO_CAMERA: ("wayback.no_camera", {None: "wayback.no_camera.steps"}),
    Above.PLACE_DENIED: (
        "wayback.place_denied",
        {
            "wayback.iphone": "wayback.place_denied.iphone",
            "wayback.android": "wayback.place_denied.android",
        },
    ),
    Above.NO_PLACE: ("wayback.no_place", {None: "wayback.no_place.steps"}),
}
"""Page -> what its title and body are called, and the steps, each below its heading."""


def way_back_button(model: AppModel, problem: str | None, words: Words) -> list[ft.Control]:
    """Beside what went wrong with the camera or the place: the way to its page."""
    if problem not in WAYS_BACK:
        return []

    def pressed() -> None:
        model.pages.open_way_back(problem)

    return [quiet_button(words("wayback.open"), pressed, key=f"wayback-{WAYS_BACK[problem]}")]


@ft.component
def CameraWayBack(model: AppModel, lens: CameraModel, words: Words) -> ft.Control:
    return ft.Column(spacing=0, controls=way_back_button(model, lens.problem, words))


@ft.component
def WayBackScreen(model: AppModel, page: Above, words: Words) -> ft.Control:
    name, steps = HOW[page]
    controls: list[ft.Control] = [paragraph(words(f"{name}.body"))]
    for above, step in steps.items():
        if above is not None:
            controls.append(heading(words(above)))
        controls.append(paragraph(words(step)))
    controls += [
        main_button(words("app.try_again"), model.try_again, key="wayback-again"),
        plain_button(words("wayback.without"), model.pages.close, key="wayback-without"),
    ]
    return page_above(words(f"{name}.title"), model, words, controls, key="wayback")


@ft.component
def ClockScreen(model: AppModel, sync: SyncModel, words: Words) -> ft.Control:
    return page_above(
        words("clock.title"),
        model,
        words,
        [
            paragraph(words("clock.body", off=off_words(sync.clock_off_min, words))),
            heading(words("clock.right", time=words.date_and_time(sync.right_time))),
            paragraph(words("clock.steps")),
            main_button(words("clock.go_on"), model.pages.close, key="clock-go-on"),
        ],
        key="clock",
    )


@ft.component
def TooOldScreen(model: AppModel, hand_over: HandOverModel, words: Words) -> ft.Control:
    """Updating is the way; who cannot hands in the file, which needs no version in common."""
    return page_above(
        words("tooold.title"),
        model,
        words,
        [
            paragraph(words("tooold.body")),
            paragraph(words("tooold.steps")),
            main_button(words("app.try_again"), model.pages.send_again, key="too-old-again"),
            *hand_over_part(hand_over, words),
        ],
        key="too-old",
    )
