"""Statements past SQLAlchemy's machinery: what they mean, and what they raise, stays the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, bindparam, insert, make_url, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from sync.central import current, devices, ledger, photos
from sync.central.engine import migrate, open_engine
from sync.central.ready import Ready, plain_of, plain_reading, plain_writing
from sync.central.tables import store_fact

FACT = Ready(select(store_fact.c.value).where(store_fact.c.name == bindparam("name")))
NOTE = Ready(insert(store_fact), ("name", "value"))
EVERY = [
    *(one for one in vars(photos).values() if isinstance(one, Ready)),
    *(one for one in vars(devices).values() if isinstance(one, Ready)),
    *(one for one in vars(ledger).values() if isinstance(one, Ready)),
    *current._ROWS.values(),
    *current._INSERT.values(),
    *current._UPDATE.values(),
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'rundan.sqlite'}")
    migrate(opened)
    yield opened
    opened.dispose()


def fact(engine: Engine, name: str) -> str | None:
    with plain_reading(engine) as plain:
        row = plain.one(FACT, {"name": name})
    return None if row is None else str(row[0])


def test_what_was_written_is_read_by_its_name(engine: Engine) -> None:
    with plain_writing(engine) as plain:
        plain.many(NOTE, [{"name": "ett", "value": "1"}, {"value": "2", "name": "två"}])
        plain.many(NOTE, [])
    assert (fact(engine, "ett"), fact(engine, "två"), fact(engine, "tre")) == ("1", "2", None)


def test_nothing_stays_of_what_ended_half_way(engine: Engine) -> None:
    with pytest.raises(RuntimeError), plain_writing(engine) as plain:
        plain.many(NOTE, [{"name": "ett", "value": "1"}])
        raise RuntimeError
    assert fact(engine, "ett") is None
    with plain_writing(engine) as plain:  # and the next writer does not wait for it
        plain.many(NOTE, [{"name": "ett", "value": "1"}])


def test_the_first_statement_of_a_connection_begins_its_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        plain_of(connection).many(NOTE, [{"name": "ett", "value": "1"}])
        connection.rollback()
    assert fact(engine, "ett") is None
    with engine.connect() as connection:
        plain_of(connection).many(NOTE, [{"name": "ett", "value": "1"}])
        connection.commit()
    assert fact(engine, "ett") == "1"


def test_it_is_part_of_the_transaction_it_was_asked_in(engine: Engine) -> None:
    with pytest.raises(RuntimeError), engine.begin() as connection:
        plain_of(connection).many(NOTE, [{"name": "ett", "value": "1"}])
        assert connection.execute(text("SELECT value FROM store_fact WHERE name = 'ett'")).scalar()
        raise RuntimeError
    assert fact(engine, "ett") is None


def test_errors_are_those_that_the_store_tells_apart(engine: Engine) -> None:
    """A full or broken disk is answered with "try again later"; see DISK_FAULTS."""
    with plain_writing(engine) as plain:
        plain.many(NOTE, [{"name": "ett", "value": "1"}])
    with pytest.raises(IntegrityError), plain_writing(engine) as plain:
        plain.many(NOTE, [{"name": "ett", "value": "2"}])
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE store_fact"))
    with pytest.raises(OperationalError) as raised:
        fact(engine, "ett")
    assert isinstance(raised.value.orig, sqlite3.OperationalError)


@pytest.mark.parametrize("ready", EVERY)
def test_postgresql_is_given_every_parameter_by_its_name(ready: Ready) -> None:
    sql, given = ready.on(make_url("postgresql+psycopg://").get_dialect()())
    named = {"name": "value"}
    assert "%(" in sql and given(named) == named
