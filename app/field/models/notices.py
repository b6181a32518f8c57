"""One short message at the bottom of the screen, with one thing to do about it at most."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import flet as ft

Undo = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """number: makes two equal texts two messages."""

    number: int
    text: str
    undo: Undo | None = None


@ft.observable
class Notices:
    def __init__(self) -> None:
        self.shown: Notice | None = None
        self._count = 0

    def show(self, text: str, undo: Undo | None = None) -> None:
        self._count += 1
        self.shown = Notice(number=self._count, text=text, undo=undo)

    def dismiss(self) -> None:
        self.shown = None

    async def undo(self) -> None:
        """Takes back what the message tells of, once."""
        notice, self.shown = self.shown, None
        if notice is not None and notice.undo is not None:
            await notice.undo()
