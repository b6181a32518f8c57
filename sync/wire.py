"""JSON <-> domain: the only module that knows how changes look on the wire. Version 2.

A request: {"v": 2, "changes": [change …], "cursor": int}
An answer: {"v": 2, "store_id", "now", "accepted": [change_id …], "refused": [refusal …],
            "changes": [change …], "cursor": int, "more": bool}
A change may carry "bases": {field: [stamp …]} (sync.domain.change); without it, it is of an older
release. Unknown keys are ignored on purpose: they are how a newer release talks to an older one.

A phone that has nothing yet says {"fill": ""} and hands back what the answer's "fill" says, until
there is none: it gets what is worth having of its areas, without the log behind it, and its cursor
at the end. "missing": [id …] asks for all that belongs to things it has got only parts of
(docs/adr/0017). On a link that carries little it says {"fetch": false}, and is told only what
became of its own changes, and that there is more.

A store answers in the version it was asked in, OLDEST at least; a phone whose store knows only the
version before speaks that one. What a version brought is left out of the messages of those before:
NEW_IN (keys of a change), docs/adr/0016.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from types import MappingProxyType
from typing import Any

from sync.domain.change import Bases, Change, Refusal
from sync.domain.clock import Hlc
from sync.domain.ids import (
    ChangeId,
    EntityId,
    checked_area,
    checked_device,
    checked_uuid7,
)
from sync.domain.instants import BadInstant, from_text
from sync.domain.words import EntityKind

VERSION = 2
OLDEST = 1
NEW_IN: Mapping[int, frozenset[str]] = MappingProxyType({2: frozenset({"bases"})})
"""Version -> the keys of a change that came with it."""

MAX_CHANGES = 500
MAX_BYTES = 256 * 1024
MAX_CURSOR = 2**62
MAX_MISSING = 100
MAX_FILL = 100
"""The most things that a phone asks for by name at once; the most letters of a mark of filling."""

MAX_BASES = 64
"""The most fields that a change names bases of, and the most that it names of one."""

_STAMP = re.compile(r"\d{15}-[0-9a-f]{5}-[a-z0-9]{1,32}/[0-9a-f-]{36}")
_KINDS = {kind.value: kind for kind in EntityKind}
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")


class BadWire(ValueError):
    """A message that is not what this module describes; its text names the key at fault."""


class WrongVersion(BadWire):
    """A message of a version of this protocol that this release does not speak."""


class TooMany(BadWire):
    """More changes than one message may carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """fill: None when the phone has been filled. missing: what it asks for by name.

    fetch: False on a link that carries little: what is new is asked for afterwards.
    texts: of some of the changes their JSON, made before.
    """

    changes: tuple[Change, ...]
    cursor: int
    fill: str | None = None
    missing: tuple[EntityId, ...] = ()
    fetch: bool = True
    texts: Mapping[ChangeId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRequest:
    """A request whose changes have not been read yet, so that one bad one spoils no other.

    version: the one it came in, to be answered in.
    """

    changes: tuple[dict[str, Any], ...]
    cursor: int
    version: int = VERSION
    fill: str | None = None
    missing: tuple[EntityId, ...] = ()
    fetch: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncAnswer:
    """now: the store's clock, UTC text. more: there are changes left after `cursor`.

    fill: where to go on filling; None when that is over, and from an older store.
    """

    store_id: str
    now: str
    accepted: tuple[ChangeId, ...]
    refused: tuple[Refusal, ...]
    changes: tuple[Change, ...]
    cursor: int
    more: bool
    fill: str | None = None


def change_to_json(change: Change) -> dict[str, Any]:
    body: dict[str, Any] = {
        "change_id": change.change_id,
        "area": change.area,
        "entity": change.entity.value,
        "entity_id": change.entity_id,
        "fields": dict(change.fields),
        "made_at": change.made_at.to_text(),
        "device_id": change.device_id,
    }
    if change.bases is not None:
        body["bases"] = bases_to_json(change.bases)
    return body


def change_to_text(change: Change, version: int = VERSION) -> str:
    """As it stands in a request."""
    return _text(_change_of(version, change))


def change_from_json(raw: Any) -> Change:
    """Raises BadWire when a key is missing or is not of its form. Fields are checked later."""
    if not isinstance(raw, dict):
        raise BadWire("a change must be an object")
    fields = raw.get("fields")
    if not isinstance(fields, dict):
        raise BadWire("fields must be an object of names and values")
    try:
        return Change(
            change_id=ChangeId(checked_uuid7(raw.get("change_id"), "change_id")),
            area=checked_area(raw.get("area")),
            entity=_kind(raw.get("entity")),
            entity_id=EntityId(checked_uuid7(raw.get("entity_id"), "entity_id")),
            fields=fields,
            made_at=Hlc.from_text(raw.get("made_at")),
            device_id=checked_device(raw.get("device_id")),
            bases=bases_from_json(raw.get("bases")),
        )
    except ValueError as error:
        raise BadWire(str(error)) from error


def _kind(raw: Any) -> EntityKind:
    kind = _KINDS.get(raw) if isinstance(raw, str) else None
    if kind is None:
        raise BadWire(f"entity must be one of {', '.join(_KINDS)}")
    return kind


def bases_to_json(bases: Bases) -> dict[str, list[str]]:
    return {name: list(stamps) for name, stamps in sorted(bases.items())}


def bases_from_json(raw: Any) -> Bases | None:
    """None for what is not there or not of this form: nobody's record is refused for it."""
    if not isinstance(raw, dict) or len(raw) > MAX_BASES:
        return None
    bases: dict[str, tuple[str, ...]] = {}
    for name, stamps in raw.items():
        if not _FIELD.fullmatch(name) or not isinstance(stamps, list) or len(stamps) > MAX_BASES:
            return None
        if not all(isinstance(one, str) and _STAMP.fullmatch(one) for one in stamps):
            return None
        bases[name] = tuple(stamps)
    return bases


def request_to_bytes(request: SyncRequest, version: int = VERSION) -> bytes:
    body: dict[str, Any] = {"cursor": request.cursor}
    if version >= 2 and request.fill is not None:
        body["fill"] = request.fill
    if version >= 2 and request.missing:
        body["missing"] = list(request.missing)
    if version >= 2 and not request.fetch:
        body["fetch"] = False
    made = request.texts if version == VERSION else {}
    changes = [made.get(one.change_id) or change_to_text(one, version) for one in request.changes]
    return _around(changes, {"v": version}, body)


def request_from_bytes(body: bytes) -> RawRequest:
    raw = _load(body)
    changes = raw.get("changes", [])
    if not isinstance(changes, list):
        raise BadWire("changes must be a list")
    if len(changes) > MAX_CHANGES:
        raise TooMany(f"changes must be at most {MAX_CHANGES}")
    if not all(isinstance(change, dict) for change in changes):
        raise BadWire("every change must be an object")
    return RawRequest(
        changes=tuple(changes),
        cursor=_cursor(raw),
        version=raw["v"],
        fill=_fill(raw) if raw["v"] >= 2 else None,
        missing=_missing(raw) if raw["v"] >= 2 else (),
        fetch=raw.get("fetch") is not False,
    )


def answer_to_bytes(
    answer: SyncAnswer, version: int = VERSION, logged: Sequence[str] = ()
) -> bytes:
    """version: that of the request. logged: more changes, as `logged_text` has them."""
    before = {
        "v": version,
        "store_id": answer.store_id,
        "now": answer.now,
        "accepted": list(answer.accepted),
        "refused": [_refusal_to_json(refusal) for refusal in answer.refused],
    }
    body: dict[str, Any] = {"cursor": answer.cursor, "more": answer.more}
    if version >= 2 and answer.fill is not None:
        body["fill"] = answer.fill
    changes = [_text(_told_to_phones(version, change)) for change in answer.changes]
    return _around([*changes, *logged], before, body)


def logged_text(
    *,
    change_id: str,
    area: str,
    entity: str,
    entity_id: str,
    fields: str,
    made_at: str,
    device_id: str,
) -> str:
    """A change that the store has taken, as it tells phones of it in any version: JSON text.

    fields: JSON already. None of the others has a letter that JSON would write otherwise.
    """
    return (
        f'{{"change_id":"{change_id}","area":"{area}","entity":"{entity}","entity_id":"{entity_id}"'
        f',"fields":{fields},"made_at":"{made_at}","device_id":"{device_id}"}}'
    )


def answer_from_bytes(body: bytes) -> SyncAnswer:
    """Raises BadWire for anything that is not a store's answer (a log-in page, a cut body)."""
    raw = _load(body, whole_json)
    for key, kind in (("store_id", str), ("now", str), ("more", bool)):
        if not isinstance(raw.get(key), kind):
            raise BadWire(f"{key} is missing from the answer")
    for key in ("accepted", "refused", "changes"):
        if not isinstance(raw.get(key), list):
            raise BadWire(f"{key} is missing from the answer")
    try:
        from_text(raw["now"])
    except BadInstant as error:
        raise BadWire("now is not a moment") from error
    return SyncAnswer(
        store_id=raw["store_id"],
        now=raw["now"],
        accepted=tuple(ChangeId(str(one)) for one in raw["accepted"]),
        refused=tuple(_refusal_from_json(one) for one in raw["refused"]),
        changes=tuple(change_from_json(one) for one in raw["changes"] if _is_known(one)),
        cursor=_cursor(raw),
        more=raw["more"],
        fill=_fill(raw),
    )


def whole_json(body: bytes) -> Any:
    """Without half a letter of two (a lone surrogate) in it, which no database would keep.

    Raises ValueError, RecursionError.
    """
    text = body.decode()
    raw = json.loads(text)
    if "\\u" in text:
        _text(raw).encode()
    return raw


def _told_to_phones(version: int, change: Change) -> dict[str, Any]:
    """Only the store needs to know what writers saw."""
    return _change_of(version, change if change.bases is None else replace(change, bases=None))


def _change_of(version: int, change: Change) -> dict[str, Any]:
    """As change_to_json, without what came after that version."""
    body = change_to_json(change)
    for later in (key for came, keys in NEW_IN.items() if came > version for key in keys):
        body.pop(later, None)
    return body


def _is_known(raw: Any) -> bool:
    """A newer store tells of kinds of things that this release does not have: passed over."""
    return not (
        isinstance(raw, dict) and isinstance(raw.get("entity"), str) and raw["entity"] not in _KINDS
    )


def fitting(texts: Sequence[str]) -> Sequence[str]:
    """Of changes as JSON, as many from the front as one message carries; at least one if any."""
    sizes = accumulate(len(text.encode()) + 1 for text in texts[:MAX_CHANGES])
    return texts[: max(1, bisect_right(list(sizes), MAX_BYTES))]


def _refusal_to_json(refusal: Refusal) -> dict[str, Any]:
    return {
        "change_id": refusal.change_id,
        "code": refusal.code,
        "reason": refusal.reason,
        "field": refusal.field,
    }


def _refusal_from_json(raw: Any) -> Refusal:
    if not isinstance(raw, dict):
        raise BadWire("a refusal must be an object")
    field = raw.get("field")
    return Refusal(
        change_id=ChangeId(str(raw.get("change_id"))),
        code=str(raw.get("code")),
        reason=str(raw.get("reason")),
        field=None if field is None else str(field),
    )


def _cursor(raw: dict[str, Any]) -> int:
    cursor = raw.get("cursor", 0)
    if isinstance(cursor, bool) or not isinstance(cursor, int) or not 0 <= cursor <= MAX_CURSOR:
        raise BadWire("cursor must be a whole number from 0 up")
    return cursor


def _fill(raw: dict[str, Any]) -> str | None:
    fill = raw.get("fill")
    if fill is not None and not (isinstance(fill, str) and len(fill) <= MAX_FILL):
        raise BadWire(f"fill must be text of at most {MAX_FILL} characters")
    return fill


def _missing(raw: dict[str, Any]) -> tuple[EntityId, ...]:
    missing = raw.get("missing", [])
    if not isinstance(missing, list) or len(missing) > MAX_MISSING:
        raise BadWire(f"missing must be a list of at most {MAX_MISSING} ids")
    try:
        return tuple(EntityId(checked_uuid7(one, "missing")) for one in missing)
    except ValueError as error:
        raise BadWire(str(error)) from error


def _around(changes: Sequence[str], before: dict[str, Any], after: dict[str, Any]) -> bytes:
    """A message with changes in the midst of it. before, after: the rest, neither empty."""
    return f'{_text(before)[:-1]},"changes":[{",".join(changes)}],{_text(after)[1:]}'.encode()


_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _load(body: bytes, read: Callable[[bytes], Any] = json.loads) -> dict[str, Any]:
    try:
        raw = read(body)
    except (ValueError, RecursionError) as error:
        raise BadWire("the message is not JSON") from error
    if not isinstance(raw, dict):
        raise BadWire("the message must be a JSON object")
    version = raw.get("v")
    if isinstance(version, bool) or not isinstance(version, int):
        raise WrongVersion(f"the message's version is {version!r}, which is no version")
    if not OLDEST <= version <= VERSION:
        raise WrongVersion(
            f"the message's version is {version}; this release speaks {OLDEST} to {VERSION}"
        )
    return raw
