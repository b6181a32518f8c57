"""The round that a finding was made on, when the coordinator wants to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.office.models.room import Room
from app.office.models.session import Session
from sync.central.accounts import Account
from sync.central.round_view import RoundView


@ft.observable
@dataclass
class Rounds:
    """shown: the round that is open, None for none. problem: why what was asked for there was not
    done. busy: a decision is on its way."""

    session: Session
    room: Room
    shown: RoundView | None = None
    problem: str | None = None
    busy: bool = False

    @property
    def may_approve(self) -> bool:
        """The protocol, of a round that has ended."""
        shown = self.shown
        return shown is not None and shown.has_protocol and self._may_decide(approved=False)

    @property
    def may_take_back(self) -> bool:
        return self._may_decide(approved=True)

    async def open(self, round_id: str) -> None:
        self.problem = None
        self.shown = await self._read(round_id)

    async def refresh(self) -> None:
        """What is open is shown as it is now."""
        before = self.shown
        if before is not None:
            fresh = await self._read(before.id)
            if self.shown is before:  # nobody closed it meanwhile
                self.shown = fresh

    def close(self) -> None:
        self.shown = None

    async def approve(self) -> None:
        await self._decide(self.session.desk.approve_protocol)

    async def take_back(self) -> None:
        await self._decide(self.session.desk.take_back_protocol)

    async def _decide(self, call: Callable[[Account, str], None]) -> None:
        """One at a time: a second press while the first is under way does nothing."""
        account, shown = self.session.account, self.shown
        if account is None or shown is None or self.busy:
            return
        self.busy = True
        self.session.dismiss()
        try:
            await self.session.ask(call, account, shown.id)
            self.problem = self.session.problem  # shown in the dialog, not behind it
            self.session.dismiss()
            await self.refresh()
        finally:
            self.busy = False

    async def _read(self, round_id: str) -> RoundView | None:
        account = self.session.account
        if account is None:
            return None
        return await self.session.ask(self.session.desk.round, account, self.room.seen, round_id)

    def _may_decide(self, *, approved: bool) -> bool:
        account, shown = self.session.account, self.shown
        return (
            account is not None
            and shown is not None
            and account.may_review(shown.area)
            and (shown.approved_at is not None) == approved
        )
