"""Logging in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import flet as ft

from app.office.models.session import Session
from sync.central.desk import Declined


@ft.observable
@dataclass
class LoginModel:
    session: Session
    error: str | None = None
    busy: bool = False
    _name: str = ""
    _password: str = ""

    @property
    def name(self) -> str:
        return self._name

    def type_name(self, name: str) -> None:
        self._name = name

    def type_password(self, password: str) -> None:
        self._password = password

    async def log_in(self) -> None:
        if self.busy:
            return
        if not self._name.strip() or not self._password:
            self.error = self.session.words.text("office.login.both_needed")
            return
        self.busy = True
        try:
            account = await asyncio.to_thread(self.session.desk.log_in, self._name, self._password)
        except Declined as declined:
            self.error = self.session.told(declined)
        else:
            self.error, self._password = None, ""
            self.session.account = account
        finally:
            self.busy = False
