"""The store's database for a command that runs beside the store, or before it ever has."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sqlalchemy import Engine

from sync.central.composition import now, put_first_areas
from sync.central.engine import HEAD, migrate, open_engine, reading, revision_of
from sync.central.facts import Fact, fact_or_new
from sync.central.ledger import Ledger
from sync.domain.ids import DeviceId


class StoreIsOlder(Exception):
    """A running store of an older release holds the folder."""


def open_database(folder: Path) -> Engine:
    """Migrated, with areas. The folder is locked only while tables are made, so that the store
    can start at any other time.

    Raises OSError, StoreIsNewer, StoreIsOlder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(f"sqlite:///{(folder / 'rundan.sqlite').resolve()}")
    with reading(engine) as connection:
        is_ready = revision_of(connection) == HEAD
    if not is_ready:
        with (folder / "rundan.lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreIsOlder(str(folder)) from error
            migrate(engine)
            with engine.begin() as connection:
                put_first_areas(connection)
    return engine


def ledger_of(engine: Engine) -> Ledger:
    with engine.begin() as connection:
        store_id = fact_or_new(connection, Fact.STORE_ID, os.urandom(16).hex())
    return Ledger(store_device=DeviceId(store_id), now=now, random=os.urandom)
