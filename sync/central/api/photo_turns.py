"""What is asked about one photo is answered one after the other.

After a cut the phone asks at once, on another connection, how much has come, while what came before
the cut is still being written. Answered meanwhile, it would send that once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import ExitStack
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
        return await self.do_together([sha256], act)

    async def do_together(self, sha256s: Collection[Sha256], act: Callable[[], Answer]) -> Answer:
        """As `do`, when it is the turn of each of these photos."""
        with self._looking:  # always in one order, so that no two wait for each other
            locks = [self._locks.setdefault(each, Lock()) for each in sorted(set(sha256s))]

        def in_turn() -> Answer:
            with ExitStack() as turns:
                for lock in locks:
                    turns.enter_context(lock)
                return act()

        return await asyncio.to_thread(in_turn)
