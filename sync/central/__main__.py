"""`python -m sync.central`: one process with the store, the field app, the office and the worker.

Other commands than "serve" are in sync.central.commands.

The composition root: the only module of sync that knows the office.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import logging
import os
import socket
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import flet_web.fastapi as flet_fastapi
import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from app.office.mount import OfficeServices, create_office
from sync.central.api.app import add_api, add_missing_api
from sync.central.areas import areas_with
from sync.central.commands.command_line import read_command_line, run_command
from sync.central.composition import (
    SIMULATOR,
    FolderInUse,
    OtherCity,
    Store,
    enrolment_link,
    now,
    open_store,
)
from sync.central.demo import fill_demo, is_demo
from sync.central.engine import StoreIsNewer, reading
from sync.central.night import tidy
from sync.central.settings import BadSettings, Settings, read_settings
from sync.central.static import create_static_app
from sync.central.swedish import category_names
from sync.central.welcome import welcome
from sync.simulator.application import create_simulator
from sync.simulator.settings import SimulatorSettings

WEB = Path(__file__).resolve().parent.parent.parent / "build" / "web"
CODE_VALID_FOR = timedelta(days=2)
STOP_WITHIN_S = 5
KEEP_ALIVE_S = 75
"""Longer than a phone in use is silent; on a mobile link a new connection takes a second."""
SIMULATOR_PATH = "/simulator"


def main(arguments: list[str] | None = None) -> int:
    """0 when stopped, 2 with one sentence on stderr when it cannot start."""
    given = read_command_line(sys.argv[1:] if arguments is None else arguments)
    if given.command != "serve":
        return run_command(given)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("alembic", "flet", "flet_web", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        settings = read_settings(os.environ)
    except BadSettings as error:
        return _stop(f"Inställningen är fel: {error}")
    if not (WEB / "index.html").is_file():
        return _stop(f"Fältappen är inte byggd ({WEB}): kör ./build.sh web.")
    try:
        listener = _listener(settings)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            return _stop(
                f"Det går inte att lyssna på {settings.host} port {settings.port} "
                f"({error.strerror or error}): välj en annan adress med RUNDAN_HOST eller en "
                "port över 1023 med RUNDAN_PORT."
            )
        return _stop(
            f"Port {settings.port} på {settings.host} är upptagen ({error.strerror}): stäng det "
            "program som använder den, eller välj en annan med RUNDAN_PORT."
        )
    with listener, _inner_listener() as inner:
        return _open_and_serve(settings, listener, inner, wants_demo=given.demo)


def _open_and_serve(
    settings: Settings, listener: socket.socket, inner: socket.socket, *, wants_demo: bool
) -> int:
    simulator_url = f"http://127.0.0.1:{inner.getsockname()[1]}"
    try:
        store = open_store(settings, settings.malmo_url or simulator_url)
        simulator = None if settings.malmo_url else _simulator(settings)
        app = create_app(store, simulator)
    except FolderInUse:
        return _stop(
            f"En annan Rundan är redan igång med mappen {settings.data}: stäng den, eller välj en "
            "annan mapp med RUNDAN_DATA."
        )
    except OtherCity as error:
        return _stop(
            f"Ärendena i {settings.data} finns hos {_city_name(str(error))}, inte hos "
            f"{_city_name(settings.malmo_url or SIMULATOR)}: ta en tom mapp med RUNDAN_DATA, eller "
            "sätt RUNDAN_MALMO_URL som förut."
        )
    except StoreIsNewer as error:
        return _stop(f"Databasen i {settings.data} är från en nyare Rundan: {error}")
    except (sqlite3.DatabaseError, DatabaseError) as error:
        if "not a database" not in str(error) and "malformed" not in str(error):
            return _stop(_cannot_write(settings, error))
        return _stop(
            f"Databasen i {settings.data} är skadad ({_reason(error)}): lägg tillbaka den senaste "
            "säkerhetskopian, eller välj en annan mapp med RUNDAN_DATA."
        )
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        return _stop(_cannot_write(settings, error))
    with reading(store.services.engine) as connection:
        if settings.malmo_url is not None and is_demo(connection):
            return _stop(
                f"I {settings.data} ligger exempel, som inte får skickas till staden: ta bort "
                "RUNDAN_MALMO_URL, eller välj en annan mapp med RUNDAN_DATA."
            )
    if wants_demo:
        _say(_filled_with_examples(store))
    code = _new_code(store)
    _say(
        welcome(
            link=enrolment_link(settings, code),
            code=code,
            office=f"{settings.public_url}/kontor/",
            password=store.first_password,
            simulator=None if simulator is None else _simulator_page(settings, inner),
        )
    )
    with _served_inside(simulator, inner):
        _serve(app, settings, listener)
    return 0


def _filled_with_examples(store: Store) -> str:
    settings = store.settings
    summary = fill_demo(
        store.services,
        simulator_folder=None if settings.malmo_url else settings.data / "simulator",
        category_names=category_names(),
        sender_name=settings.sender_name,
        now=now(),
        random=os.urandom,
    )
    return summary.sentence


def create_app(store: Store, simulator: FastAPI | None) -> FastAPI:
    """Everything that answers on the one port."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await flet_fastapi.app_manager.start()
        store.worker.start()
        store.night.start()
        try:
            yield
        finally:
            store.night.stop()
            store.worker.stop()
            await flet_fastapi.app_manager.shutdown()
            tidy([store.set_mark])
            store.services.engine.dispose()

    app = FastAPI(
        title="Rundan", version=store.services.version, openapi_url=None, lifespan=lifespan
    )
    add_api(app, store.services)
    if simulator is not None and store.settings.is_only_local:
        # Its page has no log-in and shows reports with photos: not for a whole network.
        app.mount(SIMULATOR_PATH, simulator)
    app.mount("/kontor", create_office(OfficeServices(desk=store.desk)))
    app.add_api_route("/kontor", _to_the_office, include_in_schema=False)
    add_missing_api(app)
    app.mount("/", create_static_app(WEB))
    return app


