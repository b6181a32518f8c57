"""What a person can choose for this phone, and what there is to know about the app."""

from __future__ import annotations

import flet as ft

from app.device.connectivity import Link
from app.field.models.above import Above
from app.field.models.app_model import AppModel
from app.field.models.settings_model import SettingsModel, StorageUse
from app.field.preferences import KEEP_DAYS, TEXT_PERCENTS, Appearance
from app.field.screens.page_above import heading, page_above, paragraph
from app.i18n import LANGUAGES, Words
from app.widgets.buttons import Handler, plain_button
from app.widgets.choice_row import one_of
from app.widgets.notes import info_note
from app.widgets.switch import switch

OWN_NAMES = {"sv": "Svenska", "en": "English", "ar": "العربية"}
"""Each language by its own name: who does not read the others finds it."""


@ft.component
def SettingsScreen(model: AppModel, settings: SettingsModel, words: Words) -> ft.Control:
    ft.use_effect(settings.look_around, [])
    controls = [
        *_language(settings, words),
        *_appearance(settings, words),
        *_signals(settings, words),
        *_photos(settings, words),
        *_about(model, words),
        *_storage(settings.use, words),  # last: it comes late, and moves no button then
    ]
    return page_above(words("settings.title"), model, words, controls, key="settings")


def _language(settings: SettingsModel, words: Words) -> list[ft.Control]:
    return [
        heading(words("settings.language")),
        one_of(
            [(one, OWN_NAMES[one]) for one in LANGUAGES],
            settings.language,
            settings.choose_language,
            key="language",
        ),
    ]


def _appearance(settings: SettingsModel, words: Words) -> list[ft.Control]:
    chosen = settings.preferences

    async def choose_appearance(code: str) -> None:
        await settings.choose_appearance(Appearance(code))

    async def choose_percent(code: str) -> None:
        await settings.choose_text_percent(int(code))

    looks = [(one.value, words(f"settings.appearance.{one.value}")) for one in Appearance]
    sizes = [(str(one), f"{one} %") for one in TEXT_PERCENTS]
    return [
        heading(words("settings.appearance")),
        one_of(looks, chosen.appearance.value, choose_appearance, key="appearance"),
        heading(words("settings.text_size")),
        one_of(sizes, str(chosen.text_percent), choose_percent, key="text-size"),
    ]


def _signals(settings: SettingsModel, words: Words) -> list[ft.Control]:
    chosen = settings.preferences
    return [
        heading(words("settings.signals")),
        _toggle(
            "sound", chosen.has_sound, settings.toggle_sound, ft.Icons.VOLUME_UP_OUTLINED, words
        ),
        _toggle(
            "vibration", chosen.has_vibration, settings.toggle_vibration, ft.Icons.VIBRATION, words
        ),
    ]


def _photos(settings: SettingsModel, words: Words) -> list[ft.Control]:
    chosen = settings.preferences

    async def choose_days(code: str) -> None:
        await settings.choose_keep_days(int(code))

    controls = [
        heading(words("settings.photos")),
        _toggle(
            "wifi_only", chosen.photos_on_wifi_only, settings.toggle_wifi_only, ft.Icons.WIFI, words
        ),
    ]
    if chosen.photos_on_wifi_only and settings.link is Link.UNKNOWN:
        controls.append(info_note(words("settings.wifi_unknown"), key="wifi-unknown"))
    days = [(str(one), _days(one, words)) for one in KEEP_DAYS]
    return [
        *controls,
        paragraph(words("settings.keep_photos")),
        one_of(days, str(chosen.keep_photos_days), choose_days, key="keep-days"),
    ]


def _days(count: int, words: Words) -> str:
    return words("settings.days", count=count) if count else words("settings.days.none")


def _toggle(
    name: str, is_on: bool, pressed: Handler, icon: ft.IconData, words: Words
) -> ft.Control:
    state = words("settings.on" if is_on else "settings.off")
    return switch(words(f"settings.{name}"), state, is_on, pressed, key=name, icon=icon)


def _storage(use: StorageUse | None, words: Words) -> list[ft.Control]:
    if use is None:
        return []
    lines = [
        words(
            "settings.use.photos", count=use.photos.count, size=size(use.photos.size_bytes, words)
        ),
        words("settings.use.database", size=size(use.database_bytes, words)),
    ]
    if use.map_bytes:
        lines.append(words("settings.use.map", size=size(use.map_bytes, words)))
    if use.room is None:
        lines.append(words("settings.use.unknown"))
    else:
        lines.append(words("settings.use.all", size=size(use.room.used_bytes, words)))
        lines.append(words("settings.use.free", size=size(use.room.free_bytes, words)))
    return [heading(words("settings.storage")), *map(paragraph, lines)]


def _about(model: AppModel, words: Words) -> list[ft.Control]:
    def opening(page: Above) -> Handler:
        def pressed() -> None:
            model.pages.open(page)

        return pressed

    return [
        heading(words("settings.more")),
        plain_button(words("settings.intro"), model.pages.open_intro, key="open-intro"),
        plain_button(words("resident.open"), model.pages.open_resident, key="open-resident"),
        plain_button(words("about.title"), opening(Above.ABOUT), key="open-about"),
        plain_button(
            words("accessibility.title"), opening(Above.ACCESSIBILITY), key="open-accessibility"
        ),
        *take_file_part(model, words),
        plain_button(words("report.title"), model.pages.open_report, key="open-report"),
    ]


def take_file_part(model: AppModel, words: Words) -> list[ft.Control]:
    """Only on a phone that could send what it takes."""
    if not model.may_skip_code:
        return []
    return [plain_button(words("takefile.title"), model.pages.open_take_file, key="open-take-file")]


def size(count_bytes: int, words: Words) -> str:
    """0,4 MB, 12 MB, 3,1 GB."""
    megabytes = count_bytes / 1_000_000
    if megabytes >= 1000:
        return words("settings.use.gigabytes", number=words.number(megabytes / 1000))
    number = words.number(megabytes, decimals=1 if megabytes < 10 else 0)
    return words("settings.use.megabytes", number=number)
