"""What is asked about one photo is answered one after the other.

After a cut the phone asks at once, on another connection, how much has come, while what came before
the cut is still being written. Answered meanwhile, it would send that once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Lock
from typing import TypeVar
from weakref import WeakValueDictionary

from sync.domain.ids import Sha256

Answer = TypeVar("Answer")


class PhotoTurns:
    """Of this process; between several, an upload in use is busy (see Parts)."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Sha256, Lock] = WeakValueDictionary()
        self._looking = Lock()

    async def do(self, sha256: Sha256, act: Callable[[], Answer]) -> Answer:
        """What `act` gives, done in a thread."""
        with self._looking:
            lock = self._locks.setdefault(sha256, Lock())

        def in_turn() -> Answer:
            with lock:
                return act()

        return await asyncio.to_thread(in_turn)
