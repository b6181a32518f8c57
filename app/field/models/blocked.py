"""Why the app cannot open, as the key of the title and the body that say so."""

from __future__ import annotations

from app.device.storage.errors import (
    AlreadyOpen,
    AppNotLoaded,
    InsecurePage,
    StorageDamaged,
    StorageError,
    StorageFull,
)

NOT_LOADED = "app.not_loaded"
"""Something of the app itself is missing: it comes only with the page loaded anew."""


def blocked_key(error: StorageError) -> str:
    if isinstance(error, AlreadyOpen):
        return "app.already_open"
    if isinstance(error, StorageFull):
        return "app.storage_full"
    if isinstance(error, InsecurePage):
        return "app.insecure"
    if isinstance(error, AppNotLoaded):
        return NOT_LOADED
    if isinstance(error, StorageDamaged):
        return "app.storage_damaged"
    return "app.storage_unavailable"
