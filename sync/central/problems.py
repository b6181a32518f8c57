"""Everything the HTTP interface can say no with: problem details (RFC 9457), in one place.

Whoever finds something wrong raises Problem with a code of CODES; nothing else decides a status.
The code is what a program acts on; title and detail are for people who read logs.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/api/docs#problem-"
RETRY_AFTER_S = "10"
DISK_FAULTS = (OperationalError, OSError)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Code:
    """status: the HTTP status that a problem of this code is answered with."""

    status: int
    title: str


CODES: Mapping[str, Code] = {
    "bad_request": Code(400, "The request cannot be read"),
    "wrong_version": Code(400, "The store does not speak this version of the protocol"),
    "bad_length": Code(400, "The bytes sent are not those announced"),
    "unknown_token": Code(401, "No device with this token"),
    "revoked": Code(401, "This device has been shut out"),
    "wrong_code": Code(403, "No such enrolment code"),
    "expired_code": Code(403, "The enrolment code is no longer valid"),
    "not_your_area": Code(403, "The device does not belong to this area"),
    "already_stored": Code(403, "The photo is complete and stays"),
    "not_found": Code(404, "There is nothing here"),
    "not_allowed": Code(405, "This method does not work here"),
    "device_taken": Code(409, "The device id or token belongs to another device"),
    "wrong_offset": Code(409, "The store has another number of bytes"),
    "wrong_tus_version": Code(412, "The store speaks tus 1.0.0"),
    "too_large": Code(413, "The request is larger than the store takes"),
    "wrong_type": Code(415, "The body is not of the type it must be"),
    "not_a_photo": Code(415, "The bytes are not a JPEG photo"),
    "has_metadata": Code(422, "The photo holds metadata that may tell place or person"),
    "bad_value": Code(422, "A value is not what it must be"),
    "upload_busy": Code(423, "Another request is sending this photo now"),
    "too_many_tries": Code(429, "Too many wrong codes; wait"),
    "too_many_reports": Code(429, "Too many fault reports; wait"),
    "hash_mismatch": Code(460, "The bytes that arrived are not those that were sent"),
    "internal": Code(500, "The store failed"),
    "unavailable": Code(503, "The store cannot answer now"),
    "disk_full": Code(507, "The store has no room left"),
}

_BY_STATUS = {
    401: "unknown_token",
    403: "not_your_area",
    404: "not_found",
    405: "not_allowed",
    413: "too_large",
    415: "wrong_type",
    422: "bad_value",
}


class Problem(Exception):
    """A no, with a code of CODES. field: which name of the request is at fault."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code, self.detail, self.field = code, detail, field
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        return CODES[self.code].status


def problem_response(problem: Problem, status: int | None = None) -> JSONResponse:
    """status: when it is not the code's own (an unusual status of the framework)."""
    code = CODES[problem.code]
    body: dict[str, str | int] = {
        "type": TYPE_PREFIX + problem.code,
        "title": code.title,
        "status": status or code.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    if problem.field is not None:
        body["field"] = problem.field
    headers = {"Cache-Control": "no-store", **problem.headers}
    return JSONResponse(body, status or code.status, headers=headers, media_type=MEDIA_TYPE)


def add_problem_handlers(app: FastAPI, named: Mapping[str, str]) -> None:
    """From here on everything that `app` refuses or fails at is answered as a problem.

    named: headers of the answer after a fault of ours, which no middleware sees.
    """
    app.add_exception_handler(Problem, _declined)
    app.add_exception_handler(HTTPException, _framework_said_no)
    app.add_exception_handler(RequestValidationError, _invalid)
    for kind in DISK_FAULTS:
        app.add_exception_handler(kind, disk_failed)
    app.add_exception_handler(Exception, partial(_failed, named))


def _declined(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return problem_response(error)


def _framework_said_no(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = _BY_STATUS.get(error.status_code, "bad_request")
    return problem_response(
        Problem(code, str(error.detail), headers=error.headers), status=error.status_code
    )


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Names the first value at fault; never repeats what was sent."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = [str(part) for part in first["loc"] if part not in ("body", "header", "path", "query")]
    field = ".".join(where) or None
    if first["type"] == "json_invalid":
        return problem_response(Problem("bad_request", "the body is not JSON"))
    detail = f"{field or 'the request'}: {first['msg']}"
    return problem_response(Problem("bad_value", detail, field=field))


def disk_failed(request: Request, error: Exception) -> JSONResponse:
    """After one of DISK_FAULTS: nothing of the request was kept that the answer could promise."""
    log.error("%s %s: the disk or the database failed", *_asked(request), exc_info=error)
    later = {"Retry-After": RETRY_AFTER_S}
    if _is_full(error):
        return problem_response(Problem("disk_full", "the store's disk is full", headers=later))
    return problem_response(Problem("unavailable", "try again later", headers=later))


def _is_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    orig = getattr(error, "orig", None)
    return getattr(orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL


def _asked(request: Request) -> tuple[str, str]:
    return request.method, request.url.path


def _failed(named: Mapping[str, str], request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", *_asked(request), exc_info=error)
    return problem_response(Problem("internal", "the store's log says why", headers=named))
