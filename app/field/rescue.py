"""What is done about a damaged database: salvage, give away, start over. Nothing is deleted.

Starting over, in an order that may be cut anywhere: the damaged files are copied beside; what was
salvaged is put beside as a whole new database; the old files go; the new one takes their place.
A start that finds the new database still beside begins at the third step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from app.device.sharing import Sharing
from app.device.storage.errors import PhotoMissing, database_errors
from app.device.storage.protocol import Storage
from sync.client.hand_over import write_hand_over
from sync.client.local_store import LocalStore
from sync.client.salvage import put_back, salvage
from sync.client.whole_database import close_damaged, count_on_from, packed, put_in_place
from sync.domain.instants import to_text
from sync.hand_over.file import Manifest, Writable

log = logging.getLogger(__name__)

RESCUED = "rescued.db"


@dataclass(slots=True, kw_only=True)
class Rescue:
    """database, log: the bytes as they were found. facts: who the phone is, as its seal says.

    position: of the last change ever put in the outbox. opened: the connection to be closed.
    drafts: what stood on the screen when the damage was noticed.
    """

    storage: Storage
    now: Callable[[], datetime]
    database: bytes = field(repr=False)
    log: bytes = field(repr=False)
    facts: Mapping[str, str] = field(repr=False)
    position: int
    opened: LocalStore | None = None
    sharing: Sharing | None = None
    drafts: Mapping[str, dict[str, Any]] = field(default_factory=dict, repr=False)

    async def salvaged(self) -> LocalStore:
        """All that could be read, as a database in memory. The caller closes it."""
        found = salvage(self.database, self.log)
        names = await self.storage.photos.names()
        local = LocalStore(":memory:", now=self.now)
        put_back(local, found, known_facts=self.facts, files=set(names))
        local.keep_drafts(dict(self.drafts))
        count_on_from(local, self.position)
        log.warning(
            "salvaged %d changes; %d could not be read", len(found.outbox), found.unreadable
        )
        return local

    async def write_file(self, out: Writable) -> Manifest:
        """What was salvaged and not sent, as a phone hands it over."""
        local = await self.salvaged()
        try:
            return await write_hand_over(out, local, self.storage.photos, self.now())
        finally:
            local.close()

    async def start_over(self) -> None:
        """Raises StorageError; then all is as it was, and it can be tried again."""
        beside, label = self.storage.beside, _label(self.now())
        await beside.write(f"damaged-{label}.db", self.database)
        if self.log:
            await beside.write(f"damaged-{label}.db-wal", self.log)
        local = await self.salvaged()
        try:
            content = packed(local)
        finally:
            local.close()
        await beside.write(RESCUED, content)
        self.close()
        await finish_starting_over(self.storage, self.now)

    def close(self) -> None:
        """The damaged database is let go; only once what was salvaged is on disk."""
        opened, self.opened = self.opened, None
        if opened is not None:
            close_damaged(opened)


async def finish_starting_over(storage: Storage, now: Callable[[], datetime]) -> None:
    """The salvaged database takes the place of what is there; nothing when there is none."""
    try:
        content = await storage.beside.read(RESCUED)
    except PhotoMissing:
        return
    path = Path(storage.database_path)
    put_in_place(content, path, pragmas=storage.pragmas, now=now, guard=database_errors)
    await storage.flush()
    await storage.beside.delete(RESCUED)


def _label(now: datetime) -> str:
    return "".join(c for c in to_text(now) if c.isalnum())
