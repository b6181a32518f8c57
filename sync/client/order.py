"""The order in which things were said, which no wall clock decides.

A moment a phone wrote down (noted_at, checked_at …) is for people. What came first is in the stamp
of the change that wrote it: on one phone later is always greater, and what a phone had heard of
lies before what it says next, however its clock jumps.
"""

from __future__ import annotations

import json


def said_at(row: str, field: str) -> str:
    """SQL: the stamp of a row's field (Change.stamp); NULL when nobody has written it."""
    return f"json_extract({row}.clocks, '$.{field}')"


def stamp_in(clocks: str | None, field: str) -> str:
    """The same, of a record's clocks; empty when nobody has written it."""
    return str(json.loads(clocks or "{}").get(field, ""))


NOTED = said_at("o", "noted_at")
"""Of the observation o."""


def wall_ms(stamp: str) -> str:
    """SQL: the milliseconds since 1970 in a stamp."""
    return f"CAST(substr({stamp}, 1, 15) AS INTEGER)"
