"""A fault report: shown word for word before it is sent, kept when it cannot be sent now."""

from __future__ import annotations

from enum import StrEnum

import flet as ft

from app.device.sharing import TEXT, SharedFile
from app.field.log_ring import LogRing
from app.field.models.giving import give
from app.field.models.notices import Notices
from app.field.services import Services
from app.i18n import Words
from app.version import VERSION
from sync.client.errors import SignInNeeded, SyncError
from sync.client.kept_reports import keep_report

MAX_CHARACTERS = 20_000


class ReportState(StrEnum):
    READY = "ready"
    BUSY = "busy"
    SENT = "sent"
    KEPT = "kept"
    NEEDS_CODE = "needs_code"
    NOT_TAKEN = "not_taken"


@ft.observable
class ReportModel:
    """text: exactly what is sent, the newest lines when there are too many."""

    def __init__(
        self, services: Services, ring: LogRing, build: str, notices: Notices, words: Words
    ) -> None:
        head = f"Rundan {VERSION} {build}".strip()
        self.text = f"{head}\n" + "\n".join(ring.lines)[-MAX_CHARACTERS:]
        self.state = ReportState.READY
        self._services, self._notices, self._words = services, notices, words

    async def send(self) -> None:
        if self.state is ReportState.BUSY:
            return
        self.state = ReportState.BUSY
        services = self._services
        api = services.store_api
        try:
            problem = await api.report_error(self.text)
        except SyncError as error:
            keep_report(services.local, self.text)
            await services.storage.flush()
            has_joined = services.local.fact("store_id") is not None
            is_out = isinstance(error, SignInNeeded) or not has_joined
            self.state = ReportState.NEEDS_CODE if is_out else ReportState.KEPT
        else:
            self.state = ReportState.SENT if problem is None else ReportState.NOT_TAKEN

    async def give(self) -> None:
        """As a file, for whoever looks after Rundan."""
        name = f"rundan-felrapport-{self._services.now():%Y%m%d-%H%M%S}.txt"
        await give(
            self._services.sharing,
            SharedFile(name=name, media_type=TEXT, content=self.text.encode()),
            self._words("report.as_file"),
            "end.hand_over.saved",
            self._notices,
            self._words,
        )
