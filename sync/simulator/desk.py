"""What every route of the simulator works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sync.simulator.life import stepped, with_word, word_at
from sync.simulator.received import ReceivedCase
from sync.simulator.settings import Clock, SimulatorSettings
from sync.simulator.store import SimulatorStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    store: SimulatorStore
    settings: SimulatorSettings
    clock: Clock

    def now(self) -> datetime:
        return self.clock()

    def word(self, case: ReceivedCase) -> str:
        return word_at(case.case_id, case.progress, self.now(), self.settings.advance_s)

    def step(self, case: ReceivedCase) -> None:
        moved = stepped(case.case_id, case.progress, self.now(), self.settings.advance_s)
        self.store.set_progress(case.case_id, moved)

    def set_word(self, case: ReceivedCase, word: str) -> None:
        advance_s = self.settings.advance_s
        fixed = with_word(case.case_id, case.progress, word, self.now(), advance_s)
        self.store.set_progress(case.case_id, fixed)
