"""The phones of the area: who is enrolled, letting new ones in, shutting lost ones out."""

from __future__ import annotations

from dataclasses import dataclass, field

import flet as ft

from app.office.models.session import Session
from sync.central.desk import Invitation
from sync.central.devices import Device
from sync.domain.ids import AreaCode


@ft.observable
@dataclass
class Phones:
    """revoking: the phone that is about to be shut out, waiting for a yes."""

    session: Session
    is_open: bool = False
    loaded: bool = False
    devices: list[Device] = field(default_factory=list)
    revoking: Device | None = None
    invitation: Invitation | None = None

    async def open(self) -> None:
        self.is_open, self.invitation, self.revoking = True, None, None
        await self.refresh()

    def close(self) -> None:
        self.is_open, self.invitation, self.revoking = False, None, None

    async def refresh(self) -> None:
        account = self.session.account
        if account is not None:
            self.devices = await self.session.ask(self.session.desk.devices, account) or []
            self.loaded = True

    async def invite(self, areas: list[AreaCode]) -> None:
        account = self.session.account
        if account is not None:
            self.invitation = await self.session.ask(self.session.desk.invite, account, areas)

    def ask_to_revoke(self, device: Device) -> None:
        self.revoking = device

    def keep(self) -> None:
        self.revoking = None

    async def revoke(self) -> None:
        account, device = self.session.account, self.revoking
        self.revoking = None
        if account is not None and device is not None:
            await self.session.ask(self.session.desk.revoke, account, device.device_id)
            await self.refresh()