def _simulator(settings: Settings) -> FastAPI:
    return create_simulator(
        settings.data / "simulator",
        SimulatorSettings(api_key=settings.malmo_api_key, advance_s=settings.advance_s),
        now,
    )


def _inner_listener() -> socket.socket:
    """Where the worker reaches the simulator: plain HTTP, from this machine only.

    Not through the store's own port, whose certificate (if any) is made out to another name.
    """
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


@contextlib.contextmanager
def _served_inside(simulator: FastAPI | None, listener: socket.socket) -> Iterator[None]:
    """The simulator in a thread of its own, for the worker."""
    if simulator is None:
        yield
        return
    config = uvicorn.Config(
        simulator,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="simulator", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STOP_WITHIN_S)


def _to_the_office() -> RedirectResponse:
    return RedirectResponse("/kontor/")


class _AnnouncingServer(uvicorn.Server):
    """Says when it is ready, which is what the person waits for."""

    def __init__(self, config: uvicorn.Config, ready: str) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _say(self._ready)


def _serve(app: FastAPI, settings: Settings, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        ssl_certfile=None if settings.tls_cert is None else str(settings.tls_cert),
        ssl_keyfile=None if settings.tls_key is None else str(settings.tls_key),
        ws="websockets-sansio",
    )
    gc.collect()
    gc.freeze()  # what the start made stays; looking through it again and again takes 50 ms
    ready = f"Klart: {settings.local_url}/ (avsluta med Ctrl-C)"
    with contextlib.suppress(KeyboardInterrupt):
        _AnnouncingServer(config, ready).run(sockets=[listener])
    _say("Rundan är stoppad. Allt är sparat.")


def _listener(settings: Settings) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _new_code(store: Store) -> str:
    with store.services.engine.begin() as connection:
        codes = [area.code for area in areas_with(connection)]
        new = store.services.enrolment.make_code(connection, codes, CODE_VALID_FOR)
    return new.text


def _cannot_write(settings: Settings, error: Exception) -> str:
    return (
        f"Mappen {settings.data} går inte att skriva i ({_reason(error)}): ge rätt till den, "
        "eller välj en annan med RUNDAN_DATA."
    )


def _simulator_page(settings: Settings, inner: socket.socket) -> str:
    """Where a person on this machine sees what the simulator has received."""
    if settings.is_only_local:
        return f"{settings.local_url}{SIMULATOR_PATH}/"
    return f"http://127.0.0.1:{inner.getsockname()[1]}/ (bara på den här datorn)"


def _city_name(city: str) -> str:
    return "simulatorn" if city == SIMULATOR else city


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(getattr(error, "orig", error))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _stop(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        _say("Rundan är stoppad.")
        sys.exit(0)
