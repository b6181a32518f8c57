"""The page and its buttons; the same buttons answer JSON to whoever sends JSON."""

from __future__ import annotations

import json
from http import HTTPStatus

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)

from sync.simulator.contract import case_number
from sync.simulator.desk import Desk
from sync.simulator.fault_panel import described
from sync.simulator.faults import BadFault, fault_from
from sync.simulator.intake import RefusedCase, read_bounded
from sync.simulator.listing import listing
from sync.simulator.markup import tag
from sync.simulator.page import PageContents, document, render
from sync.simulator.page_style import STYLE
from sync.simulator.pictures import UNKNOWN_CONTENT
from sync.simulator.received import ReceivedCase

_MAX_FIELDS_BYTES = 64_000
_MAX_WORD_CHARS = 100
_GUARD = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def page_router(desk: Desk) -> APIRouter:
    router = APIRouter()

    @router.get("/")
    def page(request: Request) -> Response:
        cases = desk.store.cases()
        contents = PageContents(
            root=_root(request),
            cases=cases,
            words={case.case_id: desk.word(case) for case in cases},
            orphans=desk.store.orphans(),
            faults=desk.store.faults(),
            advance_s=desk.settings.advance_s,
        )
        return HTMLResponse(render(contents), headers=_GUARD)

    @router.get("/stil.css")
    def style() -> Response:
        return Response(STYLE, media_type="text/css", headers={"Cache-Control": "no-cache"})

    @router.get("/mottaget.json")
    def received(request: Request) -> Response:
        return JSONResponse(listing(desk, _root(request)), headers=_GUARD)

    @router.get("/foto/{number}")
    def photo(request: Request, number: str) -> Response:
        found = desk.store.photo(case_number(number))
        if found is None or not found[1].is_file():
            return _sorry(request, HTTPStatus.NOT_FOUND, "Fotot finns inte.")
        kept, file = found
        # What is no picture is handed out as a file to save, never as something to show.
        download = file.name if kept.content_type == UNKNOWN_CONTENT else None
        return FileResponse(file, media_type=kept.content_type, filename=download, headers=_GUARD)

    @router.post("/fel")
    async def switch_on(request: Request) -> Response:
        try:
            fault = fault_from(await _fields(request))
        except BadFault as bad:
            return _sorry(request, HTTPStatus.BAD_REQUEST, str(bad))
        await run_in_threadpool(desk.store.set_fault, fault)
        return _done(request, "/", {"fault": described(fault)})

    @router.post("/fel/av")
    async def switch_off(request: Request) -> Response:
        await run_in_threadpool(desk.store.clear_faults)
        return _done(request, "/", {"faults": []})

    @router.post("/stega")
    def step_all(request: Request) -> Response:
        cases = desk.store.cases()
        for case in cases:
            desk.step(case)
        return _done(request, "/", {"stepped": len(cases)})

    @router.post("/arende/{number}/stega")
    def step(request: Request, number: str) -> Response:
        case = desk.store.case(case_number(number))
        if case is None:
            return _no_such_case(request)
        desk.step(case)
        return _shown(request, desk, case)

    @router.post("/arende/{number}/status")
    async def set_word(request: Request, number: str) -> Response:
        word = (await _fields(request)).get("word", "").strip()
        if len(word) > _MAX_WORD_CHARS:
            sentence = f"Statusordet får ha högst {_MAX_WORD_CHARS} tecken."
            return _sorry(request, HTTPStatus.BAD_REQUEST, sentence)
        case = await run_in_threadpool(desk.store.case, case_number(number))
        if case is None:
            return _no_such_case(request)
        await run_in_threadpool(desk.set_word, case, word)
        return await run_in_threadpool(_shown, request, desk, case)

    @router.post("/tom")
    async def empty(request: Request) -> Response:
        if (await _fields(request)).get("sure") != "ja":
            sentence = "Kryssa i rutan (sure=ja) för att ta bort allt."
            return _sorry(request, HTTPStatus.BAD_REQUEST, sentence)
        await run_in_threadpool(desk.store.empty)
        return _done(request, "/", {"cases": [], "orphans": []})

    return router


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")


def _wants_json(request: Request) -> bool:
    return "json" in request.headers.get("content-type", "")


async def _fields(request: Request) -> dict[str, str]:
    """The fields of a form or of a JSON object, as text; what cannot be read is empty."""
    try:
        if _wants_json(request):
            parsed = json.loads(await read_bounded(request, _MAX_FIELDS_BYTES))
            pairs = list(parsed.items()) if isinstance(parsed, dict) else []
        else:
            async with request.form(max_fields=20) as form:
                pairs = list(form.multi_items())
    except (ValueError, RecursionError, HTTPException, RefusedCase):
        return {}
    return {
        str(key): str(value).encode("utf-8", "replace").decode()
        for key, value in pairs
        if isinstance(value, (str, int, float))
    }


def _done(request: Request, place: str, told: dict[str, object]) -> Response:
    if _wants_json(request):
        return JSONResponse(told)
    return RedirectResponse(_root(request) + place, HTTPStatus.SEE_OTHER)


def _shown(request: Request, desk: Desk, case: ReceivedCase) -> Response:
    fresh = desk.store.case(case.case_id) or case
    told: dict[str, object] = {"IssueId": fresh.case_id, "IssueStatus": desk.word(fresh)}
    return _done(request, f"/#arende-{fresh.case_id}", told)


def _no_such_case(request: Request) -> Response:
    return _sorry(request, HTTPStatus.NOT_FOUND, "Ärendet finns inte.")


def _sorry(request: Request, status: HTTPStatus, sentence: str) -> Response:
    if _wants_json(request):
        return JSONResponse({"error": sentence}, status)
    root = _root(request)
    body = tag(
        "main",
        tag("h1", sentence),
        tag("p", tag("a", "Tillbaka till sidan", href=f"{root}/")),
    )
    return HTMLResponse(document(sentence, root, body), status, headers=_GUARD)
