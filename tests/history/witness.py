"""The log of invocations and answers: what was said to whom, so that it can be held against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sync.domain.change import Change
from sync.domain.ids import ChangeId

OFFICE = "office"


@dataclass(kw_only=True)
class Witness:
    """saved: what a phone has said "Sparad" to, and under OFFICE what a coordinator or the worker
    was told is done. accepted: what the store has acknowledged to phones.

    refused: changes that the store said no to, and why. operations: how many of each were done,
    with their outcome. lost: what was promised and then not found, in words.
    """

    saved: dict[str, dict[ChangeId, Change]] = field(default_factory=lambda: defaultdict(dict))
    accepted: set[ChangeId] = field(default_factory=set)
    refused: dict[ChangeId, str] = field(default_factory=dict)
    operations: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    _at_the_desk: list[Change] = field(default_factory=list)

    def was_saved(self, phone: str, changes: Sequence[Change]) -> None:
        self.saved[phone].update({change.change_id: change for change in changes})

    def was_written(self, change: Change) -> None:
        """In the office, in a transaction that has not ended yet."""
        self._at_the_desk.append(change)

    def office_was_told(self, *, it_is_done: bool) -> None:
        if it_is_done:
            self.was_saved(OFFICE, self._at_the_desk)
        self._at_the_desk.clear()

    def decided(self) -> set[ChangeId]:
        return set(self.saved[OFFICE])

    @property
    def total(self) -> int:
        return self.operations.total()
