"""Gives the page its language, direction, colours and text size."""

from __future__ import annotations

import flet as ft

from app import theme
from app.device.page import is_in_page, page_call
from app.field.look import Look, ShowLook
from app.field.preferences import Appearance
from app.i18n import LANGUAGES

MODES = {
    Appearance.SYSTEM: ft.ThemeMode.SYSTEM,
    Appearance.LIGHT: ft.ThemeMode.LIGHT,
    Appearance.DARK: ft.ThemeMode.DARK,
    Appearance.SUNLIGHT: ft.ThemeMode.LIGHT,
}


def page_look(page: ft.Page) -> ShowLook:
    """A packaged app's text has the size that the phone itself is set to: Flutter follows it.

    The page tells Flutter of its own properties by itself, once it is rendered.
    """
    shown: list[Look] = []

    async def show(look: Look) -> None:
        if shown == [look]:
            return  # drawing the whole page anew costs time at every start
        shown[:] = [look]
        is_in_sun = look.appearance is Appearance.SUNLIGHT
        page.theme = theme.sunlight_theme() if is_in_sun else theme.theme()
        page.dark_theme = theme.theme()
        page.theme_mode = MODES[look.appearance]
        page.rtl = look.is_right_to_left
        page.locale_configuration = ft.LocaleConfiguration(
            supported_locales=[ft.Locale(one) for one in LANGUAGES],
            current_locale=ft.Locale(look.language),
        )
        if is_in_page():
            await page_call("look", {"language": look.language, "text_percent": look.text_percent})

    return show
