"""A fault report that found no contact: kept as a fact, sent after the next good sync round."""

from __future__ import annotations

from sync.client.local_store import LocalStore
from sync.client.store_api import StoreApi

FACT = "error_report"


def keep_report(local: LocalStore, text: str) -> None:
    """One is enough: the newest says most."""
    local.set_facts({FACT: text})


async def send_kept_report(local: LocalStore, api: StoreApi) -> bool:
    """True when one was sent. One that the store does not take is not tried again."""
    text = local.fact(FACT)
    if text is None:
        return False
    await api.report_error(text)
    local.set_facts({FACT: None})
    return True
