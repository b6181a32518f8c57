"""Which of the pages above is up."""

from __future__ import annotations

import flet as ft

from app.field.models.above import WAYS_BACK, Above
from app.field.models.app_model import AppModel
from app.field.models.pages_above import PagesAbove
from app.field.screens.about_screen import AboutScreen, LicencesScreen
from app.field.screens.accessibility_screen import AccessibilityScreen
from app.field.screens.frame import above_notices
from app.field.screens.help_screen import HelpScreen
from app.field.screens.intro_screen import IntroScreen
from app.field.screens.not_sent_screen import NotSentScreen
from app.field.screens.report_screen import ReportScreen
from app.field.screens.resident_screen import ResidentScreen
from app.field.screens.settings_screen import SettingsScreen
from app.field.screens.shut_out_screen import ShutOutScreen
from app.field.screens.take_file_screen import TakeFileScreen
from app.field.screens.way_back_screen import ClockScreen, TooOldScreen, WayBackScreen
from app.i18n import Words


def above_screen(model: AppModel, pages: PagesAbove, words: Words) -> ft.Control:
    """The topmost page; one whose model is not there is closed by nothing but "back"."""
    match pages.above[-1]:
        case Above.INTRO if pages.intro is not None:
            return above_notices(model, IntroScreen(model, pages.intro, words))
        case Above.SETTINGS if model.settings is not None:
            return SettingsScreen(model, model.settings, words)
        case Above.ABOUT:
            return AboutScreen(model, words)
        case Above.LICENCES:
            return LicencesScreen(model, words)
        case Above.ACCESSIBILITY:
            return AccessibilityScreen(model, words)
        case Above.ERROR_REPORT if pages.report is not None:
            return ReportScreen(model, pages.report, words)
        case Above.RESIDENT if pages.resident is not None:
            return ResidentScreen(model, pages.resident, words, pages.resident.words)
        case page if page in WAYS_BACK.values():
            return WayBackScreen(model, page, words)
        case Above.CLOCK if model.sync is not None:
            return ClockScreen(model, model.sync, words)
        case Above.TOO_OLD if pages.hand_over is not None:
            return TooOldScreen(model, pages.hand_over, words)
        case Above.SHUT_OUT if model.sync is not None and pages.hand_over is not None:
            return ShutOutScreen(model, model.sync, pages.hand_over, words)
        case Above.TAKE_FILE if pages.take_file is not None:
            return TakeFileScreen(model, pages.take_file, words)
        case Above.NOT_SENT if pages.not_sent is not None:
            return NotSentScreen(model, pages.not_sent, words)
        case _:
            return HelpScreen(model, words)
