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


REFUSED_LAST = "wire_refused_last"
"""Fact: the store knew neither version, and this one it was asked in last. From then on it is asked
in one a round, in turn."""


def spoken_version(local: LocalStore) -> int:
    since, synced_at = local.fact(OLDER_SINCE), local.fact("synced_at")
    return OLDEST if since is not None and since == _day(synced_at) else VERSION


async def ask_in_its_version(
    local: LocalStore, api: StoreApi, request: SyncRequest
) -> tuple[SyncAnswer, Mapping[str, str | None]]:
    """The answer, and the facts that remember how it was got.

    Raises TooOld when the store knows none of the versions that this release speaks.
    """
    refused = local.fact(REFUSED_LAST)
    if refused is not None:
        return await _ask_in(local, api, request, VERSION if refused == str(OLDEST) else OLDEST)
    if spoken_version(local) == OLDEST:
        return await api.sync(request, OLDEST), {}
    try:
        return await api.sync(request, VERSION), {OLDER_SINCE: None}
    except TooOld:
        log.info("the store does not know version %d of the wire", VERSION)
    return await _ask_in(local, api, request, OLDEST)


async def _ask_in(
    local: LocalStore, api: StoreApi, request: SyncRequest, version: int
) -> tuple[SyncAnswer, Mapping[str, str | None]]:
    try:
        answer = await api.sync(request, version)
    except TooOld:
        local.set_facts({REFUSED_LAST: str(version)})
        raise
    older_since = _day(answer.now) if version == OLDEST else None
    return answer, {OLDER_SINCE: older_since, REFUSED_LAST: None}


def _day(moment: str | None) -> str | None:
    return None if moment is None else moment[:10]
