"""What the person has chosen for this phone: shown at once, kept at once."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.device.connectivity import Link
from app.device.room import Room
from app.field.look import Look, ShowLook
from app.field.models.map_download_model import FACT as MAP_FACT
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.preferences import Appearance, Preferences, keep_preferences, kept_preferences
from app.field.services import Services
from app.i18n import Words
from sync.client.kept_photos import KeptPhotos, database_bytes, kept_photos

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageUse:
    """map_bytes: of the base map on this phone. room: None where the phone does not tell."""

    photos: KeptPhotos
    database_bytes: int
    map_bytes: int
    room: Room | None


@ft.observable
class SettingsModel:
    """link: how the phone reaches the network now. use: None until it has been counted."""

    def __init__(
        self,
        services: Services,
        notices: Notices,
        words: Words,
        show_look: ShowLook,
    ) -> None:
        self.preferences: Preferences = kept_preferences(services.local)
        self.use: StorageUse | None = None
        self.link: Link = Link.UNKNOWN
        self._services, self._notices, self._words = services, notices, words
        self._phones_language = words.language
        self._show_look = show_look

    @property
    def language(self) -> str:
        return self.preferences.language or self._phones_language

    async def apply(self) -> None:
        """Makes the app look, read and sound as it was chosen."""
        chosen = self.preferences
        signals = self._services.signals
        signals.has_sound, signals.has_vibration = chosen.has_sound, chosen.has_vibration
        await self._show_look(
            Look(
                language=self.language,
                appearance=chosen.appearance,
                text_percent=chosen.text_percent,
            )
        )
        self._words.switch_to(self.language)

    async def phone_speaks(self, language: str) -> None:
        self._phones_language = language
        if self.preferences.language is None:
            self._notices.dismiss()  # its words are in the other language
            await self.apply()

    async def look_around(self) -> None:
        """The page is up: how much is stored, and which network it is."""
        services = self._services
        self.link = await services.ask_link()
        names = await services.storage.photos.names()
        self.use = StorageUse(
            photos=kept_photos(services.local, names),
            database_bytes=database_bytes(services.local),
            map_bytes=_map_bytes(services.local.fact(MAP_FACT)),
            room=await services.ask_room(),
        )

    async def choose_language(self, language: str) -> None:
        self._notices.dismiss()  # its words are in the other language
        await self._choose(language=language)

    async def choose_appearance(self, appearance: Appearance) -> None:
        await self._choose(appearance=appearance)

    async def choose_text_percent(self, percent: int) -> None:
        await self._choose(text_percent=percent)

    async def toggle_sound(self) -> None:
        """Switching it on lets the person hear what it is."""
        await self._choose(has_sound=not self.preferences.has_sound)
        if self.preferences.has_sound:
            self._services.signals.saved()

    async def toggle_vibration(self) -> None:
        await self._choose(has_vibration=not self.preferences.has_vibration)
        if self.preferences.has_vibration:
            self._services.signals.saved()

    async def toggle_wifi_only(self) -> None:
        await self._choose(photos_on_wifi_only=not self.preferences.photos_on_wifi_only)
        self.link = await self._services.ask_link()

    async def choose_keep_days(self, days: int) -> None:
        await self._choose(keep_photos_days=days)

    async def _choose(self, **changes: Any) -> None:
        """Shown even when it could not be kept: the person sees that, too."""
        self.preferences = replace(self.preferences, **changes)
        await self.apply()
        with telling_when_not_kept(self._notices, self._words):
            keep_preferences(self._services.local, self.preferences)
            await self._services.storage.flush()


def _map_bytes(kept: str | None) -> int:
    """Of all areas whose map is on the phone, as map_download_model has written it down."""
    try:
        areas: dict[str, dict[str, int]] = json.loads(kept or "{}")
        return sum(int(area["size_bytes"]) for area in areas.values())
    except (ValueError, TypeError, KeyError, AttributeError):
        log.warning("the size of the map on the phone cannot be read")
        return 0
