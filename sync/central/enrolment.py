"""Letting phones in: six characters that a coordinator shows, for a limited time.

The code is short, so its hash is keyed with a secret of the store and tries are counted
(sync.central.wrong_tries). The phone makes its own id and token and may ask again with the same
ones as often as it likes: an answer that got lost makes no second device.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, insert, or_, select, update

from sync.central.areas import areas_with
from sync.central.devices import Device, device_from_row, token_hash
from sync.central.facts import Fact, fact_or_new
from sync.central.letters import next_letter
from sync.central.problems import Problem
from sync.central.tables import device as devices
from sync.central.tables import enrolment_code
from sync.domain.ids import AreaCode, DeviceId, uuid7
from sync.domain.instants import to_ms, to_text

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6
_PAUSES = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """text is shown to people now and kept nowhere."""

    code_id: str
    text: str
    expires_at: datetime


def tidy_code(typed: str) -> str:
    """What somebody typed, without blanks, hyphens and difference of case."""
    return _PAUSES.sub("", typed).upper()


class Enrolment:
    def __init__(self, *, now: Callable[[], datetime], random: Callable[[int], bytes]) -> None:
        self._now, self._random = now, random

    def make_code(
        self, connection: Connection, areas: Collection[AreaCode], valid_for: timedelta
    ) -> NewCode:
        """A code that lets any number of phones into `areas` until it expires.

        Raises ValueError for no area, or one that the store does not have.
        """
        known = {area.code for area in areas_with(connection, areas)}
        if not known or known != set(areas):
            raise ValueError(f"areas that the store does not have: {sorted(set(areas) - known)}")
        now = self._now()
        text = self._random_code()
        new = NewCode(
            code_id=uuid7(to_ms(now), self._random(10)), text=text, expires_at=now + valid_for
        )
        connection.execute(
            insert(enrolment_code).values(
                id=new.code_id,
                code_hash=self._hash(connection, text),
                areas=json.dumps(sorted(known)),
                made_at=to_text(now),
                expires_at=to_text(new.expires_at),
            )
        )
        return new

    def revoke_code(self, connection: Connection, code_id: str) -> None:
        """Lets no more phones in with it; those that are in stay."""
        revoke = update(enrolment_code).where(enrolment_code.c.id == code_id)
        connection.execute(revoke.values(revoked_at=to_text(self._now())))

    def enrol(
        self,
        connection: Connection,
        *,
        code: str,
        device_id: DeviceId,
        token: str,
        nickname: str,
    ) -> Device:
        """The device, known from now on. With another code a device gets that code's areas too.

        Raises Problem: wrong_code, expired_code, device_taken, revoked.
        """
        hashed = token_hash(token)
        known = self._known_device(connection, device_id, hashed)
        code_row = self._code(connection, code)
        if known is None or known["enrolment_code_id"] != code_row["id"]:
            self._check_valid(code_row)
        areas = set(json.loads(code_row["areas"]))
        if known is not None:
            areas |= set(json.loads(known["areas"]))
        values = {
            "nickname": nickname,
            "areas": json.dumps(sorted(areas)),
            "enrolment_code_id": code_row["id"],
        }
        if known is None:
            first = {
                "id": device_id,
                "token_hash": hashed,
                "enrolled_at": to_text(self._now()),
                "letter": next_letter(connection),
            }
            connection.execute(insert(devices).values(**first, **values))
        else:
            connection.execute(update(devices).where(devices.c.id == device_id).values(values))
        query = select(devices).where(devices.c.id == device_id)
        return device_from_row(connection.execute(query).mappings().one())

    def _known_device(
        self, connection: Connection, device_id: DeviceId, hashed: str
    ) -> RowMapping | None:
        same = or_(devices.c.id == device_id, devices.c.token_hash == hashed)
        rows = connection.execute(select(devices).where(same)).mappings().all()
        for row in rows:
            if row["id"] != device_id or not hmac.compare_digest(row["token_hash"], hashed):
                raise Problem("device_taken", "make a new device id and token", field="device_id")
            if row["revoked_at"] is not None:
                raise Problem("revoked", "a coordinator has shut this device out")
        return rows[0] if rows else None

    def _code(self, connection: Connection, typed: str) -> RowMapping:
        hashed = self._hash(connection, tidy_code(typed))
        query = select(enrolment_code).where(enrolment_code.c.code_hash == hashed)
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise Problem("wrong_code", "no such code", field="code")
        return row

    def _check_valid(self, row: RowMapping) -> None:
        if row["revoked_at"] is not None or row["expires_at"] <= to_text(self._now()):
            raise Problem("expired_code", "ask for a new code", field="code")

    def _random_code(self) -> str:
        letters = ""
        while len(letters) < CODE_LENGTH:
            # 248 is the greatest multiple of 31 in a byte: every letter is equally likely
            draw = self._random(1)[0]
            if draw < 256 - 256 % len(ALPHABET):
                letters += ALPHABET[draw % len(ALPHABET)]
        return letters

    def _hash(self, connection: Connection, tidy: str) -> str:
        key = fact_or_new(connection, Fact.CODE_KEY, self._random(32).hex())
        return hmac.new(bytes.fromhex(key), tidy.encode(), hashlib.sha256).hexdigest()
