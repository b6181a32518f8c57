"""Phones that know only what they have fetched, on a small store."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from sqlalchemy import insert, select

from sync.central.engine import reading
from sync.central.tables import device, enrolment_code
from sync.domain.change import Change, Json
from sync.domain.clock import Hlc, tick, witness
from sync.domain.ids import ChangeId, DeviceId, EntityId, uuid7
from sync.domain.instants import to_ms, to_text
from sync.domain.merge import bases_of, merged_clocks
from sync.domain.words import EntityKind, Writer
from tests.central.a_store import as_told
from tests.office.small_store import KIRSEBERG, SmallStore


@dataclass
class UnawarePhone:
    """clocks: of every thing as this phone has it."""

    store: SmallStore
    last: Hlc
    clocks: dict[str, dict[str, str]] = field(default_factory=dict)
    waiting: list[Change] = field(default_factory=list)
    cursor: int = 0

    def writes(self, entity: EntityKind, entity_id: str, **fields: Json) -> Change:
        """Offline: the store gets it with `hands_in`."""
        now_ms = to_ms(self.store.clock())
        self.last = tick(self.last, now_ms)
        change = Change(
            change_id=ChangeId(uuid7(now_ms, os.urandom(10))),
            area=KIRSEBERG,
            entity=entity,
            entity_id=EntityId(entity_id),
            fields=fields,
            made_at=self.last,
            device_id=self.last.device,
            bases=bases_of(self.clocks.get(entity_id, {}), fields),
        )
        self._merge(change)
        self.waiting.append(change)
        return change

    def hands_in(self) -> None:
        with self.store.engine.begin() as connection:
            done = self.store.ledger.ingest(
                connection,
                self.waiting,
                writer=Writer.PHONE,
                areas=frozenset({KIRSEBERG}),
                received_from=self.last.device,
            )
        assert not done.refused, done.refused
        self.waiting = []

    def fetches(self) -> list[Change]:
        with reading(self.store.engine) as connection:
            new = self.store.ledger.since(
                connection,
                areas=frozenset({KIRSEBERG}),
                cursor=self.cursor,
                without_device=self.last.device,
            )
        self.cursor = new.cursor
        fetched = as_told(new)
        for change in fetched:
            self._merge(change)
        return fetched

    def _merge(self, change: Change) -> None:
        clocks = self.clocks.get(change.entity_id, {})
        self.clocks[change.entity_id] = merged_clocks(clocks, change)
        self.last = witness(self.last, change.made_at)


def unaware_phone(store: SmallStore, nickname: str) -> UnawarePhone:
    """Enrolled, with what the store has."""
    device_id = DeviceId(f"{nickname.lower()}sphone")
    at = to_text(store.clock())
    with store.engine.begin() as connection:
        code = connection.scalar(select(enrolment_code.c.id)) or store.an_id()
        if connection.scalar(select(enrolment_code.c.id)) is None:
            connection.execute(
                insert(enrolment_code).values(
                    id=code, code_hash="h", areas="[]", made_at=at, expires_at=at
                )
            )
        connection.execute(
            insert(device).values(
                id=device_id, token_hash=nickname, nickname=nickname, areas="[]",
                enrolled_at=at, enrolment_code_id=code,
            )
        )  # fmt: skip
    phone = UnawarePhone(store, Hlc(wall_ms=0, counter=0, device=device_id))
    phone.fetches()
    return phone
