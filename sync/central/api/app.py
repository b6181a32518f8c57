"""The HTTP interface as one application, or added to another beside the app and the office."""

from __future__ import annotations

import re

from fastapi import FastAPI, Request, Response

from sync.central.api.address import address_router
from sync.central.api.briefing import briefing_router
from sync.central.api.docs import docs_router
from sync.central.api.enrol import enrol_router
from sync.central.api.error_reports import error_reports_router
from sync.central.api.health import health_router
from sync.central.api.meant_method import TakesMeantMethod
from sync.central.api.pictures import pictures_router
from sync.central.api.services import Services
from sync.central.api.short_way import ShortWay
from sync.central.api.sync import sync_router
from sync.central.api.tiles import tiles_router
from sync.central.api.uploads import uploads_router
from sync.central.api.whose import SaysWhoseItIs
from sync.central.problems import Problem, add_problem_handlers
from sync.headers import STORE_HEADER

_ASKED_ALL_THE_TIME = (sync_router, uploads_router)
_ROUTERS = (
    enrol_router,
    briefing_router,
    address_router,
    error_reports_router,
    pictures_router,
    tiles_router,
    health_router,
)


def create_api(services: Services) -> FastAPI:
    """Only the interface; its own pages for OpenAPI are off, they load from another host."""
    app = FastAPI(title="Rundan", version=services.version, openapi_url=None)
    add_api(app, services)
    return app


def add_missing_api(app: FastAPI) -> None:
    """Says no in the API's own words to what is not there, before anything is mounted at /."""
    every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    for path in ("/api", "/api/{path:path}", "/healthz"):
        app.add_api_route(path, _missing, methods=every, include_in_schema=False)


def _missing(request: Request) -> Response:
    path = request.url.path
    if request.method == "HEAD" and path == "/healthz":
        return Response()
    known = _methods_at(request.app, path)
    if known:
        raise Problem("not_allowed", f"use {', '.join(sorted(known))}")
    raise Problem("not_found", f"there is no {path}")


def _methods_at(app: FastAPI, path: str) -> set[str]:
    """What the interface describes of itself at this path."""
    return {
        method.upper()
        for template, operations in app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
        for method in operations
    }


def add_api(app: FastAPI, services: Services) -> None:
    """Adds /api, /healthz and the shape of errors. To be called before anything is mounted at /."""
    add_problem_handlers(app, {STORE_HEADER: services.store_id})
    direct = [router(services) for router in _ASKED_ALL_THE_TIME]
    app.add_middleware(ShortWay, routers=direct)
    app.add_middleware(TakesMeantMethod)
    app.add_middleware(SaysWhoseItIs, store_id=services.store_id)
    for router in (*direct, *(router(services) for router in _ROUTERS)):
        app.include_router(router)
    app.include_router(docs_router(app))
