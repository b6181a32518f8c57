"""A fault report: shown word for word before it is sent, kept when there is no contact."""

from __future__ import annotations

from enum import StrEnum

import flet as ft

from app.field.log_ring import LogRing
from app.field.services import Services
from app.version import VERSION
from sync.client.errors import SyncError
from sync.client.kept_reports import keep_report

MAX_CHARACTERS = 20_000


class ReportState(StrEnum):
    READY = "ready"
    BUSY = "busy"
    SENT = "sent"
    KEPT = "kept"
    NOT_TAKEN = "not_taken"


@ft.observable
class ReportModel:
    """text: exactly what is sent, the newest lines when there are too many."""

    def __init__(self, services: Services, ring: LogRing, build: str) -> None:
        head = f"Rundan {VERSION} {build}".strip()
        self.text = f"{head}\n" + "\n".join(ring.lines)[-MAX_CHARACTERS:]
        self.state = ReportState.READY
        self._services = services

    async def send(self) -> None:
        if self.state is ReportState.BUSY:
            return
        self.state = ReportState.BUSY
        services = self._services
        api = services.store_api
        try:
            problem = await api.report_error(self.text)
        except SyncError:
            keep_report(services.local, self.text)
            await services.storage.flush()
            self.state = ReportState.KEPT
        else:
            self.state = ReportState.SENT if problem is None else ReportState.NOT_TAKEN
