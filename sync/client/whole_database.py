"""A database as one piece of bytes: kept beside, and put in the place of a damaged one."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from sync.client.local_store import LocalStore

log = logging.getLogger(__name__)

FILES = ("", "-wal", "-journal", "-shm")
"""What SQLite puts behind the name of a database."""


def packed(local: LocalStore) -> bytes:
    content: bytes = local.db.conn.serialize()
    return content


def put_in_place(
    content: bytes,
    path: Path,
    *,
    pragmas: Sequence[str],
    now: Callable[[], datetime],
    guard: Callable[[], AbstractContextManager[None]],
) -> None:
    """What is at `path` goes. May be cut anywhere and done again. Nobody has it open."""
    for end in FILES:
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
    local = LocalStore(str(path), pragmas=pragmas, now=now, guard=guard)
    source = sqlite3.connect(":memory:")
    try:
        source.deserialize(content)
        with guard():
            source.backup(local.db.conn)
    finally:
        source.close()
        local.close()


def count_on_from(local: LocalStore, position: int) -> None:
    """The next change gets a place in the outbox after all that there ever were."""
    with local.db.atomic():
        local.db.execute(
            "INSERT OR IGNORE INTO outbox (position, change_id, entity, entity_id, body)"
            " VALUES (?, '', '', '', '')",
            [position],
        )
        local.db.execute("DELETE FROM outbox WHERE change_id = ''")


def close_damaged(local: LocalStore) -> None:
    """By this SQLite writes to it and drops its log: not before what was read of it is safe."""
    try:
        local.close()
    except sqlite3.DatabaseError as error:
        log.info("the damaged database was closed: %s", error)
