"""What an answer of Malmö's e-service means; pure functions from status code and body.

A case has no idempotency key and no look-up, so an answer to `/arende` counts as "no case was
made" only where the service itself, or HTTP, says so. Everything else is Uncertain:

* 200 with an IssueId                       the case
* 200 with the key IssueId but empty        the service's own way to say that it failed: NotSent
* 200 with anything else (a log-in page)    Uncertain: something on the way may have swallowed
                                            the answer of a request that did go through
* 500 with its own {"Message": ...}         the service's failure answer: NotSent
* any other 5xx, but for the next line      Uncertain: a gateway gave up waiting, or the service
                                            broke down at a point nobody knows
* 503, 511, 408, 425, 429                   not taken on, try later: NotSent
* 401, 403, 407                             Unauthorized
* 400, 411-417, 422, 431                    will not be taken as it is: CannotSend
* other 4xx, 301, 307, 308                  the address is wrong or has moved: NotSent
* other 3xx and 1xx                         Uncertain

Photos are different: without a case they are nothing, so every failure there is NotSent at worst.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sync.domain.status import CITY_WORDS, FINAL_CITY_WORDS
from sync.forward.connector import (
    CannotSend,
    CaseRef,
    CityStatus,
    NoStatus,
    NotSent,
    Unauthorized,
    Uncertain,
    UnknownCase,
)

UNKNOWN_CASE_TEXT = "ID does not exist."
MAX_WORD_CHARS = 100

_NO_ACCESS = frozenset({401, 403, 407})
_LATER = frozenset({408, 425, 429, 503, 511})
_REFUSED = frozenset({400, *range(411, 418), 422, 431})
_MOVED = frozenset({301, 307, 308})
_OK = frozenset({200, 201})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status_code: int
    body: bytes = field(repr=False)


def temp_id_of(answer: Answer) -> int | str:
    """The tempId of an uploaded photo, as it came. Raises NotSent, CannotSend or Unauthorized."""
    code = answer.status_code
    if code in _NO_ACCESS:
        raise Unauthorized(f"the service refused a photo with {code}: check the key")
    if code in _REFUSED:
        raise CannotSend(f"the service will not take a photo ({code})")
    if code not in _OK:
        raise NotSent(f"a photo was answered with {code}")
    temp_id = _id_in(_json_object(answer.body), "tempId")
    if temp_id is None:
        raise NotSent("a photo was answered without a tempId")
    return temp_id


def case_of(answer: Answer) -> CaseRef:
    """The new case. Raises as the table above says."""
    code = answer.status_code
    if code not in _OK:
        _refused_case(code, answer.body)
    told = _json_object(answer.body)
    if told is None or "IssueId" not in told:
        raise Uncertain(f"the case was answered with {code} and something unknown")
    case_id = _id_in(told, "IssueId")
    if case_id is not None:
        return CaseRef(str(case_id))
    if told["IssueId"] in ("", None, 0, "0") or str(told["IssueId"]).isspace():
        raise NotSent("the service answered with an empty case number")
    raise Uncertain("the case number of the answer makes no sense")


def status_of(answer: Answer) -> CityStatus:
    """The word about a case. Raises NoStatus, UnknownCase or Unauthorized."""
    code = answer.status_code
    if code in _NO_ACCESS:
        raise Unauthorized(f"the service refused a question with {code}: check the key")
    if answer.body.strip().decode("utf-8", "replace").strip('"') == UNKNOWN_CASE_TEXT:
        raise UnknownCase("the service says that the case does not exist")
    if code not in _OK:
        raise NoStatus(f"a question about a case was answered with {code}")
    told = _json_object(answer.body)
    word = told.get("IssueStatus") if told is not None else None
    if not isinstance(word, str) or not word.strip():
        raise NoStatus("a question about a case was answered without a status")
    word = " ".join(word.split())[:MAX_WORD_CHARS]
    return CityStatus(word=word, known=word in CITY_WORDS, final=word in FINAL_CITY_WORDS)


def _refused_case(code: int, body: bytes) -> NoReturn:
    if code in _NO_ACCESS:
        raise Unauthorized(f"the service refused the case with {code}: check the key")
    if code in _REFUSED:
        raise CannotSend(f"the service will not take the case ({code})")
    if code in _LATER:
        raise NotSent(f"the service asks to come back later ({code})")
    if code in _MOVED or 400 <= code < 500:
        raise NotSent(f"there is no such service at this address ({code}): check the address")
    told = _json_object(body)
    if code == 500 and told is not None and isinstance(told.get("Message"), str):
        raise NotSent("the service answered that an error has occurred")
    raise Uncertain(f"the case was answered with {code}")


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _id_in(told: dict[str, Any] | None, key: str) -> int | str | None:
    """A positive number, or text that holds more than a zero; None for all else."""
    found = None if told is None else told.get(key)
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        return found
    if isinstance(found, str) and found.strip() not in ("", "0") and len(found) <= 100:
        return found.strip()
    return None
