"""Which screen is up, and how long the short messages stand on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app import theme
from app.field.models.app_model import AppModel, Phase
from app.field.models.before_round_model import BeforeRoundModel
from app.field.models.pages_above import PagesAbove
from app.field.screens.above_screen import above_screen
from app.field.screens.before_round_screen import BeforeRoundScreen
from app.field.screens.damaged_screen import DamagedScreen
from app.field.screens.enrol_screen import EnrolScreen
from app.field.screens.frame import above_notices
from app.field.screens.home_screen import HomeScreen
from app.field.screens.notice_strip import NoticeTime
from app.field.screens.opening_screen import BlockedScreen, OpeningScreen
from app.i18n import Words

if TYPE_CHECKING:
    from app.field.models.round_model import RoundModel


@ft.component
def AppScreen(model: AppModel, pages: PagesAbove) -> ft.Control:
    ft.use_effect(model.open, [])
    ft.use_effect(model.moved, [model.path])
    return ft.Stack(
        expand=True,
        fit=ft.StackFit.EXPAND,
        controls=[
            _within_width(_screen(model, pages, model.words), model),
            # positioned, or the stack would spread it over the screen, where it takes every tap
            ft.Container(
                left=0,
                top=0,
                width=0,
                height=0,
                content=NoticeTime(model.notices),
            ),
        ],
    )


def _screen(model: AppModel, pages: PagesAbove, words: Words) -> ft.Control:
    if pages.above:
        return above_screen(model, pages, words)
    before = model.before_round
    match model.phase:
        case Phase.BLOCKED:
            return above_notices(model, BlockedScreen(model, words))
        case Phase.DAMAGED if model.damaged is not None:
            return DamagedScreen(model, model.damaged, words)
        case Phase.ENROL if model.enrol is not None:
            return above_notices(model, EnrolScreen(model, model.enrol, words))
        case Phase.HOME if model.home is not None:
            return HomeScreen(model, model.home, words)
        case Phase.ROUND if model.round is not None and before is not None:
            return RoundOrWhatStandsBeforeIt(model, model.round, before, words)
        case _:
            return above_notices(model, OpeningScreen(model, words))


@ft.component
def RoundOrWhatStandsBeforeIt(
    model: AppModel, round_: RoundModel, before: BeforeRoundModel, words: Words
) -> ft.Control:
    if before.hurdle is not None:
        return BeforeRoundScreen(model, before, words)
    from app.field.screens.round_screen import RoundScreen  # comes with the first round

    return RoundScreen(model, round_, words)


def _within_width(content: ft.Control, model: AppModel) -> ft.Control:
    """On a computer the app is a column in the middle: lines stay readable."""
    if not model.is_wide:
        return content
    return ft.Row(
        expand=True,
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[ft.Container(width=theme.MAX_WIDTH, content=content)],
    )
