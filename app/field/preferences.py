"""What the person has chosen for this phone, kept as one fact in its database."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from app.i18n import LANGUAGES
from sync.client.local_store import LocalStore

log = logging.getLogger(__name__)

FACT = "preferences"
TEXT_PERCENTS = (100, 125, 150, 200)
KEEP_DAYS = (0, 7, 30, 90)


class Appearance(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    SUNLIGHT = "sunlight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """language: None follows the phone. keep_photos_days: after the store has a photo."""

    language: str | None = None
    appearance: Appearance = Appearance.SYSTEM
    text_percent: int = 100
    has_sound: bool = True
    has_vibration: bool = True
    photos_on_wifi_only: bool = False
    keep_photos_days: int = 30

    def __post_init__(self) -> None:
        if self.language is not None and self.language not in LANGUAGES:
            raise ValueError(f"no words in {self.language}")
        if self.text_percent not in TEXT_PERCENTS or self.keep_photos_days not in KEEP_DAYS:
            raise ValueError("a size or a number of days that cannot be chosen")


def kept_preferences(local: LocalStore) -> Preferences:
    """What cannot be read (of a newer version, say) is as if it had not been chosen."""
    try:
        raw = json.loads(local.fact(FACT) or "{}")
    except ValueError:
        log.warning("the preferences cannot be read")
        return Preferences()
    chosen = Preferences()
    for field in fields(Preferences):
        if isinstance(raw, dict) and field.name in raw:
            chosen = _with(chosen, field.name, raw[field.name])
    return chosen


def keep_preferences(local: LocalStore, preferences: Preferences) -> None:
    local.set_facts({FACT: json.dumps(asdict(preferences))})


def _with(preferences: Preferences, name: str, value: Any) -> Preferences:
    try:
        if name == "appearance":
            value = Appearance(value)
        elif name.startswith(("has_", "photos_")) and not isinstance(value, bool):
            raise ValueError(name)
        return replace(preferences, **{name: value})
    except (ValueError, TypeError):
        log.warning("a preference cannot be read: %s", name)
        return preferences
