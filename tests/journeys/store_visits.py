"""What later visits the store has."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.journeys.running_store import RunningStore

_VERDICTS = "SELECT verdict FROM recheck WHERE deleted_at IS NULL ORDER BY checked_at, id"


def visits_in(store: RunningStore) -> list[str]:
    """The verdicts of those that were not taken back."""
    with closing(sqlite3.connect(store.data / "rundan.sqlite")) as database:
        return [str(row[0]) for row in database.execute(_VERDICTS).fetchall()]
