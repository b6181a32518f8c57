"""A fault report that found no contact: kept as a fact, sent after the next good sync round."""

from __future__ import annotations

import logging

from sync.client.errors import SyncError
from sync.client.local_store import LocalStore
from sync.client.store_api import StoreApi

FACT = "error_report"

log = logging.getLogger(__name__)


def keep_report(local: LocalStore, text: str) -> None:
    """One is enough: the newest says most."""
    local.set_facts({FACT: text})


async def send_kept_report(local: LocalStore, api: StoreApi) -> bool:
    """True when one was sent. One that the store does not take is not tried again.

    One that did not get there waits, and makes the round before it no worse.
    """
    text = local.fact(FACT)
    if text is None:
        return False
    try:
        await api.report_error(text)
    except SyncError as error:
        log.info("the fault report waits: %s: %s", type(error).__name__, error)
        return False
    local.set_facts({FACT: None})
    return True
