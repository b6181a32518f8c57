"""What happens to the demo's rounds, in the order of time: synced, reviewed, sent, answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sync.central.demo.desk_work import DeskWork, Found
from sync.central.demo.fates import Fate
from sync.central.demo.phones import DemoPhone, Inbox
from sync.central.demo.walks import Walk
from sync.domain.ids import EntityId
from sync.simulator.faults import FaultKind

SYNCED_AFTER = timedelta(minutes=6)
REVIEWED_AFTER = timedelta(hours=27)
SENT_AFTER = timedelta(minutes=1)
ANSWERED_AFTER = (timedelta(days=1), timedelta(days=4))
"""From the review to each of the city's words, at its quickest."""
SLOWEST = 8
"""How many times longer the city may take for a round of long ago."""
LONG_AGO = timedelta(days=60)

LOST_ANSWER_AT = timedelta(minutes=120)
NO_CONNECTOR_AT = timedelta(minutes=100)
WITHDRAWN_AT = timedelta(minutes=90)
FAILING_AT = (timedelta(minutes=7), timedelta(minutes=6), timedelta(seconds=5))
"""Before now, like those above; each is a try of its own, the next is half an hour after."""
QUEUED_AT = timedelta(seconds=2)

Event = tuple[datetime, Callable[[], None]]


class SetClock:
    """The demo's time; it moves only when it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """phones: the first starts and ends the rounds."""

    phones: Sequence[DemoPhone]
    inbox: Inbox
    desk: DeskWork
    clock: SetClock
    random: Random

    def tell(self, walks: Sequence[Walk], now: datetime, others: Sequence[Event] = ()) -> None:
        """Everything up to now, the others among it; what would happen later has not happened."""
        events = [event for walk in walks for event in self._events(walk, now)] + list(others)
        for at, happen in sorted(events, key=lambda event: event[0]):
            if at <= now:
                self.clock.at = at
                happen()
        self.clock.at = now
        self.desk.hear_the_rest()

    def _events(self, walk: Walk, now: datetime) -> Iterator[Event]:
        round_id = self.phones[0].new_id(walk.started_at)
        found = [
            (defect, self.phones[defect.by].new_id(defect.noted_at)) for defect in walk.defects
        ]
        if walk.ended_at is None:
            yield from self._with_network(walk, round_id, found)
            return
        reviewed_at = walk.ended_at + REVIEWED_AFTER
        yield walk.ended_at + SYNCED_AFTER, lambda: self._sync(walk, round_id, found)
        yield reviewed_at, lambda: self.desk.decide(found)
        yield reviewed_at + SENT_AFTER, self.desk.send
        is_old = now - walk.ended_at > LONG_AGO
        slowness = self.random.uniform(1.0, SLOWEST) if is_old else 1.0
        for number, after in enumerate(ANSWERED_AFTER):
            yield reviewed_at + after * slowness, self._hearing(found, number)
        for defect, observation_id in found:
            yield from self._stopping(defect.ending.fate, observation_id, now)

    def _with_network(
        self, walk: Walk, round_id: EntityId, found: Sequence[Found]
    ) -> Iterator[Event]:
        """Every defect arrives when it is saved."""
        first = self.phones[0]
        yield walk.started_at, lambda: self.inbox.sync(first, [first.starts(round_id, walk)])
        for one in found:
            yield one[0].noted_at, self._noting(round_id, one)

    def _sync(self, walk: Walk, round_id: EntityId, found: Sequence[Found]) -> None:
        """Phones without network on the walk: all of it at once, each phone its own."""
        first = self.phones[0]
        self.inbox.sync(first, [first.starts(round_id, walk)])
        for by, phone in enumerate(self.phones):
            self._note(round_id, phone, [one for one in found if one[0].by == by])
        if walk.ended_at is not None:
            self.inbox.sync(first, [first.ends(round_id, walk.ended_at)])

    def _note(self, round_id: EntityId, phone: DemoPhone, found: Sequence[Found]) -> None:
        changes = [
            change
            for defect, observation_id in found
            for change in phone.notes(round_id, observation_id, defect)
        ]
        self.inbox.sync(phone, changes)
        self.inbox.upload(phone, [defect for defect, _ in found])

    def _noting(self, round_id: EntityId, one: Found) -> Callable[[], None]:
        return lambda: self._note(round_id, self.phones[one[0].by], [one])

    def _hearing(self, found: Sequence[Found], number: int) -> Callable[[], None]:
        return lambda: self.desk.hear(found, number)

    def _stopping(self, fate: Fate, observation_id: EntityId, now: datetime) -> Iterator[Event]:
        """The fates that are seen best while they are fresh."""
        desk = self.desk

        def approve() -> None:
            desk.approve(observation_id)

        match fate:
            case Fate.UNCERTAIN:
                yield now - LOST_ANSWER_AT - SENT_AFTER, approve
                yield now - LOST_ANSWER_AT, lambda: desk.send(FaultKind.LOSE_ANSWER)
            case Fate.NEEDS_PERSON:
                yield now - NO_CONNECTOR_AT - SENT_AFTER, approve
                yield now - NO_CONNECTOR_AT, desk.send_without_connector
            case Fate.WITHDRAWN:
                yield now - WITHDRAWN_AT, lambda: desk.withdraw(observation_id)
            case Fate.FAILED:
                yield now - FAILING_AT[0] - SENT_AFTER, approve
                for before in FAILING_AT:
                    yield now - before, lambda: desk.send(FaultKind.ERROR_500)
            case Fate.QUEUED:
                yield now - QUEUED_AT, lambda: desk.queue(observation_id)
            case _:
                return
