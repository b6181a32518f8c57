"""The log of invocations and answers: what was said to whom, so that it can be held against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sync.domain.change import Change
from sync.domain.ids import ChangeId


@dataclass(kw_only=True)
class Witness:
    """saved: what a phone has said "Sparad" to. accepted: what the store has acknowledged.

    refused: changes that the store said no to, and why. operations: how many of each were done,
    with their outcome. lost: what was promised and then not found, in words.
    """

    saved: dict[str, dict[ChangeId, Change]] = field(default_factory=lambda: defaultdict(dict))
    accepted: set[ChangeId] = field(default_factory=set)
    refused: dict[ChangeId, str] = field(default_factory=dict)
    operations: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    def was_saved(self, phone: str, changes: Sequence[Change]) -> None:
        self.saved[phone].update({change.change_id: change for change in changes})

    @property
    def total(self) -> int:
        return self.operations.total()
