"""The store that this phone belongs to, asked as this phone."""

from __future__ import annotations

from sync.client.local_store import LocalStore
from sync.client.store_api import StoreApi
from sync.client.transport import Transport

NAMED = "store_is_named"
"""Fact: the store named itself in its last sync answer."""


def own_store(local: LocalStore, base_url: str, transport: Transport) -> StoreApi:
    """base_url: no slash at its end."""
    return StoreApi(
        base_url=base_url,
        token=local.fact("token"),
        transport=transport,
        store_id=local.fact("store_id"),
        is_named=local.fact(NAMED) is not None,
    )
