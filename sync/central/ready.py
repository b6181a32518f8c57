"""Statements that every photo asks, compiled once and run on the driver's own connection.

SQLAlchemy says what they mean and knows both databases. Per statement in a transaction of its own
it takes 0.2 ms, though, where the driver takes 0.01 (docs/sync-speed.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    JSON,
    ClauseElement,
    Connection,
    Dialect,
    Engine,
    Select,
    Text,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.exc import DBAPIError

from sync.central.turns import TurnTaking

Row = tuple[Any, ...]
Given = Callable[[Mapping[str, Any]], Any]


def values_of(name: str, dialect: str) -> Select[Any]:
    """The values of a JSON list of texts that is one parameter: for an IN of any length."""
    given = bindparam(name, type_=Text)
    if dialect == "postgresql":
        return select(func.json_array_elements_text(cast(given, JSON)).column_valued("value"))
    return select(func.json_each(given).table_valued("value").c.value)


class Ready:
    """One statement; every parameter of it has a name.

    statement: a function of the dialect's name where the two databases say it differently.
    columns: those an INSERT is given.
    """

    def __init__(
        self, statement: ClauseElement | Callable[[str], ClauseElement], columns: Sequence[str] = ()
    ) -> None:
        self._statement, self._columns = statement, columns
        self._compiled: dict[str, tuple[str, Given]] = {}

    def on(self, dialect: Dialect) -> tuple[str, Given]:
        """Its SQL, and what makes of named parameters those that the driver wants."""
        if dialect.name not in self._compiled:
            statement = self._statement
            if not isinstance(statement, ClauseElement):
                statement = statement(dialect.name)
            compiled = statement.compile(dialect=dialect, column_keys=self._columns or None)
            given = _in_order(getattr(compiled, "positiontup", None))
            self._compiled[dialect.name] = str(compiled), given
        return self._compiled[dialect.name]


class Plain:
    """A connection of the driver's. Raises what SQLAlchemy raises."""

    def __init__(self, dialect: Dialect, connection: Any) -> None:
        self._dialect, self._cursor = dialect, connection.cursor()

    def one(self, ready: Ready, parameters: Mapping[str, Any]) -> Row | None:
        """The first row; None when there is none."""
        self._run(ready, parameters)
        row: Row | None = self._cursor.fetchone()
        return row

    def all(self, ready: Ready, parameters: Mapping[str, Any]) -> list[Row]:
        self._run(ready, parameters)
        rows: list[Row] = self._cursor.fetchall()
        return rows

    def many(self, ready: Ready, all_parameters: Sequence[Mapping[str, Any]]) -> None:
        """Runs a statement that gives nothing back, once for each."""
        if all_parameters:
            sql, given = ready.on(self._dialect)
            with _Translating(self._dialect):
                self._cursor.executemany(sql, list(map(given, all_parameters)))

    def _run(self, ready: Ready, parameters: Mapping[str, Any]) -> None:
        sql, given = ready.on(self._dialect)
        with _Translating(self._dialect):
            self._cursor.execute(sql, given(parameters))


def plain_of(connection: Connection) -> Plain:
    """The driver's connection in the midst of one of SQLAlchemy's transactions.

    One is begun if there is none, as SQLAlchemy does at a statement of its own.
    """
    if not connection.in_transaction():
        connection.begin()
    return Plain(connection.dialect, connection.connection)


@contextmanager
def plain_reading(engine: Engine) -> Iterator[Plain]:
    """For questions; each sees the store as it is when it is asked, and blocks no writer."""
    with _lent(engine) as connection:
        yield Plain(engine.dialect, connection)


@contextmanager
def plain_writing(engine: Engine) -> Iterator[Plain]:
    """What is written in it is on disk at its end, or none of it when it raises."""
    with _lent(engine) as connection, _Translating(engine.dialect):
        raw = connection.dbapi_connection
        if isinstance(raw, TurnTaking):
            raw.take_turn()
        try:
            if engine.dialect.name == "sqlite":
                raw.execute("BEGIN IMMEDIATE")
            yield Plain(engine.dialect, connection)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise


@contextmanager
def _lent(engine: Engine) -> Iterator[Any]:
    connection = engine.raw_connection()
    try:
        yield connection
    finally:
        connection.close()


class _Translating:
    """The driver's errors as SQLAlchemy's, which are those that the store tells apart."""

    __slots__ = ("_dialect",)

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> None:
        driver = self._dialect.loaded_dbapi
        if isinstance(error, driver.Error):
            raise DBAPIError.instance(
                None, None, error, driver.Error, hide_parameters=True, dialect=self._dialect
            ) from error


def _in_order(places: Sequence[str] | None) -> Given:
    """places: names in the order of the driver's places; None where it takes names."""
    if places is None:
        return lambda parameters: parameters
    if len(places) < 2:
        return lambda parameters: [parameters[name] for name in places]
    return itemgetter(*places)
