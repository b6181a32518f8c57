"""POST /api/v1/error-reports: what a phone says of its own faults."""

import json
import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from sync.central.api.asking import asking_device
from sync.central.api.bodies import read_body
from sync.central.api.schemas import ERROR_REPORT_OPENAPI
from sync.central.api.services import Services
from sync.central.devices import Device
from sync.central.error_reports import MAX_CHARS
from sync.central.problems import Problem

MAX_BODY_BYTES = 128 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _text_in(body: bytes) -> str:
    """Without what would move the cursor of whoever reads the file."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem("bad_request", "the body is not JSON") from error
    typed = raw.get("text") if isinstance(raw, dict) else None
    if not isinstance(typed, str) or not typed.strip() or len(typed) > MAX_CHARS:
        reason = f"text: must be text of at most {MAX_CHARS} characters"
        raise Problem("bad_value", reason, field="text")
    return _CONTROLS.sub("", typed.replace("\r\n", "\n")).encode(errors="replace").decode()


class ErrorReportAnswer(BaseModel):
    """name: what to tell whoever looks after the store."""

    name: str


def error_reports_router(services: Services) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["Error reports"])
    asking = asking_device(services)

    @router.post(
        "/error-reports",
        summary="Keep a fault report of a phone",
        status_code=201,
        openapi_extra=ERROR_REPORT_OPENAPI,
    )
    async def error_report(
        request: Request, device: Annotated[Device, Depends(asking)]
    ) -> ErrorReportAnswer:
        """A few an hour per phone. text: a log without texts, places or tokens of people."""
        text = _text_in((await read_body(request, MAX_BODY_BYTES)).data)
        wait_s = services.error_reports.wait_s(device.device_id)
        if wait_s:
            again = {"Retry-After": str(wait_s)}
            raise Problem("too_many_reports", f"wait {wait_s} seconds", headers=again)
        name = await run_in_threadpool(
            services.error_reports.keep, device.device_id, services.version, text
        )
        return ErrorReportAnswer(name=name)

    return router
