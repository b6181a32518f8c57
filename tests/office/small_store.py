"""A store in a folder, with a phone's observations in it, for tests of the office and worker."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import Engine, insert, select

from sync.central.accounts import Account, Accounts, Role
from sync.central.blobs import Blobs
from sync.central.desk import Desk
from sync.central.engine import migrate, open_engine
from sync.central.enrolment import Enrolment
from sync.central.hand_in import HandIn
from sync.central.ledger import Ledger
from sync.central.parts import Parts
from sync.central.photos import note_area
from sync.central.report_store import ReportStore
from sync.central.review import Review
from sync.central.stuck import StuckReports
from sync.central.tables import area, observation, report, stored_photo
from sync.central.uploads import Uploads
from sync.domain.change import Change, Json
from sync.domain.clock import Hlc, tick
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId, Sha256, uuid7
from sync.domain.instants import to_ms, to_text
from sync.domain.malmo import LIMITS
from sync.domain.words import Category, EntityKind, Writer

KIRSEBERG = AreaCode("kirseberg")
TORGET = {"lat_deg": 55.611, "lon_deg": 13.032, "accuracy_m": 6.0, "source": "gps"}
STORE_ID = "store"
PASSWORD = "en lampa vid torget"
OUTLINE = {
    "type": "Polygon",
    "coordinates": [
        [[13.02, 55.594], [13.075, 55.594], [13.075, 55.632], [13.02, 55.632], [13.02, 55.594]]
    ],
}
FAST_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@dataclass
class Clock:
    at: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@dataclass
class Photos:
    """Bytes by their hash, like sync.central.blobs."""

    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, sha256: Sha256, data: bytes) -> None:
        self.files[sha256] = data

    def exists(self, sha256: Sha256) -> bool:
        return sha256 in self.files

    def get(self, sha256: Sha256) -> bytes:
        if sha256 not in self.files:
            raise FileNotFoundError(sha256)
        return self.files[sha256]


@dataclass
class SmallStore:
    engine: Engine
    clock: Clock
    ledger: Ledger
    photos: Photos
    review: Review
    stuck: StuckReports
    queue: ReportStore
    accounts: Accounts
    coordinator: Account
    phone: Hlc

    def an_id(self) -> str:
        return uuid7(to_ms(self.clock()), os.urandom(10))

    def phone_writes(self, entity: EntityKind, entity_id: str, **fields: Json) -> None:
        self.phone = tick(self.phone, to_ms(self.clock()))
        change = Change(
            change_id=ChangeId(self.an_id()),
            area=KIRSEBERG,
            entity=entity,
            entity_id=EntityId(entity_id),
            fields=fields,
            made_at=self.phone,
            device_id=self.phone.device,
        )
        with self.engine.begin() as connection:
            done = self.ledger.ingest(
                connection,
                [change],
                writer=Writer.PHONE,
                areas=frozenset({KIRSEBERG}),
                received_from=self.phone.device,
            )
        assert not done.refused, done.refused

    def an_observation(self, *, photo: bytes | None = b"a picture", **fields: Json) -> str:
        """A defect as a phone sends it; a field given as None is left out."""
        observation_id = self.an_id()
        everything: dict[str, Json] = {
            "kind": "defect",
            "category": "belysning",
            "text": "Lampan är trasig",
            "place": TORGET,
            "noted_at": to_text(self.clock()),
            "noted_by": "Räven",
            **fields,
        }
        given = {name: value for name, value in everything.items() if value is not None}
        self.phone_writes(EntityKind.OBSERVATION, observation_id, **given)
        if photo is not None:
            self.a_photo(observation_id, photo)
        return observation_id

    def a_photo(
        self,
        observation_id: str,
        content: bytes,
        *,
        arrived: bool = True,
        cover: str | None = "nothing_to_cover",
        **fields: Json,
    ) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        photo_id = self.an_id()
        everything: dict[str, Json] = {
            "observation_id": observation_id,
            "sha256": sha256,
            "position": 0,
            "cover": cover,
            **fields,
        }
        given = {name: value for name, value in everything.items() if value is not None}
        self.phone_writes(EntityKind.PHOTO, photo_id, **given)
        if arrived:
            self.store_photo(content)
        return photo_id

    def store_photo(self, content: bytes) -> None:
        sha256 = Sha256(hashlib.sha256(content).hexdigest())
        if self.photos.exists(sha256):
            return
        self.photos.put(sha256, content)
        with self.engine.begin() as connection:
            connection.execute(
                insert(stored_photo).values(
                    sha256=sha256, size_bytes=len(content), stored_at=to_text(self.clock())
                )
            )
            note_area(connection, sha256, KIRSEBERG)

    def approve(self, observation_id: str) -> str:
        with self.engine.begin() as connection:
            report_id = self.review.approve(
                connection, observation_id, self.coordinator, self.clock()
            )
        assert report_id is not None
        return report_id

    def approved_and_due(self, **fields: Json) -> str:
        """A report that a worker may take now."""
        report_id = self.approve(self.an_observation(**fields))
        self.clock.forward(seconds=10)
        return report_id

    def row(self, report_id: str) -> Mapping[str, object]:
        with self.engine.connect() as connection:
            found = connection.execute(select(report).where(report.c.id == report_id))
            return dict(found.mappings().one())

    def reports(self) -> list[Mapping[str, object]]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(select(report)).mappings()]

    def observation(self, observation_id: str) -> Mapping[str, object]:
        with self.engine.connect() as connection:
            found = connection.execute(
                select(observation).where(observation.c.id == observation_id)
            )
            return dict(found.mappings().one())

    def reviewing(self, grace: timedelta) -> Review:
        return replace(self.review, grace=grace)

    def an_account(self, name: str, role: Role, *areas: str) -> Account:
        with self.engine.begin() as connection:
            return self.accounts.add(
                connection,
                name=name,
                password=PASSWORD,
                role=role,
                areas=tuple(AreaCode(one) for one in areas),
                now=self.clock(),
            )


def a_small_store(folder: Path) -> SmallStore:
    engine = open_engine(f"sqlite:///{folder / 'store.sqlite'}")
    migrate(engine)
    clock = Clock()
    numbers = itertools.count(1)
    ledger = Ledger(store_device=DeviceId(STORE_ID), now=clock, random=os.urandom)
    photos = Photos()
    accounts = Accounts(FAST_HASHER)
    with engine.begin() as connection:
        connection.execute(
            insert(area).values(code=KIRSEBERG, name="Kirseberg", outline=json.dumps(OUTLINE))
        )
        coordinator = accounts.add(
            connection,
            name="amira",
            password=PASSWORD,
            role=Role.COORDINATOR,
            areas=(KIRSEBERG,),
            now=clock(),
        )
    return SmallStore(
        engine=engine,
        clock=clock,
        ledger=ledger,
        photos=photos,
        review=Review(ledger=ledger, random=os.urandom, limits=LIMITS),
        stuck=StuckReports(ledger=ledger),
        queue=ReportStore(
            engine=engine,
            ledger=ledger,
            photos=photos,
            category_names={one: one.value.capitalize() for one in Category},
            sender_name="Kirseberg Samverkan",
        ),
        accounts=accounts,
        coordinator=coordinator,
        phone=Hlc(wall_ms=0, counter=0, device=DeviceId(f"phone{next(numbers)}")),
    )


def taking_files(store: SmallStore, folder: Path) -> HandIn:
    """For files of phones that could not send; their photos go where the store keeps them."""
    photos = store.photos if isinstance(store.photos, Blobs) else Blobs.in_folder(folder / "photos")
    uploads = Uploads(
        engine=store.engine, parts=Parts(folder / "parts"), blobs=photos, now=store.clock
    )
    return HandIn(engine=store.engine, ledger=store.ledger, uploads=uploads, store_id=STORE_ID)


def a_desk(store: SmallStore, folder: Path, blobs: Blobs | Photos) -> Desk:
    """What the office's screens ask. blobs: where it looks for photos."""
    return Desk(
        engine=store.engine,
        accounts=store.accounts,
        review=store.review,
        stuck=store.stuck,
        enrolment=Enrolment(now=store.clock, random=os.urandom),
        hand_in=taking_files(store, folder),
        blobs=blobs,  # type: ignore[arg-type]  # Photos has as much of it as these tests ask
        folder=folder,
        now=store.clock,
        wake_worker=lambda: None,
        link_for=lambda code: f"https://rundan.example/#{code}",
    )
