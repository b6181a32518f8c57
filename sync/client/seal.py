"""What the phone has promised, written beside its database: so a database that lost it is noticed.

SQLite takes a file of no bytes for a new database, and drops the end of a write-ahead log that was
cut: both look well. The seal says how many changes have been put in the outbox, which only grows,
and who the phone is. It is written after the change is on disk, so it is never ahead of an honest
database; and nobody waits until it is on disk itself, because one that is a little behind claims
less, and never anything wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sync.client.local_store import LocalStore

IDENTITY = ("device_id", "token", "store_id", "store_url", "areas", "nickname", "letter")
NAME = "seal"
_FACTS = f"SELECT name, value FROM fact WHERE name IN ({', '.join('?' * len(IDENTITY))})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """position: of the last change that was put in the outbox. facts: those of IDENTITY."""

    position: int
    facts: Mapping[str, str]


def seal_of(local: LocalStore) -> Seal:
    facts = local.db.execute(_FACTS, IDENTITY).fetchall()
    return Seal(position=last_position(local), facts=dict(facts))


def last_position(local: LocalStore) -> int:
    row = local.db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
    return 0 if row is None else int(row[0])


def is_blank(local: LocalStore) -> bool:
    """Nobody has ever joined with this database."""
    return local.fact("store_id") is None


def is_broken(seal: Seal, local: LocalStore) -> bool:
    """The database has lost what the phone had promised."""
    was_joined = "store_id" in seal.facts
    return last_position(local) < seal.position or (was_joined and is_blank(local))


def to_bytes(seal: Seal) -> bytes:
    text = json.dumps(
        {"v": 1, "position": seal.position, "facts": dict(seal.facts)}, sort_keys=True
    )
    return f"{sha256(text.encode()).hexdigest()}\n{text}".encode()


def from_bytes(content: bytes) -> Seal | None:
    """None for one that is damaged itself: then nothing is known, and nothing is claimed."""
    told, _, text = content.partition(b"\n")
    if sha256(text).hexdigest().encode() != told:
        return None
    raw = json.loads(text)
    return Seal(position=int(raw["position"]), facts=raw["facts"])
