"""A city in all its moods: takes a report, or not, or nobody knows."""

from __future__ import annotations

import random
from collections.abc import Callable

from sync.domain.status import CITY_WORDS, FINAL_CITY_WORDS
from sync.forward.connector import (
    CannotSend,
    CaseRef,
    CityStatus,
    NoStatus,
    NotSent,
    OutgoingReport,
    Uncertain,
)

_MOODS: list[Callable[[], Exception] | None] = [
    None,
    None,
    None,
    lambda: NotSent("no answer"),
    lambda: Uncertain("the answer was lost"),
    lambda: CannotSend("a field is missing"),
]


class MoodyCity:
    def __init__(self, chance: random.Random) -> None:
        self._chance, self._cases = chance, 0

    def check(self, report: OutgoingReport) -> None: ...

    def send(self, report: OutgoingReport) -> CaseRef:
        mood = self._chance.choice(_MOODS)
        if mood is not None:
            raise mood()
        self._cases += 1
        return CaseRef(str(400_000 + self._cases))

    def status(self, case_ref: CaseRef) -> CityStatus:
        if self._chance.random() < 0.2:
            raise NoStatus("no answer")
        word = self._chance.choice(CITY_WORDS)
        return CityStatus(word=word, known=True, final=word in FINAL_CITY_WORDS)
