"""Choosing between what two people wrote without knowing of each other."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.office.models.room import Room
from app.office.models.rounds import Rounds
from app.office.models.session import Session
from sync.central.conflict_views import ConflictView


@ft.observable
@dataclass
class Choices:
    """busy: a choice is on its way."""

    session: Session
    room: Room
    rounds: Rounds
    busy: bool = False

    def may_choose(self, conflict: ConflictView, area: str) -> bool:
        account = self.session.account
        return account is not None and account.may_review(area) and not conflict.is_frozen

    async def choose(self, conflict: ConflictView, stamp: str) -> None:
        """One at a time: a second press while the first is under way does nothing."""
        account = self.session.account
        if account is None or self.busy:
            return
        self.busy = True
        self.session.dismiss()
        try:
            await self.session.ask(self.session.desk.choose, account, conflict, stamp)
            await self.room.refresh()
            await self.rounds.refresh()
        finally:
            self.busy = False
