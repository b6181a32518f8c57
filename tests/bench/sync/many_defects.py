"""Years of walks in a store: rounds of forty, each defect with photo, approval and report.

Everything is said in as many changes as in life: what the phone, the coordinator and the city said
one after the other are changes of their own in the log.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync.central.engine import open_engine
from sync.central.facts import Fact, read_fact
from sync.central.ledger import Ledger
from sync.domain.change import Change, Json
from sync.domain.clock import Hlc, tick
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, uuid7
from sync.domain.instants import to_ms, to_text
from sync.domain.words import Category, EntityKind, Writer

AREA = AreaCode("kirseberg")
ON_A_ROUND = 40
WORDS = (
    "lampan", "trasig", "sedan", "länge", "porten", "bänken", "glas", "på", "gången", "vid",
    "skolan", "klotter", "farligt",
)  # fmt: skip


@dataclass
class Story:
    """now: when all of it ends; the open ones are the latest."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    chance: random.Random = field(default_factory=lambda: random.Random(11))
    _clock: Hlc = field(
        default_factory=lambda: Hlc(wall_ms=0, counter=0, device=DeviceId("samsphone"))
    )

    def changes(self, *, done: int, still_open: int) -> Iterator[Change]:
        for number in range(0, done, ON_A_ROUND):
            yield from self._round(timedelta(days=900 - number % 500), ON_A_ROUND, is_done=True)
        for number in range(0, still_open, ON_A_ROUND):
            age = timedelta(days=300 - number * 250 // still_open)
            yield from self._round(age, min(ON_A_ROUND, still_open - number), is_done=False)

    def _round(self, age: timedelta, count: int, *, is_done: bool) -> Iterator[Change]:
        at = self.now - age
        started = to_text(at)
        round_id = self._id(at)
        yield self._said(at, EntityKind.ROUND, round_id, kind="inspection", started_at=started)
        for number in range(count):
            yield from self._defect(at + timedelta(minutes=number), round_id, number, is_done)
        ended_at = to_text(at + timedelta(hours=2))
        yield self._said(at, EntityKind.ROUND, round_id, ended_at=ended_at, count_residents=12)

    def _defect(
        self, at: datetime, round_id: EntityId, number: int, is_done: bool
    ) -> Iterator[Change]:
        one, report = self._id(at), self._id(at)
        place: Json = {
            "lat_deg": round(self.chance.uniform(55.60, 55.62), 7),
            "lon_deg": round(self.chance.uniform(13.02, 13.05), 7),
            "accuracy_m": round(self.chance.uniform(3, 30), 1),
            "source": "gps",
            "fixed_at": to_text(at),
        }
        text = " ".join(self.chance.choices(WORDS, k=8))
        category = self.chance.choice(list(Category)).value
        photo: dict[str, Json] = {
            "observation_id": one, "sha256": hashlib.sha256(os.urandom(8)).hexdigest(),
            "width_px": 1600, "height_px": 1200, "size_bytes": self.chance.randint(2, 4) * 100_000,
            "taken_at": to_text(at), "position": 0, "cover": "nothing_to_cover",
        }  # fmt: skip
        yield self._said(
            at, EntityKind.OBSERVATION, one, round_id=round_id, kind="defect", category=category,
            text=text, number=f"B-{number + 1}", place=place, noted_at=to_text(at), noted_by="Sam",
        )  # fmt: skip
        yield self._said(at, EntityKind.PHOTO, self._id(at), **photo)
        yield self._said(at, EntityKind.OBSERVATION, one, status="received")
        yield self._said(at, EntityKind.OBSERVATION, one, status="approved", status_reason=None)
        yield self._said(
            at, EntityKind.REPORT, report, observation_id=one, party="fgk", state="queued",
            reference=f"RU-{self.chance.randint(10_000, 99_999)}",
        )  # fmt: skip
        yield self._said(at, EntityKind.REPORT, report, state="sending")
        yield self._said(
            at, EntityKind.REPORT, report, state="sent", sent_at=to_text(at),
            case_ref=str(self.chance.randint(100_000, 999_999)),
        )  # fmt: skip
        for word in ("Registrerat", "Pågående", *(["Åtgärdat"] if is_done else [])):
            yield self._said(
                at, EntityKind.REPORT, report, city_status=word, city_status_known=1,
                city_status_at=to_text(at),
            )  # fmt: skip
        if is_done:
            yield self._said(
                at, EntityKind.RECHECK, self._id(at), observation_id=one, round_id=round_id,
                verdict="fixed", checked_at=to_text(at), checked_by="Sam", text="",
            )  # fmt: skip

    def _id(self, at: datetime) -> EntityId:
        return EntityId(uuid7(to_ms(at), os.urandom(10)))

    def _said(self, at: datetime, entity: EntityKind, key: EntityId, /, **fields: Json) -> Change:
        self._clock = tick(self._clock, to_ms(at))
        return Change(
            change_id=ChangeId(uuid7(to_ms(at), os.urandom(10))),
            area=AREA,
            entity=entity,
            entity_id=key,
            fields=fields,
            made_at=self._clock,
            device_id=self._clock.device,
        )


def write(data: Path, *, done: int, still_open: int) -> int:
    """Into the database of a store; how many changes that took."""
    engine = open_engine(f"sqlite:///{data / 'rundan.sqlite'}")
    with engine.begin() as connection:
        assert read_fact(connection, Fact.STORE_ID)
    ledger = Ledger(
        store_device=DeviceId("store"), now=lambda: datetime.now(UTC), random=os.urandom
    )
    changes = list(Story().changes(done=done, still_open=still_open))
    for start in range(0, len(changes), 5000):
        with engine.begin() as connection:
            taken = ledger.ingest(
                connection,
                changes[start : start + 5000],
                writer=Writer.STORE,
                areas=frozenset({AREA}),
                received_from="store",
            )
        assert not taken.refused, taken.refused[:1]
    engine.dispose()
    return len(changes)
