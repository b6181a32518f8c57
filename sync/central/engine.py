"""Opening the store's database, and bringing its tables up to date.

On SQLite one writer works at a time and readers never wait: `engine.begin()` takes the write lock
at once (BEGIN IMMEDIATE), so two writers queue instead of deadlocking half-way; what only reads
goes through `reading(engine)`, which takes no lock.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Insert,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import StaticPool

from sync.central.turns import TurnTaking

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0005"
"""The newest revision in MIGRATIONS; a test holds it."""

BUSY_TIMEOUT_MS = 15_000
_READING = "rundan_reading"

log = logging.getLogger(__name__)


class StoreIsNewer(Exception):
    """The database was made by a newer release of Rundan than this one."""


def open_engine(url: str) -> Engine:
    """An engine for SQLite (`sqlite:////data/rundan.sqlite`) or PostgreSQL.

    What people wrote is in the parameters of statements, so errors hide them.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    if parsed.database in (None, "", ":memory:"):
        engine = create_engine(
            parsed,
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,
        )
    else:
        engine = create_engine(
            parsed,
            pool_size=8,
            max_overflow=40,
            hide_parameters=True,
            connect_args={"factory": TurnTaking},
        )
        event.listen(engine, "connect", partial(_line_up, Lock()))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection whose statements all see one moment of the store and block no writer."""
    with engine.connect().execution_options(**{_READING: True}) as connection:
        yield connection


def insert_new(connection: Connection, table: Table, *rows: Mapping[str, Any]) -> None:
    """Inserts rows, or leaves those with their keys as they are. All have the same columns."""
    if rows:
        connection.execute(insert_if_new(table, connection.dialect.name), rows)


@cache
def insert_if_new(table: Table, dialect: str) -> Insert:
    """An INSERT that leaves a row with the same key as it is. dialect: its name."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


def migrate(engine_or_url: Engine | str) -> None:
    """Runs the migrations that are missing; a few milliseconds when there are none.

    Raises StoreIsNewer when the database has a revision that this release does not know.
    """
    if isinstance(engine_or_url, str):
        engine = open_engine(engine_or_url)
        try:
            migrate(engine)
        finally:
            engine.dispose()
        return
    with engine_or_url.begin() as connection:
        before = revision_of(connection)
        if before == HEAD:
            return
        _upgrade(connection, before)
        log.info("database migrated from %s to %s", before or "nothing", HEAD)


def revision_of(connection: Connection) -> str | None:
    """None before the first migration."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, before: str | None) -> None:
    # imported here: alembic takes longer to load than everything else a start does
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if before is not None and before not in known:
        raise StoreIsNewer(
            f"the database is at revision {before}, which this release does not know: "
            "start the release that made it, or a newer one"
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None  # the driver's own BEGIN comes too late; see below
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _line_up(turns: Lock, dbapi_connection: TurnTaking, _record: Any) -> None:
    dbapi_connection.turns = turns


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(_READING, False):
        connection.exec_driver_sql("BEGIN")
        return
    raw = connection.connection.dbapi_connection
    if isinstance(raw, TurnTaking):
        raw.take_turn()
    connection.exec_driver_sql("BEGIN IMMEDIATE")
