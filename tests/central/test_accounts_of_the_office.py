"""Logging in to the office, the first password, and changing it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from sync.central.accounts import (
    FIRST_NAME,
    FIRST_PASSWORD_FILE,
    FREE_TRIES,
    Accounts,
    Role,
    TooManyTries,
    WeakPassword,
    WrongPassword,
)
from sync.central.engine import migrate, open_engine
from sync.central.tables import account
from sync.domain.instants import to_text
from tests.office.small_store import FAST_HASHER

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'store.sqlite'}")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(FAST_HASHER)


def _first(accounts: Accounts, engine: Engine, folder: Path) -> str | None:
    with engine.begin() as connection:
        return accounts.ensure_first_account(connection, folder, NOW)


def test_an_empty_store_gets_one_account_with_a_readable_password(
    accounts: Accounts, engine: Engine, tmp_path: Path
) -> None:
    password = _first(accounts, engine, tmp_path)
    assert password is not None
    assert len(password) == 19
    file = tmp_path / FIRST_PASSWORD_FILE
    assert file.read_text() == password
    assert file.stat().st_mode & 0o777 == 0o600
    with engine.begin() as connection:
        found = accounts.log_in(connection, " Samordnare ", password, NOW)
    assert (found.name, found.role) == (FIRST_NAME, Role.ADMINISTRATOR)


def test_the_first_password_is_told_at_every_start_until_it_is_changed(
    accounts: Accounts, engine: Engine, tmp_path: Path
) -> None:
    first = _first(accounts, engine, tmp_path)
    assert first is not None
    assert _first(accounts, engine, tmp_path) == first
    with engine.begin() as connection:
        found = accounts.log_in(connection, FIRST_NAME, first, NOW)
        accounts.change_password(
            connection, found, old=first, new="tre gula cyklar", folder=tmp_path, now=NOW
        )
    assert _first(accounts, engine, tmp_path) is None
    assert not (tmp_path / FIRST_PASSWORD_FILE).exists()


def test_a_file_that_no_longer_holds_the_password_is_not_told(
    accounts: Accounts, engine: Engine, tmp_path: Path
) -> None:
    _first(accounts, engine, tmp_path)
    (tmp_path / FIRST_PASSWORD_FILE).write_text("something else")
    assert _first(accounts, engine, tmp_path) is None


@pytest.mark.parametrize("name", [FIRST_NAME, "nobody", "", "x" * 10_000])
def test_a_wrong_name_or_password_is_refused_alike(
    accounts: Accounts, engine: Engine, tmp_path: Path, name: str
) -> None:
    _first(accounts, engine, tmp_path)
    with engine.begin() as connection, pytest.raises(WrongPassword):
        accounts.log_in(connection, name, "wrong" * 1000, NOW)


def test_after_five_wrong_tries_one_has_to_wait_longer_each_time(
    accounts: Accounts, engine: Engine, tmp_path: Path
) -> None:
    password = _first(accounts, engine, tmp_path)
    assert password is not None
    now = NOW
    waits = []
    with engine.begin() as connection:
        for _ in range(FREE_TRIES):
            with pytest.raises(WrongPassword):
                accounts.log_in(connection, FIRST_NAME, "wrong", now)
        for _ in range(3):
            with pytest.raises(TooManyTries) as told:
                accounts.log_in(connection, FIRST_NAME, password, now)
            waits.append(told.value.wait_s)
            now += timedelta(seconds=told.value.wait_s)
            with pytest.raises(WrongPassword):
                accounts.log_in(connection, FIRST_NAME, "wrong", now)
        now += timedelta(hours=1)
        accounts.log_in(connection, FIRST_NAME, password, now)
        with pytest.raises(WrongPassword):
            accounts.log_in(connection, FIRST_NAME, "wrong", now)
        accounts.log_in(connection, FIRST_NAME, password, now)
    assert waits == [5, 10, 20]


def test_a_closed_account_does_not_get_in(
    accounts: Accounts, engine: Engine, tmp_path: Path
) -> None:
    password = _first(accounts, engine, tmp_path)
    assert password is not None
    with engine.begin() as connection:
        connection.execute(update(account).values(disabled_at=to_text(NOW)))
        with pytest.raises(WrongPassword):
            accounts.log_in(connection, FIRST_NAME, password, NOW)


@pytest.mark.parametrize(
    ("new", "code"),
    [("elva tecken", "too_short"), ("x" * 201, "too_long"), ("Samordnare-kirseberg", None)],
)
def test_a_new_password_has_at_least_twelve_characters(
    accounts: Accounts, engine: Engine, tmp_path: Path, new: str, code: str | None
) -> None:
    first = _first(accounts, engine, tmp_path)
    assert first is not None
    with engine.begin() as connection:
        found = accounts.log_in(connection, FIRST_NAME, first, NOW)
        if code is None:
            accounts.change_password(
                connection, found, old=first, new=new, folder=tmp_path, now=NOW
            )
            accounts.log_in(connection, FIRST_NAME, new, NOW)
        else:
            with pytest.raises(WeakPassword, match=code):
                accounts.change_password(
                    connection, found, old=first, new=new, folder=tmp_path, now=NOW
                )


def test_the_old_password_is_needed_to_set_a_new_one(
    accounts: Accounts, engine: Engine, tmp_path: Path
) -> None:
    first = _first(accounts, engine, tmp_path)
    assert first is not None
    with engine.begin() as connection:
        found = accounts.log_in(connection, FIRST_NAME, first, NOW)
        with pytest.raises(WrongPassword):
            accounts.change_password(
                connection, found, old="guess", new="tre gula cyklar", folder=tmp_path, now=NOW
            )
