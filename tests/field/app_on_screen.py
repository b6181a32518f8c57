"""What the whole field app shows."""

from __future__ import annotations

from app.field.screens.app_screen import AppScreen
from tests.field.a_phone import Phone
from tests.field.expand import Screen


def screen(phone: Phone) -> Screen:
    return Screen(lambda: AppScreen(phone.app, phone.app.pages))


def screen_below(phone: Phone) -> Screen:
    """Without the pages that open by themselves above the first screen."""
    phone.app.pages.above.clear()
    return screen(phone)
