"""Whether the store takes a change: reading it, and everything that can be said against it.

The codes of refusals are what the phone translates; the reasons are for logs and developers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.central.current import CurrentRows
from sync.domain.change import Change, Refusal
from sync.domain.clock import LATEST_STAMP_MS
from sync.domain.conflicts import contested_fields
from sync.domain.fields import BadField, check_fields
from sync.domain.ids import AreaCode, ChangeId
from sync.domain.words import EntityKind, Group, Writer
from sync.wire import BadWire, change_from_json

MAX_CHANGE_BYTES = 64 * 1024
MAX_FIELDS = 64
_IN_ONE_WAY = json.JSONEncoder(
    allow_nan=False, ensure_ascii=False, separators=(",", ":"), sort_keys=True
)

FROZEN_WHEN_APPROVED = {
    EntityKind.OBSERVATION: frozenset(
        {
            "round_id", "kind", "category", "text", "place", "stop_id", "answers", "is_urgent",
            "address", "deleted_at",
        }
    ),
    EntityKind.ROUND: frozenset(
        {
            "kind", "started_at", "ended_at", "started_by", "led_by", "light", "weather",
            "deleted_at", *(group.field for group in Group),
        }
    ),
    EntityKind.STOP: contested_fields(EntityKind.STOP),
    EntityKind.ROUTE: frozenset({"deleted_at"}),
}  # fmt: skip
"""What a phone may no longer change of an observation, or of a round's protocol, once the
coordinator has approved it. A stop or a route that is new is always taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A change, and its fields in the one text form of the log, which is made once: with many
    changes at a time it is the longest work."""

    change: Change
    fields_text: str

    @property
    def content(self) -> str:
        """All that the change says: two changes with one id must have the same."""
        change = self.change
        about = (change.area, change.entity.value, change.entity_id, change.device_id)
        return "\n".join((*about, change.made_at.to_text(), self.fields_text))


def is_part_of(content: str, whole: str) -> bool:
    """Whether one content says nothing that the other does not.

    A change that a phone made again out of its row after damage has lost what was written over.
    """
    if content == whole:
        return True
    *about, fields = content.split("\n")
    *known_about, known_fields = whole.split("\n")
    return about == known_about and json.loads(fields).items() <= json.loads(known_fields).items()


def read_change(raw: Mapping[str, Any] | Change) -> Received | Refusal:
    """The change, or why it cannot be read. A refusal names the id as far as one was given."""
    if isinstance(raw, Change):
        change = raw
    else:
        try:
            change = change_from_json(dict(raw))
        except BadWire as error:
            return Refusal(change_id=_given_id(raw), code="unreadable", reason=str(error))
    try:
        return received(change)
    except ValueError as error:
        return _refusal(change, "bad_value", f"a field holds what JSON text cannot: {error}")


def received(change: Change) -> Received:
    """Raises ValueError for what is no JSON text: not-a-number, half a letter, endless nesting."""
    try:
        text = _IN_ONE_WAY.encode(dict(change.fields))
        text.encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return Received(change=change, fields_text=text)


def objection_to(
    one: Received, *, rows: CurrentRows, writer: Writer, areas: frozenset[AreaCode]
) -> Refusal | None:
    """Why a change that is not in the log is refused; None when it is taken."""
    change = one.change
    if change.area not in areas:
        return _refusal(change, "not_your_area", f"you may not write in {change.area}", "area")
    home = rows.area_of(change.entity, change.entity_id)
    if home not in (None, change.area):
        return _refusal(change, "other_area", "this belongs to another area", "area")
    if change.made_at.wall_ms >= LATEST_STAMP_MS:
        return _refusal(change, "bad_clock", "made_at is after the year 2999", "made_at")
    if len(change.fields) > MAX_FIELDS:
        return _refusal(change, "too_large", f"more than {MAX_FIELDS} fields", "fields")
    try:
        check_fields(change.entity, change.fields, writer)
    except BadField as error:
        return _refusal(change, error.code, error.reason, error.field)
    except (TypeError, OverflowError) as error:
        # a list where a word belongs, a number no float can hold
        return _refusal(change, "bad_value", f"a field has a value of the wrong kind: {error}")
    if len(one.fields_text.encode()) > MAX_CHANGE_BYTES:
        return _refusal(change, "too_large", f"larger than {MAX_CHANGE_BYTES} bytes", "fields")
    return _frozen_field(change, rows, writer)


def _frozen_field(change: Change, rows: CurrentRows, writer: Writer) -> Refusal | None:
    frozen = FROZEN_WHEN_APPROVED.get(change.entity, frozenset())
    if writer is not Writer.PHONE or not rows.is_approved(change.entity, change.entity_id):
        return None
    for name in change.fields:
        if name in frozen:
            reason = f"the coordinator has approved this; {name} can no longer be changed"
            return _refusal(change, "already_approved", reason, name)
    return None


def _refusal(change: Change, code: str, reason: str, field: str | None = None) -> Refusal:
    return Refusal(change_id=change.change_id, code=code, reason=reason, field=field)


def _given_id(raw: Mapping[str, Any]) -> ChangeId:
    given = raw.get("change_id")
    text = given if isinstance(given, str) else "" if given is None else repr(given)
    return ChangeId(text[:64].encode("utf-8", "replace").decode())
