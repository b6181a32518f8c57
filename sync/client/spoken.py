"""Which version of the wire this phone's store understands: this release's, or the one before.

Asked for anew once a day of the store's own clock; the phone's may be wrong.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sync.client.errors import TooOld
from sync.client.local_store import LocalStore
from sync.client.store_api import StoreApi
from sync.wire import OLDEST, VERSION, SyncAnswer, SyncRequest

log = logging.getLogger(__name__)

OLDER_SINCE = "older_wire_since"
"""Fact: the store's day, as 2026-11-20, on which it last did not know VERSION."""


def spoken_version(local: LocalStore) -> int:
    since, synced_at = local.fact(OLDER_SINCE), local.fact("synced_at")
    return OLDEST if since is not None and since == _day(synced_at) else VERSION


async def ask_in_its_version(
    local: LocalStore, api: StoreApi, request: SyncRequest
) -> tuple[SyncAnswer, Mapping[str, str | None]]:
    """The answer, and the facts that remember how it was got.

    Raises TooOld when the store knows none of the versions that this release speaks.
    """
    if spoken_version(local) == OLDEST:
        return await api.sync(request, OLDEST), {}
    try:
        return await api.sync(request, VERSION), {OLDER_SINCE: None}
    except TooOld:
        log.info("the store does not know version %d of the wire", VERSION)
    answer = await api.sync(request, OLDEST)
    return answer, {OLDER_SINCE: _day(answer.now)}


def _day(moment: str | None) -> str | None:
    return None if moment is None else moment[:10]
