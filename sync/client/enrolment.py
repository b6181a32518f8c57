"""Joining a store with a code. The phone makes its own id and token before it asks, and keeps
them, so that an answer that is lost can be asked for again without a second phone coming to be.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sync.client.errors import DeviceRevoked, NotTheStore
from sync.client.local_store import LocalStore
from sync.client.made_again import WENT_BACK
from sync.client.own_store import NAMED
from sync.client.problems import Problem
from sync.client.scope import FILL
from sync.client.spoken import OLDER_SINCE, REFUSED_LAST
from sync.client.store_api import StoreApi
from sync.domain.ids import AreaCode, checked_area

DEVICE_BYTES = 10
TOKEN_BYTES = 32
_LETTER = re.compile(r"[A-Z]{1,4}")
SHUT_OUT = frozenset({"revoked", "device_taken"})


class CodeNotTaken(Exception):
    """The store did not take the code, or the phone its store. key: the words for the person."""

    def __init__(self, key: str, detail: str) -> None:
        super().__init__(detail)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An area this phone belongs to. outline: GeoJSON polygon in WGS 84."""

    code: AreaCode
    name: str
    outline: dict[str, Any]


_PROBLEM_KEYS = {
    "wrong_code": "enrol.problem.wrong_code",
    "expired_code": "enrol.problem.expired_code",
    "too_many_tries": "enrol.problem.too_many_tries",
}


async def _stays() -> bool:
    return False


async def enrol(
    local: LocalStore,
    api: StoreApi,
    *,
    code: str,
    nickname: str,
    random: Callable[[int], bytes],
    leave: Callable[[], Awaitable[bool]] = _stays,
) -> list[Area]:
    """Makes this phone known to the store. Raises CodeNotTaken, or SyncError to try again.

    A phone that was shut out becomes a new phone; what waits on it is still sent. One that joins
    its own store again, and gets no new area by it, was not known there any more: a copy from
    before it had joined knows nothing of what it sent (see gone_from_store.py).

    leave: asked when it is not the store that this phone belongs to. False: something of that one
    waits here, and the phone stays with it. True: a copy of what is here has been put aside; then
    the phone begins anew, so that nothing of one store is sent to the other, or taken for sent.
    The other one never hears the phone's token: it would take a sync that is under way meanwhile.
    """
    own = local.fact("store_id")
    is_stranger = own is not None and await api.named_store() not in (None, own)
    identity = _new_identity(random) if is_stranger else _kept_identity(local, random)
    try:
        answer = await _ask(api, code, nickname, identity)
        is_shut_out = isinstance(answer, Problem) and answer.code in SHUT_OUT
    except DeviceRevoked:
        is_shut_out = True
    if is_shut_out:
        identity = _new_identity(random)
        if not is_stranger:
            local.set_facts(identity)
        answer = await _ask(api, code, nickname, identity)
    if isinstance(answer, Problem):
        key = _PROBLEM_KEYS.get(answer.code, "enrol.problem.other")
        raise CodeNotTaken(key, answer.detail)
    try:
        store_id, areas = str(answer["store_id"]), areas_from_json(answer["areas"])
    except (KeyError, ValueError, TypeError) as error:
        raise NotTheStore("an enrolment without store_id or areas") from error
    is_another = own not in (None, store_id)
    if is_stranger and not is_another:
        raise NotTheStore("two stores answer in turn")
    if is_another and not await leave():
        if not is_stranger:  # an older release, that has heard the token before it said who it is
            local.set_facts(_new_identity(random))
        raise CodeNotTaken("enrol.problem.another_store", "the phone belongs to another store")
    joins_again = own == store_id and {one.code for one in areas} <= {
        one.code for one in enrolled_areas(local)
    }
    set_facts = local.begin_anew if is_another else local.set_facts
    set_facts(
        {
            **identity,
            "store_id": store_id,
            "nickname": nickname,
            "areas": json.dumps(answer["areas"], ensure_ascii=False),
            "store_url": api.base_url,
            "cursor": "0",
            WENT_BACK: "1" if joins_again else None,
            NAMED: None,
            "letter": letter_from_json(answer.get("letter")),
            "briefing": None,
            "briefing_etag": None,
            "briefing_checked_at": None,
            OLDER_SINCE: None,
            REFUSED_LAST: None,
            FILL: "" if is_another or local.fact("synced_at") is None else None,
        }
    )
    return areas


def _new_identity(random: Callable[[int], bytes]) -> dict[str, str]:
    token = base64.urlsafe_b64encode(random(TOKEN_BYTES)).decode().rstrip("=")
    return {"device_id": random(DEVICE_BYTES).hex(), "token": token}


def _kept_identity(local: LocalStore, random: Callable[[int], bytes]) -> dict[str, str]:
    """What it lacks is made, and kept before anybody hears of it."""
    identity = _new_identity(random)
    identity |= {name: kept for name in identity if (kept := local.fact(name)) is not None}
    local.set_facts(identity)
    return identity


async def _ask(
    api: StoreApi, code: str, nickname: str, identity: dict[str, str]
) -> dict[str, Any] | Problem:
    return await api.enrol({"code": code, "nickname": nickname, **identity})


def letter_from_json(raw: Any) -> str | None:
    """None for what is no letter of a phone: an older store gives none."""
    return raw if isinstance(raw, str) and _LETTER.fullmatch(raw) else None


def areas_from_json(raw: Any) -> list[Area]:
    """Raises ValueError or KeyError when it is not a list of areas."""
    if not isinstance(raw, list) or not raw:
        raise ValueError("areas must be a list with at least one area")
    return [
        Area(code=checked_area(one["code"]), name=str(one["name"]), outline=dict(one["outline"]))
        for one in raw
    ]


def enrolled_areas(local: LocalStore) -> list[Area]:
    """The areas of this phone; empty before it is enrolled."""
    raw = local.fact("areas")
    return [] if raw is None else areas_from_json(json.loads(raw))
