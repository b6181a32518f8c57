"""Accounts of the office: who may log in, with which password, and what their role allows.

* AccountError
  - WrongPassword    name or password is wrong (which of them is not said)
  - TooManyTries     wait `wait_s` seconds before the next try
  - WeakPassword     the new password is too short or too well known; `code` says which
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, func, insert, select, update

from sync.central.durable import sync_to_disk
from sync.central.tables import account as accounts
from sync.domain.ids import AreaCode, uuid7
from sync.domain.instants import to_ms, to_text

FIRST_NAME = "samordnare"
FIRST_PASSWORD_FILE = "first-password"
MIN_PASSWORD = 12
MAX_PASSWORD = 200
FREE_TRIES = 5
LONGEST_WAIT_S = 15 * 60

_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # no 0/o, 1/i/l: it is copied from a terminal


class Role(StrEnum):
    COORDINATOR = "coordinator"
    CITY = "city"
    ADMINISTRATOR = "administrator"


class AccountError(Exception):
    """A log-in or a change of password that is not accepted."""


class WrongPassword(AccountError):
    """Name or password is wrong."""


class TooManyTries(AccountError):
    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many wrong passwords; wait {wait_s} s")
        self.wait_s = wait_s


class WeakPassword(AccountError):
    """code: too_short, too_long, or is_the_name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """areas: which areas it may see; an administrator sees all."""

    id: str
    name: str
    role: Role
    areas: tuple[AreaCode, ...]

    def may_see(self, area: str) -> bool:
        return self.role is Role.ADMINISTRATOR or area in self.areas

    def may_review(self, area: str) -> bool:
        return self.role is not Role.CITY and self.may_see(area)


@dataclass(frozen=True, slots=True)
class _Tries:
    wrong: int
    open_at: datetime


class Accounts:
    """Verifying and changing passwords. Wrong tries are counted in memory, per name."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe())
        self._tries: dict[str, _Tries] = {}

    def add(
        self,
        connection: Connection,
        *,
        name: str,
        password: str,
        role: Role,
        areas: tuple[AreaCode, ...],
        now: datetime,
    ) -> Account:
        """Raises WeakPassword."""
        _check_password(password, name)
        account = Account(
            id=uuid7(to_ms(now), os.urandom(10)), name=name.strip().lower(), role=role, areas=areas
        )
        connection.execute(
            insert(accounts).values(
                id=account.id,
                name=account.name,
                password_hash=self._hasher.hash(password),
                role=role.value,
                areas=json.dumps(areas),
                made_at=to_text(now),
            )
        )
        return account

    def log_in(self, connection: Connection, name: str, password: str, now: datetime) -> Account:
        """Takes as long for a name that does not exist. Raises WrongPassword, TooManyTries."""
        name, password = name.strip().lower()[:MAX_PASSWORD], password[: MAX_PASSWORD + 1]
        tries = self._tries.get(name)
        if tries is not None and now < tries.open_at:
            raise TooManyTries(max(1, round((tries.open_at - now).total_seconds())))
        row = connection.execute(
            select(accounts).where(accounts.c.name == name, accounts.c.disabled_at.is_(None))
        ).one_or_none()
        hashed = self._nobody if row is None else row.password_hash
        if not self._matches(hashed, password) or row is None:
            self._count_wrong(name, now)
            raise WrongPassword
        self._tries.pop(name, None)
        return Account(
            id=row.id, name=row.name, role=Role(row.role), areas=tuple(json.loads(row.areas))
        )

    def change_password(
        self,
        connection: Connection,
        account: Account,
        *,
        old: str,
        new: str,
        folder: Path,
        now: datetime,
    ) -> None:
        """Removes the first password's file. Raises WrongPassword, TooManyTries, WeakPassword."""
        self.log_in(connection, account.name, old, now)
        _check_password(new, account.name)
        connection.execute(
            update(accounts)
            .where(accounts.c.id == account.id)
            .values(password_hash=self._hasher.hash(new))
        )
        if account.name == FIRST_NAME:
            (folder / FIRST_PASSWORD_FILE).unlink(missing_ok=True)

    def ensure_first_account(
        self, connection: Connection, folder: Path, now: datetime
    ) -> str | None:
        """The first password as long as nobody has changed it, else None.

        On a store without accounts it makes one for everything. The password is written before
        the account is committed: a crash in between leaves a file that the next start overwrites.
        """
        file = folder / FIRST_PASSWORD_FILE
        if connection.scalar(select(func.count()).select_from(accounts)):
            return self._unchanged(connection, file)
        password = "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))
        file.unlink(missing_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:  # noqa: PTH123
            out.write(password)
            out.flush()
            os.fsync(out.fileno())
        sync_to_disk(folder)
        self.add(
            connection,
            name=FIRST_NAME,
            password=password,
            role=Role.ADMINISTRATOR,
            areas=(),
            now=now,
        )
        return password

    def _unchanged(self, connection: Connection, file: Path) -> str | None:
        if not file.exists():
            return None
        password = file.read_text().strip()
        hashed = connection.scalar(
            select(accounts.c.password_hash).where(accounts.c.name == FIRST_NAME)
        )
        if hashed is not None and self._matches(hashed, password):
            return password
        file.unlink()
        return None

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except VerifyMismatchError:
            return False

    def _count_wrong(self, name: str, now: datetime) -> None:
        before = self._tries.get(name)
        wrong = 1 if before is None else before.wrong + 1
        over = wrong - FREE_TRIES
        wait_s = 0 if over < 0 else min(LONGEST_WAIT_S, 2**over * 5)
        if len(self._tries) > 10_000:  # names are free text from outside
            self._tries = {key: one for key, one in self._tries.items() if one.open_at > now}
        self._tries[name] = _Tries(wrong, now + timedelta(seconds=wait_s))


def still_valid(connection: Connection, account: Account) -> Account | None:
    """The account as it is now: the role may have changed, or the account been closed."""
    row = connection.execute(
        select(accounts).where(accounts.c.id == account.id, accounts.c.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return Account(
        id=row.id, name=row.name, role=Role(row.role), areas=tuple(json.loads(row.areas))
    )


def _check_password(password: str, name: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise WeakPassword("too_short")
    if len(password) > MAX_PASSWORD:
        raise WeakPassword("too_long")
    if password.strip().lower() == name.strip().lower():
        raise WeakPassword("is_the_name")
