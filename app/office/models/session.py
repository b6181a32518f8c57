"""One person's visit to the office: language, window, who is logged in, and what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

import flet as ft

from app.i18n import DEFAULT, Words
from sync.central.accounts import Account
from sync.central.desk import UNAVAILABLE, Declined, Desk, LoggedOut

P = ParamSpec("P")
R = TypeVar("R")

NARROW_PX = 840
"""Below this width the list and the defect take turns."""


@ft.observable
@dataclass
class Session:
    """problem: a text for the person, in their language, until it is dismissed.

    unreachable: the store's database does not answer just now.
    """

    desk: Desk
    words: Words = field(default_factory=lambda: Words(DEFAULT))
    languages: list[str] = field(default_factory=lambda: [DEFAULT])
    width_px: float = 1280
    account: Account | None = None
    problem: str | None = None
    unreachable: bool = False

    @property
    def is_narrow(self) -> bool:
        return self.width_px < NARROW_PX

    def resized(self, width_px: float) -> None:
        """Only crossing the limit is worth drawing everything again."""
        if (width_px < NARROW_PX) != self.is_narrow:
            self.width_px = width_px

    def speak(self, language: str) -> None:
        self.words = Words(language)

    def log_out(self) -> None:
        self.account = None

    def told(self, declined: Declined) -> str:
        return self.words.text(f"office.refused.{declined.code}", seconds=declined.wait_s)

    def dismiss(self) -> None:
        self.problem = None

    async def ask(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """Runs a call of the desk in a thread. None, and `problem`, when it was declined."""
        try:
            answer = await asyncio.to_thread(call, *args, **kwargs)
        except LoggedOut:
            self.log_out()
            return None
        except Declined as declined:
            if declined.code == UNAVAILABLE:
                self.unreachable = True
            else:
                self.problem = self.told(declined)
            return None
        self.unreachable = False
        return answer
