"""What the coordinator and the worker do with the demo's defects."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from sync.central.accounts import Account
from sync.central.demo.city import DemoCity
from sync.central.demo.fates import Fate
from sync.central.demo.walks import Defect
from sync.central.review import Review
from sync.domain.ids import EntityId, ReportId
from sync.domain.words import Party
from sync.forward.connector import Connector
from sync.forward.schedule import PollSchedule
from sync.forward.worker import Forwarding
from sync.simulator.faults import FaultKind

QUEUED_FOR = timedelta(days=1)
"""So long that the report can be seen waiting."""

_NOT_BY_ITSELF = PollSchedule(every=timedelta(days=3650))

Found = tuple[Defect, EntityId]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskWork:
    """rejections: the reasons to choose from."""

    review: Review
    coordinator: Account
    rejections: Sequence[str]
    city: DemoCity
    random: Random
    _reports: dict[EntityId, ReportId] = field(default_factory=dict)
    _unheard: set[ReportId] = field(default_factory=set)

    def decide(self, found: Sequence[Found]) -> None:
        """Rejects what is to be rejected and approves what is to be sent; leaves the rest."""
        for defect, observation_id in found:
            if defect.ending.fate is Fate.SENT:
                self._unheard.add(self.approve(observation_id))
            elif defect.ending.fate is Fate.REJECTED:
                reason = self.random.choice(self.rejections)
                with self.city.queue.engine.begin() as connection:
                    self.review.reject(connection, observation_id, reason, self.coordinator)

    def approve(self, observation_id: EntityId, grace: timedelta | None = None) -> ReportId:
        """Raises LookupError for what is no defect: it gets no report."""
        review = self.review if grace is None else replace(self.review, grace=grace)
        with self.city.queue.engine.begin() as connection:
            report_id = review.approve(
                connection, observation_id, self.coordinator, self.city.desk.now()
            )
        if report_id is None:
            raise LookupError(f"{observation_id} is not reported to anybody")
        self._reports[observation_id] = report_id
        return report_id

    def queue(self, observation_id: EntityId) -> None:
        self.approve(observation_id, grace=QUEUED_FOR)

    def withdraw(self, observation_id: EntityId) -> None:
        self.approve(observation_id)
        with self.city.queue.engine.begin() as connection:
            self.review.take_back(
                connection, observation_id, self.coordinator, self.city.desk.now()
            )

    def send(self, fault: FaultKind | None = None) -> None:
        """Everything that is due. fault: what happens to the first of it."""
        if fault is not None:
            self.city.will_fail(fault)
        self._forward(self.city.connector)

    def send_without_connector(self) -> None:
        self._forward(None)

    def hear(self, found: Sequence[Found], number: int) -> None:
        """The city's word with that number, of those defects that get so many."""
        for defect, observation_id in found:
            words = defect.ending.words
            if number < len(words):
                report_id = self._reports[observation_id]
                self._unheard.discard(report_id)
                self.city.says(report_id, words[number])

    def hear_the_rest(self) -> None:
        """Asks about every case of which nothing has been heard yet, so that polling goes on."""
        for report_id in sorted(self._unheard):
            self.city.asks(report_id)
        self._unheard.clear()

    def _forward(self, connector: Connector | None) -> None:
        forwarding = Forwarding(
            queue=self.city.queue,
            connectors={} if connector is None else {Party.FGK: connector},
            name="demo",
            polls=_NOT_BY_ITSELF,
        )
        with _failing_on_purpose():
            while forwarding.step(self.city.desk.now):
                continue


@contextmanager
def _failing_on_purpose() -> Iterator[None]:
    """The worker's warnings would make whoever starts the demo look for a fault."""
    log = logging.getLogger(Forwarding.__module__)
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)
