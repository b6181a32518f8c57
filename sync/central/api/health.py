"""GET /healthz: whether the store can take what it is sent."""

from __future__ import annotations

import logging
import tempfile

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from sync.central.api.services import Services
from sync.central.engine import reading
from sync.central.facts import Fact, read_fact

log = logging.getLogger(__name__)


def health_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["Health"])

    @router.get("/healthz", summary="Is the store well?")
    def healthz() -> JSONResponse:
        """200 and "ok", or 503 and "degraded" with the names of what does not work."""
        faults = [name for name, works in CHECKS.items() if not works(services)]
        return JSONResponse(
            {
                "status": "degraded" if faults else "ok",
                "store_id": services.store_id,
                "version": services.version,
                "faults": faults,
            },
            status_code=503 if faults else 200,
            headers={"Cache-Control": "no-store"},
        )

    return router


def _database_answers(services: Services) -> bool:
    try:
        with reading(services.engine) as connection:
            return read_fact(connection, Fact.STORE_ID) == services.store_id
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return False


def _folder_is_writable(services: Services) -> bool:
    try:
        with tempfile.TemporaryFile(dir=services.data_folder) as file:
            file.write(b"ok")
    except OSError:
        log.exception("the data folder cannot be written")
        return False
    return True


CHECKS = {"database": _database_answers, "data_folder": _folder_is_writable}
