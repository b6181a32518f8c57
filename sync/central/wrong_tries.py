"""Slows down whoever guesses: so many wrong tries a minute and client, then wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

TRIES_PER_CLIENT = 10
TRIES_IN_ALL = 200
WINDOW = timedelta(minutes=1)


class WrongTries:
    """Kept in memory: a restart forgets, which helps no guesser much."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._tries: deque[tuple[datetime, str]] = deque()
        self._lock = Lock()

    def wait_s(self, client: str) -> int:
        """Whole seconds until `client` may try again; 0 for now."""
        with self._lock:
            now = self._forget()
            own = [at for at, who in self._tries if who == client]
            waits = [0]
            if len(own) >= TRIES_PER_CLIENT:
                waits.append(_seconds(own[-TRIES_PER_CLIENT] + WINDOW - now))
            if len(self._tries) >= TRIES_IN_ALL:
                waits.append(_seconds(self._tries[-TRIES_IN_ALL][0] + WINDOW - now))
            return max(waits)

    def count(self, client: str) -> None:
        with self._lock:
            self._tries.append((self._forget(), client))

    def _forget(self) -> datetime:
        now = self._now()
        while self._tries and self._tries[0][0] <= now - WINDOW:
            self._tries.popleft()
        return now


def _seconds(wait: timedelta) -> int:
    return max(1, -(-int(wait.total_seconds() * 1000) // 1000))
