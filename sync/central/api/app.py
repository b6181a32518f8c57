"""The HTTP interface as one application, or added to another beside the app and the office."""

from __future__ import annotations

from fastapi import FastAPI

from sync.central.api.docs import docs_router
from sync.central.api.enrol import enrol_router
from sync.central.api.health import health_router
from sync.central.api.pictures import pictures_router
from sync.central.api.services import Services
from sync.central.api.sync import sync_router
from sync.central.api.uploads import uploads_router
from sync.central.problems import add_problem_handlers

_ROUTERS = (enrol_router, sync_router, uploads_router, pictures_router, health_router)


def create_api(services: Services) -> FastAPI:
    """Only the interface; its own pages for OpenAPI are off, they load from another host."""
    app = FastAPI(title="Rundan", version=services.version, openapi_url=None)
    add_api(app, services)
    return app


def add_api(app: FastAPI, services: Services) -> None:
    """Adds /api, /healthz and the shape of errors. To be called before anything is mounted at /."""
    add_problem_handlers(app)
    for router in _ROUTERS:
        app.include_router(router(services))
    app.include_router(docs_router(app))
