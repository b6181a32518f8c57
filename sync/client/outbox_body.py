"""A change as the outbox keeps it: its JSON, with a sum that tells when a byte has turned.

SQLite notices damage to its own structures, and none inside a text. An older release reads the
JSON and passes over the key it does not know; a row that it wrote has no sum and is believed.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from zlib import crc32

from sync.domain.change import Change
from sync.wire import BadWire, change_from_json, change_to_json

_START, _SUM = '{"change_id": "', ', "crc32": '
_WHOLE = re.compile(rf"{re.escape(_START)}.{{,8192}}?{_SUM}\d+\}}".encode(), re.DOTALL)
"""What is longer lies in pieces on several pages."""


class DamagedBody(sqlite3.DatabaseError):
    """The text is not what was written. Told as SQLite tells damage of its own."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    sqlite_errorname = "SQLITE_CORRUPT"


def body_of(change: Change) -> str:
    text = json.dumps(change_to_json(change), ensure_ascii=False)
    return f"{text[:-1]}{_SUM}{crc32(text.encode())}}}"


def as_sent(body: str) -> str | None:
    """The change as a message carries it; None of a row that an older release wrote."""
    text, is_summed, _ = body.rpartition(_SUM)
    return f"{text}}}" if is_summed else None


def readable(bodies: Iterable[str]) -> list[Change]:
    """Those that are changes at all: what is none was refused as unreadable, or is about to be."""
    found: list[Change] = []
    for body in bodies:
        with suppress(ValueError):
            found.append(change_of(body))
    return found


def whole_changes(content: bytes) -> Iterator[Change]:
    """Those that stand in one piece in the bytes of a database, whatever became of their pages."""
    for found in _WHOLE.finditer(content):
        *_, body = found[0].split(_START.encode())  # after one that was cut off another may begin
        with suppress(ValueError, DamagedBody):
            yield change_of(f"{_START}{body.decode()}")


def change_of(body: str) -> Change:
    """Raises DamagedBody; ValueError (BadWire) for what is as it was written, and yet no change."""
    text, is_summed, told = body.rpartition(_SUM)
    if is_summed and told != f"{crc32(f'{text}}}'.encode())}}}":
        raise DamagedBody("a change in the outbox is damaged")
    try:
        return change_from_json(json.loads(body))
    except RecursionError as error:
        raise BadWire("nested too deeply") from error
