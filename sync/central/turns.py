"""Writers to one SQLite file, lined up inside this process.

SQLite itself lets a writer that finds the file locked sleep and look again, up to 100 ms at a
time; with many at once some sleep for half a second. A lock wakes the next one at once.
"""

from __future__ import annotations

import sqlite3
from threading import Lock

WAIT_S = 15.0


class TurnTaking(sqlite3.Connection):
    """turns: the lock that all connections of one engine share; set right after connecting."""

    turns: Lock | None = None
    _has_turn = False

    def take_turn(self) -> None:
        """Waits for the other writers; after WAIT_S SQLite's own lock has the last word."""
        if self.turns is not None and not self._has_turn:
            self._has_turn = self.turns.acquire(timeout=WAIT_S)

    def commit(self) -> None:
        super().commit()
        self._end_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._end_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self.turns is not None and self._has_turn:
            self._has_turn = False
            self.turns.release()
