"""The office at /kontor over a small store, with a worker and the simulator: all for real."""

from __future__ import annotations

import io
import os
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flet_web.fastapi as flet_fastapi
import uvicorn
from fastapi import FastAPI
from PIL import Image, ImageDraw
from starlette.types import ASGIApp

from app.i18n import Words
from app.office.mount import OfficeServices, create_office
from sync.central.blobs import Blobs
from sync.central.desk import Desk
from sync.central.enrolment import Enrolment
from sync.central.report_store import ReportStore
from sync.domain.words import Category, Party
from sync.forward.malmo import MalmoConnector, MalmoSettings
from sync.forward.schedule import PollSchedule
from sync.forward.worker import Forwarding, Worker
from sync.simulator.application import create_simulator
from sync.simulator.settings import SimulatorSettings
from sync.simulator.store import SimulatorStore
from tests.office.small_store import SmallStore, a_small_store, taking_files

GRACE = timedelta(seconds=1)


def utc_now() -> datetime:
    return datetime.now(UTC)


def a_photo_of(word: str, colour: str) -> bytes:
    """A JPEG without metadata."""
    image = Image.new("RGB", (1200, 900), colour)
    draw = ImageDraw.Draw(image)
    draw.rectangle((420, 120, 460, 820), fill="#333333")
    draw.ellipse((330, 60, 550, 220), fill="#f2e6a0")
    draw.text((40, 820), word, fill="white", font_size=48)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeServer:
    address: str
    store: SmallStore
    city: SimulatorStore
    desk: Desk
    worker: Worker


@contextmanager
def an_office(folder: Path, *, advance_s: float = 0) -> Iterator[OfficeServer]:
    store = a_small_store(folder)
    blobs = Blobs.in_folder(folder / "photos")
    store.clock.at = utc_now() - timedelta(hours=3)
    city_folder = folder / "city"
    settings = SimulatorSettings(advance_s=advance_s)
    with serving(create_simulator(city_folder, settings, utc_now)) as city:
        store.photos = blobs  # type: ignore[assignment]
        queue = ReportStore(
            engine=store.engine,
            ledger=store.ledger,
            photos=blobs,
            category_names={one: Words("sv")(f"category.{one.value}") for one in Category},
            sender_name="Kirseberg Samverkan",
        )
        forwarding = Forwarding(
            queue=queue,
            connectors={Party.FGK: MalmoConnector(MalmoSettings(base_url=city))},
            name="worker",
            polls=PollSchedule(every=timedelta(seconds=1)),
        )
        worker = Worker(forwarding, now=utc_now, idle_s=0.2)
        desk = Desk(
            engine=store.engine,
            accounts=store.accounts,
            review=store.reviewing(GRACE),
            stuck=store.stuck,
            enrolment=Enrolment(now=utc_now, random=os.urandom),
            hand_in=taking_files(store, folder),
            blobs=blobs,
            folder=folder,
            now=utc_now,
            wake_worker=worker.wake,
            link_for=lambda code: f"http://127.0.0.1/#kod={code}",
        )
        worker.start()
        try:
            with serving(_mounted(create_office(OfficeServices(desk=desk)))) as address:
                yield OfficeServer(
                    address=f"{address}/kontor/",
                    store=store,
                    city=SimulatorStore(city_folder),
                    desk=desk,
                    worker=worker,
                )
        finally:
            worker.stop()
            store.engine.dispose()


def _mounted(office: ASGIApp) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await flet_fastapi.app_manager.start()
        yield
        await flet_fastapi.app_manager.shutdown()

    app = FastAPI(lifespan=lifespan)
    app.mount("/kontor", office)
    return app


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The address of `app` on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        lifespan="on",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
