"""What the store knows of itself, one text per name, in the table store_fact."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from sync.central.tables import store_fact

_OF: BindParameter[str] = bindparam("of")
_READ = select(store_fact.c.value).where(store_fact.c.name == _OF)
_CHANGE = update(store_fact).where(store_fact.c.name == _OF).values(value=bindparam("new"))


class Fact(StrEnum):
    STORE_ID = "store_id"
    CLOCK = "clock"
    CODE_KEY = "code_key"
    CITY = "city"
    LETTERS_GIVEN = "letters_given"
    MARK = "mark"
    PUT_BACK = "put_back"


def read_fact(connection: Connection, name: Fact) -> str | None:
    return connection.execute(_READ, {"of": name.value}).scalar()


def write_fact(connection: Connection, name: Fact, value: str) -> None:
    changed = connection.execute(_CHANGE, {"of": name.value, "new": value})
    if changed.rowcount == 0:
        connection.execute(insert(store_fact).values(name=name.value, value=value))


def fact_or_new(connection: Connection, name: Fact, new: str) -> str:
    """The fact; `new` is written down as the fact when there is none."""
    known = read_fact(connection, name)
    if known is None:
        write_fact(connection, name, new)
        return new
    return known
