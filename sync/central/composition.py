"""What the store's process is made of, below the office: built from the settings, in one place."""

from __future__ import annotations

import fcntl
import json
import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

import requests
from sqlalchemy import Connection, func, select

from sync.central.accounts import Accounts
from sync.central.api.services import Services, open_services
from sync.central.areas import Area, KnownPlace, areas_with, put_area
from sync.central.briefing import BriefingSource
from sync.central.desk import Desk
from sync.central.durable import make_folder
from sync.central.engine import migrate, open_engine
from sync.central.facts import Fact, fact_or_new, write_fact
from sync.central.geocoder import Geocoder
from sync.central.hand_in import HandIn
from sync.central.night import Night, tidy
from sync.central.put_back import mark, put_back_name
from sync.central.report_store import ReportStore
from sync.central.review import Review
from sync.central.settings import Settings
from sync.central.stray_photos import Strays, settle_strays
from sync.central.stuck import StuckReports
from sync.central.swedish import category_names
from sync.central.tables import report
from sync.central.tiles.opening import open_base_map
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode
from sync.domain.malmo import LIMITS
from sync.domain.words import Party
from sync.forward.malmo import MalmoConnector, MalmoSettings
from sync.forward.schedule import PollSchedule
from sync.forward.worker import Forwarding, Worker

SIMULATOR = "simulator"
ABANDONED_AFTER = timedelta(days=7)
"""A photo that came in part and was not gone on with for this long is given up."""
ASSETS = Path(__file__).resolve().parent.parent.parent / "assets"


def now() -> datetime:
    """The store's wall clock: the only place where the store reads it."""
    return datetime.now(UTC)


class FolderInUse(Exception):
    """Another process serves this data folder."""


class OtherCity(Exception):
    """The store has case numbers of another service than the one it is told to use now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """first_password: of the office, None once it has been changed. lock: of the folder.

    set_mark: to be called at a stop (see put_back.py).
    """

    settings: Settings
    services: Services
    desk: Desk
    worker: Worker
    night: Night
    first_password: str | None
    lock: IO[bytes]
    set_mark: Callable[[], None]


def open_store(settings: Settings, city_url: str) -> Store:
    """Opens the data folder, migrates the database, and builds all that works on it.

    city_url: where the e-service answers, the real one or the simulator.

    Raises OSError when the folder cannot be written, StoreIsNewer for a newer database,
    FolderInUse and OtherCity.
    """
    folder = settings.data
    make_folder(folder)
    lock = _locked(folder)
    engine = open_engine(f"sqlite:///{(folder / 'rundan.sqlite').resolve()}")
    migrate(engine)
    services = open_services(
        engine=engine,
        data_folder=folder,
        version=own_version(),
        now=now,
        random=os.urandom,
        briefing=BriefingSource(report_form_url=settings.report_form_url),
        geocoder=_geocoder(settings),
        base_map=open_base_map(settings, own_version()),
    )
    sweep = partial(services.uploads.sweep, ABANDONED_AFTER)
    tidy([sweep])
    put_back = put_back_name(engine, folder)
    set_mark = partial(mark, engine, folder, os.urandom)
    tidy([set_mark])
    services = telling_of(settle_strays(engine, services.blobs, now()), put_back, services)
    accounts = Accounts()
    with engine.begin() as connection:
        _check_city(connection, settings.malmo_url or SIMULATOR)
        put_first_areas(connection)
        first_password = accounts.ensure_first_account(connection, folder, now())
    review = Review(
        ledger=services.ledger,
        random=os.urandom,
        limits=LIMITS,
        grace=timedelta(seconds=settings.grace_s),
    )
    worker = _worker(settings, services, city_url)
    desk = Desk(
        engine=engine,
        accounts=accounts,
        review=review,
        stuck=StuckReports(ledger=services.ledger),
        enrolment=services.enrolment,
        hand_in=HandIn(
            engine=engine,
            ledger=services.ledger,
            uploads=services.uploads,
            store_id=services.store_id,
        ),
        blobs=services.blobs,
        folder=folder,
        now=now,
        wake_worker=worker.wake,
        link_for=lambda code: enrolment_link(settings, code),
    )
    return Store(
        settings=settings,
        services=services,
        desk=desk,
        worker=worker,
        night=Night([sweep, set_mark], now=now),
        first_password=first_password,
        lock=lock,
        set_mark=set_mark,
    )


def _geocoder(settings: Settings) -> Geocoder | None:
    if settings.geocoder_url is None:
        return None
    return Geocoder(settings.geocoder_url, settings.geocoder_user_agent)


def _locked(folder: Path) -> IO[bytes]:
    """An open file that no second process can lock; the lock goes with the process."""
    file = (folder / "rundan.lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise FolderInUse(str(folder)) from error
    return file


def _check_city(connection: Connection, city: str) -> None:
    """A case number means something else at another service: asking there would be wrong."""
    known = fact_or_new(connection, Fact.CITY, city)
    if known == city:
        return
    if connection.scalar(select(func.count()).where(report.c.case_ref.is_not(None))):
        raise OtherCity(known)
    write_fact(connection, Fact.CITY, city)


def enrolment_link(settings: Settings, code: str) -> str:
    """Opens the field app with the code filled in. What follows # is not sent to any server."""
    return f"{settings.public_url}/#/anslut/{code}"


