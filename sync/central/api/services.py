"""What the HTTP interface is made of; sync.central.__main__ puts it together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from sync.central.address import Addresses
from sync.central.blobs import Blobs
from sync.central.briefing import BriefingSource, no_tiles
from sync.central.enrolment import Enrolment
from sync.central.error_reports import ErrorReports
from sync.central.facts import Fact, fact_or_new
from sync.central.geocoder import Geocoder
from sync.central.ledger import Ledger
from sync.central.parts import Parts
from sync.central.tiles.base_map import BaseMap
from sync.central.tiles.summary import tiles_for_briefing
from sync.central.tiles.tile_file import TileFile
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
    base_map: BaseMap
    addresses: Addresses
    error_reports: ErrorReports
    briefing: BriefingSource = field(default_factory=BriefingSource)


def open_services(
    *,
    engine: Engine,
    data_folder: Path,
    version: str,
    now: Callable[[], datetime],
    random: Callable[[int], bytes],
    blobs: Blobs | None = None,
    briefing: BriefingSource | None = None,
    base_map: BaseMap | None = None,
    geocoder: Geocoder | None = None,
) -> Services:
    """The services of a store whose database is migrated.

    blobs: None is a folder of photos. base_map: None is the map file of the folder.
    """
    with engine.begin() as connection:
        store_id = fact_or_new(connection, Fact.STORE_ID, random(16).hex())
    if blobs is None:
        blobs = Blobs.in_folder(data_folder / "photos")
    parts = Parts(data_folder / "uploads")
    map_ = base_map or BaseMap(file=TileFile(data_folder, random))
    briefing = briefing or BriefingSource()
    briefing = replace(briefing, has_address_lookup=geocoder is not None)
    if briefing.tiles_of is no_tiles:
        briefing = replace(briefing, tiles_of=lambda areas: tiles_for_briefing(map_, areas))
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
        base_map=map_,
        addresses=Addresses(engine=engine, geocoder=geocoder, now=now),
        error_reports=ErrorReports(data_folder, now=now, random=random),
        briefing=briefing,
    )
