"""A letter for every phone, so that people can call a finding "B-7": A to Z, then AA, AB …

Given at enrolment and never to another phone, also when the first one is gone: a number on an
old protocol always means the same finding.
"""

from __future__ import annotations

from sqlalchemy import Connection

from sync.central.facts import Fact, read_fact, write_fact

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letter_of(number: int) -> str:
    """1 is A, 26 is Z, 27 is AA."""
    letters = ""
    while number:
        number, last = divmod(number - 1, len(_ALPHABET))
        letters = _ALPHABET[last] + letters
    return letters


def next_letter(connection: Connection) -> str:
    """One that no phone of this store has had; counted in the caller's transaction."""
    given = int(read_fact(connection, Fact.LETTERS_GIVEN) or "0") + 1
    write_fact(connection, Fact.LETTERS_GIVEN, str(given))
    return letter_of(given)
