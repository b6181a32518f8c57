"""The store broken on purpose, to prove that the matrix sees it. No fault is the product."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine

from sync.central.api.services import Services
from sync.central.ledger import Ingested, Ledger
from sync.domain.change import Change
from sync.domain.ids import ChangeId


class StoreFault(StrEnum):
    NONE = ""
    ACKNOWLEDGES_BEFORE_WRITING = "acknowledges before writing"


def services_with(fault: StoreFault, services: Services) -> Services:
    if fault is StoreFault.ACKNOWLEDGES_BEFORE_WRITING:
        return replace(services, ledger=_Hasty(services.engine, services.ledger))
    return services


class _Hasty(Ledger):
    """Says yes to everything and writes it in a moment, when the answer is on its way."""

    def __init__(self, engine: Engine, ledger: Ledger) -> None:
        super().__init__(store_device=ledger._store_device, now=ledger._now, random=ledger._random)
        self._engine = engine

    def ingest(
        self, connection: Connection, changes: Sequence[Mapping[str, Any] | Change], **who: Any
    ) -> Ingested:
        threading.Thread(target=self._later, args=[changes, who], daemon=True).start()
        ids = (raw.change_id if isinstance(raw, Change) else raw["change_id"] for raw in changes)
        return Ingested(accepted=tuple(map(ChangeId, ids)), refused=())

    def _later(self, changes: Sequence[Mapping[str, Any] | Change], who: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            super().ingest(connection, changes, **who)
