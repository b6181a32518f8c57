"""The words on the screen: keys in code, texts in assets/i18n, one language a file or two.

A text is a string with {names}, or {"one": …, "other": …} chosen by the value `count`
(Arabic has more forms; the keys are those of Unicode's plural rules).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import flet as ft

from sync.domain.instants import from_text

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "i18n"
DEFAULT = "sv"
LANGUAGES = ("sv", "en", "ar")
RIGHT_TO_LEFT = frozenset({"ar"})
DECIMAL_SIGN = {"sv": ",", "en": ".", "ar": "."}
"""Unicode CLDR's, for the digits 0-9 that all three are written with here."""
FROM_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""The blocks of Unicode that are written from right to left."""
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"


@ft.observable
class Words:
    """All texts of one language. A key that is missing falls back to Swedish, then to itself.

    The app has one and every screen is given it: after switch_to they all speak anew.
    """

    def __init__(self, language: str = DEFAULT, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._swedish = load(DEFAULT, folder)
        self._texts = self._swedish
        self.language = DEFAULT
        self.switch_to(language)

    def switch_to(self, language: str) -> None:
        """A language that there is not becomes Swedish."""
        chosen = language if language in LANGUAGES else DEFAULT
        own = {} if chosen == DEFAULT else load(chosen, self._folder)
        self._texts = {**self._swedish, **own}
        self.language = chosen  # last: the screens hear of it

    @property
    def is_right_to_left(self) -> bool:
        return self.language in RIGHT_TO_LEFT

    def text(self, key: str, **values: Any) -> str:
        found = self._texts.get(key, key)
        if isinstance(found, dict):
            found = found.get(plural_form(self.language, int(values["count"]))) or found["other"]
        if not values:
            return found
        if len(values) > 1 and not self.is_right_to_left:
            values = {name: _apart(value) for name, value in values.items()}
        return found.format_map(values)

    __call__ = text

    def number(self, value: float, decimals: int = 1) -> str:
        """With so many decimals, after the language's own sign: 1,4 in Swedish, 1.4 in English."""
        return f"{value:.{decimals}f}".replace(".", DECIMAL_SIGN[self.language])

    def time(self, moment: str) -> str:
        """The local time of day of a UTC text: 10.05."""
        return local(moment).strftime("%H.%M")

    def day_and_time(self, moment: str) -> str:
        """The local day and time of a UTC text: 20/11 10.05."""
        when = local(moment)
        return f"{when.day}/{when.month} {when:%H.%M}"

    def date_and_time(self, moment: str) -> str:
        """The local day with its year, and the time, of a UTC text: 20/11 2026 10.05."""
        when = local(moment)
        return f"{when.day}/{when.month} {when.year} {when:%H.%M}"


def _apart(value: Any) -> Any:
    """A name in Arabic must not turn the order of what stands around it."""
    if isinstance(value, str) and FROM_RIGHT_TO_LEFT.search(value):
        return f"{ISOLATE}{value}{END_OF_ISOLATE}"
    return value


def local(moment: str) -> datetime:
    """A UTC text as a moment in the zone of the device that shows it."""
    return from_text(moment).astimezone()


def load(language: str, folder: Path = FOLDER) -> dict[str, str | dict[str, str]]:
    """The texts of <language>.json and *.<language>.json together."""
    texts: dict[str, str | dict[str, str]] = {}
    for path in sorted(folder.glob(f"*{language}.json")):
        if path.name == f"{language}.json" or path.name.endswith(f".{language}.json"):
            texts.update(json.loads(path.read_text(encoding="utf-8")))
    return texts


def plural_form(language: str, count: int) -> str:
    """Unicode CLDR's cardinal category of a whole number."""
    if language != "ar":
        return "one" if count == 1 else "other"
    small: Mapping[int, str] = {0: "zero", 1: "one", 2: "two"}
    if count in small:
        return small[count]
    rest = count % 100
    if 3 <= rest <= 10:
        return "few"
    return "many" if rest >= 11 else "other"


def best_language(wanted: list[str]) -> str:
    """The first of the person's languages that there is; Swedish when none is."""
    for tag in wanted:
        language = tag.split("-")[0].split("_")[0].lower()
        if language in LANGUAGES:
            return language
    return DEFAULT
