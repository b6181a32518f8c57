"""Changing one's own password."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import flet as ft

from app.office.models.session import Session
from sync.central.desk import Declined


@ft.observable
@dataclass
class PasswordModel:
    """done: it was changed, and the dialog says so."""

    session: Session
    is_open: bool = False
    done: bool = False
    busy: bool = False
    error: str | None = None
    _old: str = ""
    _new: str = ""
    _again: str = ""

    def open(self) -> None:
        self._old = self._new = self._again = ""
        self.is_open, self.done, self.error = True, False, None

    def close(self) -> None:
        self.is_open = False

    def type_old(self, text: str) -> None:
        self._old = text

    def type_new(self, text: str) -> None:
        self._new = text

    def type_again(self, text: str) -> None:
        self._again = text

    async def save(self) -> None:
        account = self.session.account
        if account is None or self.busy:
            return
        if self._new != self._again:
            self.error = self.session.words.text("office.password.differ")
            return
        self.busy = True
        try:
            await asyncio.to_thread(
                self.session.desk.change_password, account, old=self._old, new=self._new
            )
        except Declined as declined:
            self.error = self.session.told(declined)
        else:
            self.error, self.done = None, True
        finally:
            self.busy = False
