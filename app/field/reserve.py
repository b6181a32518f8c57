"""Room that is kept for words: a full phone still saves the text and the place of what was seen."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable

from app.device.storage.errors import PhotoMissing, StorageError, StorageFull
from app.device.storage.protocol import Storage

log = logging.getLogger(__name__)

NAME = "reserve"
RESERVE_BYTES = 512 * 1024
"""Some hundred observations without photos, and the log that one of them may need."""


async def keep_reserve(storage: Storage) -> None:
    """At every start: what was used is taken again when there is room."""
    if NAME in await storage.beside.names():
        return
    try:
        await storage.beside.write(NAME, os.urandom(RESERVE_BYTES))
    except StorageError as error:
        log.info("no room for a reserve: %s", type(error).__name__)


async def release_reserve(storage: Storage) -> bool:
    """False when there is none left."""
    try:
        await storage.beside.delete(NAME)
    except PhotoMissing:
        return False
    log.warning("the phone is full: the reserve is used")
    return True


async def with_reserve(storage: Storage, write: Callable[[], Awaitable[None]]) -> None:
    """write: a step of a save, may be done twice. Raises StorageError as it does."""
    try:
        await write()
    except StorageFull:
        if not await release_reserve(storage):
            raise
        await write()
