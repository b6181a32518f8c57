"""What the HTTP interface is made of; sync.central.__main__ puts it together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from sync.central.blobs import Blobs
from sync.central.enrolment import Enrolment
from sync.central.facts import Fact, fact_or_new
from sync.central.ledger import Ledger
from sync.central.parts import Parts
from sync.central.uploads import Uploads
from sync.central.wrong_tries import WrongTries
from sync.domain.ids import DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """data_folder: where the store keeps its files; must be writable."""

    engine: Engine
    ledger: Ledger
    enrolment: Enrolment
    wrong_tries: WrongTries
    blobs: Blobs
    uploads: Uploads
    store_id: str
    version: str
    data_folder: Path
    now: Callable[[], datetime]


def open_services(
    *,
    engine: Engine,
    data_folder: Path,
    version: str,
    now: Callable[[], datetime],
    random: Callable[[int], bytes],
    blobs: Blobs | None = None,
) -> Services:
    """The services of a store whose database is migrated. blobs: None is a folder of photos."""
    with engine.begin() as connection:
        store_id = fact_or_new(connection, Fact.STORE_ID, random(16).hex())
    if blobs is None:
        blobs = Blobs.in_folder(data_folder / "photos")
    parts = Parts(data_folder / "uploads")
    return Services(
        engine=engine,
        ledger=Ledger(store_device=DeviceId(store_id), now=now, random=random),
        enrolment=Enrolment(now=now, random=random),
        wrong_tries=WrongTries(now),
        blobs=blobs,
        uploads=Uploads(engine=engine, parts=parts, blobs=blobs, now=now),
        store_id=store_id,
        version=version,
        data_folder=data_folder,
        now=now,
    )
