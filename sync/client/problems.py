"""What the store says when it does not do as asked, and the error that each of it is.

Functions of one answer; they know nothing of the request but what kind it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from sync.client.errors import (
    DeviceRevoked,
    MessageNotTaken,
    NotTheStore,
    SignInNeeded,
    StoreInTrouble,
    TooOld,
)
from sync.client.transport import Response
from sync.wire import whole_json

AT_FAULT = frozenset({400, 413, 422, 500})
"""What the store answers a message when one change in it may be why."""
WRONG_VERSION = "wrong_version"
LOG_IN_FIRST = 511
"""RFC 6585: never of the server that was asked, always of the network before it."""
HEAD_CODES = {404: "unknown_upload", 423: "upload_busy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem-details answer (RFC 9457) of the store. code: what a program can act on."""

    status: int
    code: str
    detail: str


def problem_in(response: Response) -> Problem:
    """The problem in an answer; raises for what means the same after every request."""
    if response.status == LOG_IN_FIRST:
        raise NotTheStore("a network that wants somebody to log in")
    if response.status in (408, 429) or response.status >= 500:
        raise StoreInTrouble(f"the store answered {response.status}")
    if not _is_problem(response):
        if response.status in (409, 460, 423) and "tus-resumable" in response.headers:
            return Problem(status=response.status, code="upload_conflict", detail="")
        raise NotTheStore(f"an answer {response.status} that is not the store's")
    raw = json_object(response)
    problem = Problem(
        status=response.status,
        code=str(raw.get("code", "")),
        detail=str(raw.get("detail", "")),
    )
    if problem.status == 401:
        raise_for(problem)
    return problem


def raise_not_taken(response: Response) -> NoReturn:
    """Of a sync: raises what the caller can do about it."""
    if response.status in AT_FAULT and _is_problem(response):
        raw = json_object(response)
        code, text = str(raw.get("code", "")), str(raw.get("detail", ""))
        if code != WRONG_VERSION:
            raise MessageNotTaken(response.status, f"{code}: {text}")
    raise_for(problem_in(response))


def raise_for(problem: Problem) -> NoReturn:
    if problem.status == 401:
        error = DeviceRevoked if problem.code == "revoked" else SignInNeeded
        raise error(problem.detail)
    if problem.code == WRONG_VERSION:
        raise TooOld(problem.detail)
    raise StoreInTrouble(f"{problem.status} {problem.code}: {problem.detail}")


def problem_without_body(response: Response) -> Problem:
    """The answer to a HEAD says no more than its status. Who may not ask hears why at the next

    sync.
    """
    if response.status in (401, 408, 429):
        raise StoreInTrouble(f"the store answered {response.status}")
    if "tus-resumable" not in response.headers:
        raise NotTheStore(f"an answer {response.status} that is not the store's")
    return Problem(status=response.status, code=HEAD_CODES.get(response.status, ""), detail="")


def json_object(response: Response) -> dict[str, Any]:
    try:
        raw = whole_json(response.body)
    except (ValueError, RecursionError) as error:
        raise NotTheStore("an answer that is not JSON") from error
    if not isinstance(raw, dict):
        raise NotTheStore("an answer that is not a JSON object")
    return raw


def is_wrong_version(response: Response) -> bool:
    """The store went back to a release that knows fewer versions and does not name itself; what
    follows from it is asking in an older one, and that answer says whose it is."""
    says_so = response.status == 400 and b'"wrong_version"' in response.body
    return _is_problem(response) and says_so


def _is_problem(response: Response) -> bool:
    return response.headers.get("content-type", "").startswith("application/problem+json")
