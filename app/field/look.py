"""How the whole app looks and reads, as one value; who shows it is app/page_look.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.field.preferences import Appearance
from app.i18n import RIGHT_TO_LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """text_percent: of the phone's own text size."""

    language: str
    appearance: Appearance = Appearance.SYSTEM
    text_percent: int = 100

    @property
    def is_right_to_left(self) -> bool:
        return self.language in RIGHT_TO_LEFT


ShowLook = Callable[[Look], Awaitable[None]]
