"""The three calls of Malmö's e-service, answer for answer."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sync.simulator.desk import Desk
from sync.simulator.faults import Call, FaultKind
from sync.simulator.intake import RefusedCase, RefusedUpload, read_case, read_upload
from sync.simulator.lost_answer import LostAnswer
from sync.simulator.store import UnknownPhoto

log = logging.getLogger(__name__)

API_KEY_HEADER = "ApiKey"
SERVICE_ERROR = {"Message": "An error has occurred."}
NO_ACCESS = {"Message": "Authorization has been denied for this request."}
UNKNOWN_CASE = "ID does not exist."
_EMPTY = {
    Call.UPLOAD: {"tempId": ""},
    Call.ARENDE: {"IssueId": ""},
    Call.STATUS: {"IssueStatus": ""},
}


def contract_router(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.post("/upload")
    async def upload(request: Request) -> Response:
        async def carry_out() -> Response:
            try:
                photo = await read_upload(request)
            except RefusedUpload as refusal:
                return JSONResponse({"error": str(refusal)}, 400)
            temp_id = await run_in_threadpool(
                desk.store.add_photo,
                photo.content,
                field=photo.field,
                name=photo.name,
                extension=photo.extension,
                now=desk.now(),
            )
            return JSONResponse({"tempId": temp_id})

        return await _answer(desk, request, Call.UPLOAD, carry_out)

    @router.post("/arende")
    async def arende(request: Request) -> Response:
        async def carry_out() -> Response:
            try:
                sent, temp_ids = await read_case(request)
                case_id = await run_in_threadpool(desk.store.add_case, sent, temp_ids, desk.now())
            except (RefusedCase, UnknownPhoto) as refusal:
                log.info("case refused: %s", type(refusal).__name__)
                return JSONResponse(SERVICE_ERROR, 500)
            return JSONResponse({"IssueId": case_id})

        return await _answer(desk, request, Call.ARENDE, carry_out)

    @router.get("/arende/{issue_id}")
    async def status(request: Request, issue_id: str) -> Response:
        async def carry_out() -> Response:
            case_id = case_number(issue_id)
            case = await run_in_threadpool(desk.store.case, case_id)
            if case is None:
                # That it is plain text is known, its status code is not: 200, so that whoever
                # reads the answer has to look at more than the code.
                return PlainTextResponse(UNKNOWN_CASE)
            return JSONResponse({"IssueStatus": desk.word(case)})

        return await _answer(desk, request, Call.STATUS, carry_out)

    return router


def case_number(text: str) -> int:
    """The number in the address; 0, which no case has, for anything that is not one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


async def _answer(
    desk: Desk, request: Request, call: Call, carry_out: Callable[[], Awaitable[Response]]
) -> Response:
    """The answer of `carry_out`, or what the fault that is switched on makes of it."""
    if not _may_enter(request, desk.settings.api_key):
        return JSONResponse(NO_ACCESS, 401)
    fault = await run_in_threadpool(desk.store.take_fault, call)
    try:
        if fault is not None and fault.kind in (FaultKind.ERROR_500, FaultKind.EMPTY_ID):
            await _read_away(request)
            if fault.kind is FaultKind.ERROR_500:
                return JSONResponse(SERVICE_ERROR, 500)
            return JSONResponse(_EMPTY[call])
        response = await carry_out()
    except ClientDisconnect:
        log.info("the caller left before its request was complete")
        return Response(status_code=400)
    if fault is not None and fault.kind is FaultKind.SLOW:
        await _wait(request, fault.delay_s)
    if fault is not None and fault.kind is FaultKind.LOSE_ANSWER:
        return LostAnswer()
    return response


def _may_enter(request: Request, api_key: str | None) -> bool:
    if api_key is None:
        return True
    given = request.headers.get(API_KEY_HEADER, "")
    return hmac.compare_digest(given.encode(), api_key.encode())


async def _read_away(request: Request) -> None:
    async for _ in request.stream():
        continue


async def _wait(request: Request, delay_s: float) -> None:
    """Until the time is up or the caller has given up."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(delay_s):
            while (await request.receive())["type"] != "http.disconnect":
                continue
