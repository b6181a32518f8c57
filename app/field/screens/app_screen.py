"""Which screen is up, and the short messages at the bottom of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app import theme
from app.field.models.app_model import AppModel, Phase
from app.field.models.before_round_model import BeforeRoundModel
from app.field.models.notices import Notice, Notices
from app.field.screens.above_screen import above_screen
from app.field.screens.before_round_screen import BeforeRoundScreen
from app.field.screens.damaged_screen import DamagedScreen
from app.field.screens.enrol_screen import EnrolScreen
from app.field.screens.home_screen import HomeScreen
from app.field.screens.opening_screen import BlockedScreen, OpeningScreen
from app.i18n import Words

if TYPE_CHECKING:
    from app.field.models.round_model import RoundModel

NOTICE_MS = 2500
UNDO_MS = 10_000
"""With gloves, or a screen reader that reads the message first."""
TABS_DP = 72
"""The tabs, or one pinned button."""
BANNER_DP = 80
MAIN_BUTTON_DP = 84
TWO_BUTTONS_DP = 132
ANSWERS_DP = 104


@ft.component
def AppScreen(model: AppModel) -> ft.Control:
    ft.use_effect(model.open, [])
    ft.use_effect(model.moved, [model.path])
    return ft.Stack(
        expand=True,
        fit=ft.StackFit.EXPAND,
        controls=[
            _within_width(_screen(model, model.words), model),
            # positioned, or the stack would spread it over the screen, where it takes every tap
            ft.Container(
                left=0,
                top=0,
                width=0,
                height=0,
                content=NoticeBar(model.notices, model, model.words),
            ),
        ],
    )


def _screen(model: AppModel, words: Words) -> ft.Control:
    if model.above:
        return above_screen(model, words)
    before = model.before_round
    match model.phase:
        case Phase.BLOCKED:
            return BlockedScreen(model, words)
        case Phase.DAMAGED if model.damaged is not None:
            return DamagedScreen(model, model.damaged, words)
        case Phase.ENROL if model.enrol is not None:
            return EnrolScreen(model, model.enrol, words)
        case Phase.HOME if model.home is not None:
            return HomeScreen(model, model.home, words)
        case Phase.ROUND if model.round is not None and before is not None:
            return RoundOrWhatStandsBeforeIt(model, model.round, before, words)
        case _:
            return OpeningScreen(model, words)


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


def pinned_dp(model: AppModel) -> float:
    """What a message must not cover: the buttons pinned to the bottom of the screen that is up."""
    round_, settings = model.round, model.settings
    is_round = model.phase is Phase.ROUND and not model.above and round_ is not None
    dp = _pinned_on(round_) if is_round and round_ is not None else TABS_DP
    return dp * (1.0 if settings is None else settings.preferences.text_percent / 100)


def _pinned_on(round_: RoundModel) -> float:
    from app.field.models.round_model import Tab

    if round_.cover is not None or round_.edit is not None:
        return TABS_DP
    if round_.revisits.open is not None:
        return ANSWERS_DP
    if round_.stops.open is not None:
        return TWO_BUTTONS_DP
    if round_.end_page is not None:
        return TABS_DP
    banner = 0 if round_.revisits.offered is None else BANNER_DP
    button = MAIN_BUTTON_DP if round_.tab in (Tab.CAPTURE, Tab.ROUND) else 0
    return TABS_DP + banner + button


@ft.component
def NoticeBar(notices: Notices, model: AppModel, words: Words) -> ft.Control:
    """Each message is a component of its own: one that only took over the place of another would

    never be seen, because the client builds what is in a snack bar once.
    """
    notice = notices.shown
    shown: list[ft.Control] = []
    if notice is not None:
        # ft.component takes a key beside what the function takes
        bottom = pinned_dp(model)
        shown.append(_Notice(notice, notices, bottom, words, key=str(notice.number)))  # type: ignore[call-arg]
    return ft.Column(width=0, height=0, controls=shown)


@ft.component
def _Notice(notice: Notice, notices: Notices, bottom_dp: float, words: Words) -> ft.Control:
    def gone() -> None:
        """Also told of a message that another took the place of: that one stays."""
        if notices.shown is notice:
            notices.dismiss()

    ft.use_dialog(
        ft.SnackBar(
            key=f"notice-{notice.number}",
            content=ft.Text(notice.text),
            duration=NOTICE_MS if notice.undo is None else UNDO_MS,
            persist=False,
            behavior=ft.SnackBarBehavior.FLOATING,
            margin=ft.Margin.only(left=12, right=12, bottom=bottom_dp),
            action=None
            if notice.undo is None
            else ft.SnackBarAction(label=words("app.undo"), on_click=notices.undo),
            on_dismiss=gone,
        )
    )
    return ft.Container(width=0, height=0)
