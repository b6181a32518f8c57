"""The phones that may talk to the store. Of a phone's token the store keeps only a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from sync.central.problems import Problem
from sync.central.ready import Plain, Ready
from sync.central.tables import device as devices
from sync.domain.ids import AreaCode, DeviceId
from sync.domain.instants import from_text, to_text

SEEN_EVERY = timedelta(minutes=1)
_BY_TOKEN = select(devices).where(devices.c.token_hash == bindparam("token_hash"))
_READY_BY_TOKEN = Ready(_BY_TOKEN)
_COLUMNS = tuple(devices.c.keys())


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    device_id: DeviceId
    nickname: str
    areas: frozenset[AreaCode]
    enrolled_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None
    letter: str | None = None

    def is_seen_due(self, now: datetime) -> bool:
        """True when `last_seen_at` is old enough to be worth writing again."""
        return self.last_seen_at is None or now - self.last_seen_at >= SEEN_EVERY


def token_hash(token: str) -> str:
    """Plain SHA-256 is enough: a token is at least 32 random characters, not a password."""
    return hashlib.sha256(token.encode()).hexdigest()


def device_by_token(connection: Connection, token: str) -> Device:
    """Raises Problem `unknown_token`, or `revoked` for a phone that has been shut out."""
    row = connection.execute(_BY_TOKEN, {"token_hash": token_hash(token)}).mappings().one_or_none()
    return _not_shut_out(row)


def device_asking(plain: Plain, token: str) -> Device:
    """As device_by_token, for what is asked with every photo."""
    row = plain.one(_READY_BY_TOKEN, {"token_hash": token_hash(token)})
    return _not_shut_out(None if row is None else dict(zip(_COLUMNS, row, strict=True)))


def _not_shut_out(row: RowMapping | Mapping[str, Any] | None) -> Device:
    challenge = {"WWW-Authenticate": "Bearer"}
    if row is None:
        raise Problem("unknown_token", "enrol this device first", headers=challenge)
    device = device_from_row(row)
    if device.revoked_at is not None:
        raise Problem("revoked", "a coordinator has shut this device out", headers=challenge)
    return device


def device_from_row(row: RowMapping | Mapping[str, Any]) -> Device:
    return Device(
        device_id=DeviceId(row["id"]),
        nickname=row["nickname"],
        areas=frozenset(AreaCode(code) for code in json.loads(row["areas"])),
        enrolled_at=from_text(row["enrolled_at"]),
        last_seen_at=_moment(row["last_seen_at"]),
        revoked_at=_moment(row["revoked_at"]),
        letter=row["letter"],
    )


def note_seen(connection: Connection, device_id: DeviceId, now: datetime) -> None:
    _set(connection, device_id, last_seen_at=to_text(now))


def revoke_device(connection: Connection, device_id: DeviceId, now: datetime) -> None:
    """Shuts a lost phone out, for good; what it has sent stays."""
    _set(connection, device_id, revoked_at=to_text(now))


def all_devices(connection: Connection) -> list[Device]:
    """Newest first, those that are shut out included."""
    query = select(devices).order_by(devices.c.enrolled_at.desc(), devices.c.id)
    return [device_from_row(row) for row in connection.execute(query).mappings()]


def _set(connection: Connection, device_id: DeviceId, **values: Any) -> None:
    connection.execute(update(devices).where(devices.c.id == device_id).values(values))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)
