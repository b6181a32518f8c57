"""The round that a finding was made on, when the coordinator wants to read it."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.office.models.room import Room
from app.office.models.session import Session
from sync.central.round_view import RoundView


@ft.observable
@dataclass
class Rounds:
    """shown: the round that is open, None for none."""

    session: Session
    room: Room
    shown: RoundView | None = None

    async def open(self, round_id: str) -> None:
        account = self.session.account
        if account is not None:
            desk = self.session.desk
            self.shown = await self.session.ask(desk.round, account, self.room.seen, round_id)

    async def refresh(self) -> None:
        """What is open is shown as it is now."""
        if self.shown is not None:
            await self.open(self.shown.id)

    def close(self) -> None:
        self.shown = None
