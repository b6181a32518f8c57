"""One commit for all who wait for one: the disk is asked once where everybody would ask it.

Who comes while a commit is under way waits for its end; the first of those who waited then commits
for all of them. Who comes alone waits for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class _Waiting(Generic[Item]):
    item: Item
    is_settled: bool = False
    error: Exception | None = None


class SharedCommit(Generic[Item]):
    """commit: writes all of a batch, or nothing of it and raises. Never called twice at a time."""

    def __init__(self, commit: Callable[[Sequence[Item]], None]) -> None:
        self._commit = commit
        self._waiting: list[_Waiting[Item]] = []
        self._adding, self._turn = Lock(), Lock()

    def __call__(self, item: Item) -> None:
        """Returns when the item is committed. Raises what `commit` raised for it."""
        mine = _Waiting(item)
        with self._adding:
            self._waiting.append(mine)
        with self._turn:
            if not mine.is_settled:
                with self._adding:
                    batch, self._waiting = self._waiting, []
                self._settle(batch)
        if mine.error is not None:
            raise mine.error

    def _settle(self, batch: Sequence[_Waiting[Item]]) -> None:
        try:
            self._commit([one.item for one in batch])
        except Exception as error:  # goes to the thread whose item it is, which raises it
            if len(batch) == 1:
                batch[0].error = error
            else:
                for one in batch:  # one that cannot be committed takes no other with it
                    self._settle([one])
        for one in batch:
            one.is_settled = True