def telling_of(strays: Strays, put_back: str | None, services: Services) -> Services:
    """Phones hear with their briefing what the store may have lost, and send what they still have.

    put_back: see put_back.py.
    """
    briefing = replace(services.briefing, photos_missed=strays.name_of_missing, put_back=put_back)
    return replace(services, briefing=briefing)


def own_version() -> str:
    project = tomllib.loads((ASSETS.parent / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def areas_from_file(path: Path) -> list[Area]:
    """Areas as boxes: {"areas": [{code, name, bbox: {south, west, north, east}}]}, WGS 84."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return [
        Area(
            code=AreaCode(one["code"]),
            name=one["name"],
            outline=_polygon(one["bbox"]),
            places=tuple(
                KnownPlace(
                    name=place["name"],
                    point=GeoPoint(lat_deg=place["lat"], lon_deg=place["lon"]),
                )
                for place in raw.get("places", ())
                if place["area"] == one["code"]
            ),
        )
        for one in raw["areas"]
    ]


def put_first_areas(connection: Connection) -> None:
    """Those of the file into an empty store; a store of an older release gets their places."""
    known = {area.code: area for area in areas_with(connection)}
    for area in areas_from_file(ASSETS / "areas.json"):
        own = known.get(area.code)
        if not known:
            put_area(connection, area)
        elif own is not None and area.places and not own.places:
            put_area(connection, replace(own, places=area.places))


def _polygon(box: dict[str, float]) -> dict[str, object]:
    west, south, east, north = box["west"], box["south"], box["east"], box["north"]
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _direct_session() -> requests.Session:
    """Past any proxy that the environment names: the simulator is on this machine."""
    session = requests.Session()
    session.trust_env = False
    return session


def _worker(settings: Settings, services: Services, city_url: str) -> Worker:
    malmo = MalmoConnector(
        MalmoSettings(
            base_url=city_url,
            api_key=settings.malmo_api_key,
            photo_field=settings.malmo_photo_field,
            coordinate_system=settings.malmo_coordinates,
        ),
        sessions=_direct_session if settings.is_malmo_here else requests.Session,
    )
    queue = ReportStore(
        engine=services.engine,
        ledger=services.ledger,
        photos=services.blobs,
        category_names=category_names(),
        sender_name=settings.sender_name,
        sender_email=settings.sender_email,
    )
    forwarding = Forwarding(
        queue=queue,
        connectors={Party.FGK: malmo},
        name=f"worker-{os.getpid()}",
        polls=PollSchedule(every=timedelta(seconds=settings.poll_s)),
    )
    return Worker(forwarding, now=now, idle_s=1.0, sole=True)
