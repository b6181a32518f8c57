"""Our own short name for a report, which stands in the text that the party gets."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, select

from sync.central.tables import report

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Neither 0/O nor 1/I/L: it is read out on the telephone. 31 signs."""

LENGTH = 6


def reference_from(random_bytes: bytes) -> str:
    """Like 7KQ2-M4. random_bytes: eight; 31^6 is small beside 2^64, so no sign is favoured."""
    number = int.from_bytes(random_bytes)
    signs = ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs += ALPHABET[place]
    return f"{signs[:4]}-{signs[4:]}"


def free_reference(connection: Connection, random: Callable[[int], bytes]) -> str:
    """One that no report of this store has."""
    while True:
        reference = reference_from(random(8))
        if not connection.execute(
            select(report.c.id).where(report.c.reference == reference)
        ).first():
            return reference
