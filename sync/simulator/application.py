"""Puts the simulator together."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from sync.simulator.contract import contract_router
from sync.simulator.desk import Desk
from sync.simulator.page_routes import page_router
from sync.simulator.settings import Clock, SimulatorSettings
from sync.simulator.store import SimulatorStore


def create_simulator(folder: Path, settings: SimulatorSettings, clock: Clock) -> FastAPI:
    """An ASGI app with the calls at its root; its state lives in `folder`, which is made.

    Raises OSError or sqlite3.Error when the folder cannot be used.
    """
    desk = Desk(store=SimulatorStore(folder), settings=settings, clock=clock)
    # The city's service describes itself nowhere, so this one does not either.
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(contract_router(desk))
    app.include_router(page_router(desk))
    return app
