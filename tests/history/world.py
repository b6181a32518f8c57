"""The store of the history with its office and its city, and the one clock that goes right."""

from __future__ import annotations

import io
import json
import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from argon2 import PasswordHasher
from PIL import Image
from sqlalchemy import Connection

from sync.central.accounts import Account, Accounts, Role
from sync.central.api.app import create_api
from sync.central.api.services import open_services
from sync.central.areas import Area, put_area
from sync.central.desk import Desk
from sync.central.engine import migrate, open_engine
from sync.central.hand_in import HandIn
from sync.central.ledger import Ledger
from sync.central.report_store import ReportStore
from sync.central.review import Review
from sync.central.stuck import StuckReports
from sync.domain.change import Change
from sync.domain.ids import AreaCode, DeviceId
from sync.domain.words import Category, Party
from sync.forward.worker import Forwarding
from tests.central.a_store import DATABASE, KIRSEBERG, ROSENGARD, Clock
from tests.history.city import MoodyCity
from tests.history.link import Network
from tests.history.witness import Witness

if TYPE_CHECKING:
    from tests.history.phone import Phone

BASE_URL = "http://store.test"
PASSWORD = "en lampa vid torget"
COORDINATORS = ("amira", "bo")


@dataclass(kw_only=True)
class World:
    """chance: all that is random comes from it. wrong_by: how wrong the store's own clock is."""

    folder: Path
    chance: random.Random
    clock: Clock = field(default_factory=Clock)
    wrong_by: timedelta = timedelta(0)
    witness: Witness = field(default_factory=Witness)
    phones: list[Phone] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._accounts = Accounts(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        self.city = MoodyCity(self.chance)
        self.network = Network(lambda: self._transport, self.chance)
        self.start_store()
        with self.services.engine.begin() as connection:
            for code in (KIRSEBERG, ROSENGARD):
                outline = {"type": "Polygon", "coordinates": [[[13.0, 55.6], [13.1, 55.6]]]}
                put_area(connection, Area(code=code, name=code.capitalize(), outline=outline))
            self.coordinators: list[Account] = [
                self._accounts.add(
                    connection,
                    name=name,
                    password=PASSWORD,
                    role=Role.COORDINATOR,
                    areas=(KIRSEBERG, ROSENGARD),
                    now=self.store_now(),
                )
                for name in COORDINATORS
            ]

    def store_now(self) -> datetime:
        return self.clock() + self.wrong_by

    def start_store(self) -> None:
        """Also again: what was only in its memory is gone."""
        engine = open_engine(f"sqlite:///{self.folder / DATABASE}")
        migrate(engine)
        self.services = services = open_services(
            engine=engine,
            data_folder=self.folder,
            version="0.0.0",
            now=self.store_now,
            random=self.chance.randbytes,
        )
        ledger = _Witnessed(self)
        self._transport = httpx.ASGITransport(app=create_api(services))
        self.desk = Desk(
            engine=engine,
            accounts=self._accounts,
            review=Review(ledger=ledger, random=self.chance.randbytes),
            stuck=StuckReports(ledger=ledger),
            enrolment=services.enrolment,
            hand_in=HandIn(
                engine=engine,
                ledger=services.ledger,
                uploads=services.uploads,
                store_id=services.store_id,
            ),
            blobs=services.blobs,
            folder=self.folder,
            now=self.store_now,
            wake_worker=lambda: None,
            link_for=lambda code: code,
        )
        self.forwarding = Forwarding(
            queue=ReportStore(
                engine=engine,
                ledger=ledger,
                photos=services.blobs,
                category_names={one: one.value for one in Category},
                sender_name="Kirseberg Samverkan",
            ),
            connectors={party: self.city for party in Party},
            name="worker",
        )

    def stop_store(self) -> None:
        self.services.engine.dispose()

    def code(self, *areas: AreaCode) -> str:
        with self.services.engine.begin() as connection:
            made = self.services.enrolment.make_code(connection, areas, timedelta(days=1))
        return made.text

    def not_in_log(self, ids: Iterable[str]) -> list[str]:
        """Asked beside the store, on a connection of its own: what is committed, nothing else."""
        with closing(
            sqlite3.connect(f"file:{self.folder / DATABASE}?mode=ro", uri=True)
        ) as database:
            rows = database.execute(_NOT_IN_LOG, [json.dumps(list(ids))]).fetchall()
        return [row[0] for row in rows]


class _Witnessed(Ledger):
    """What the office and the worker write is written down, until they are told how it went."""

    def __init__(self, world: World) -> None:
        super().__init__(
            store_device=DeviceId(world.services.store_id),
            now=world.store_now,
            random=world.chance.randbytes,
        )
        self._witness = world.witness

    def record(self, connection: Connection, **what: Any) -> Change:
        change = super().record(connection, **what)
        self._witness.was_written(change)
        return change


def a_picture(chance: random.Random) -> bytes:
    """A JPEG of one colour. Now and then two phones take the same picture."""
    out = io.BytesIO()
    colour = tuple(16 * chance.randrange(16) for _ in range(3))
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


_NOT_IN_LOG = """
SELECT value FROM json_each(?) WHERE value NOT IN (SELECT change_id FROM change_log)
"""
