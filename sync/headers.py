"""What stands in the headers of the store's answers, and how it is read.

Every answer of a store says in a header whose it is, so that no other store's is taken for it; one
that changes what a phone has, also what its body's SHA-256 is; the one after a photo's last piece,
which photo it is that the store has hashed and has on disk.
"""

from __future__ import annotations

import hashlib

STORE_HEADER = "Rundan-Store"
DIGEST_HEADER = "Rundan-Digest"
STORED_HEADER = "Rundan-Stored"

MAX_COUNT_DIGITS = 15


def byte_count(header: str) -> int | None:
    """A number of bytes that a header says; None for what is none."""
    is_one = header.isascii() and header.isdecimal() and len(header) <= MAX_COUNT_DIGITS
    return int(header) if is_one else None


def digest_of(body: bytes) -> str:
    """What DIGEST_HEADER says of a body, before it is compressed."""
    return hashlib.sha256(body).hexdigest()
