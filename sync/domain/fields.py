"""Which fields each kind of thing has, what they may hold, and who may write them.

The store holds every change against this table; the phone uses it so that it never makes one
that would be refused. A name that is not here comes from a newer release: it is kept in the log
and not shown (FORWARD_NAME, FORWARD_LIMIT).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sync.domain.change import Json
from sync.domain.geo import BadPlace, GeoPoint
from sync.domain.ids import BadId, checked_sha256, checked_uuid7
from sync.domain.instants import BadInstant, from_text, to_text
from sync.domain.status import ReportState, Status
from sync.domain.words import (
    Category,
    EntityKind,
    ObservationKind,
    Party,
    PlaceSource,
    RoundKind,
    Writer,
)

MAX_TEXT = 2000
MAX_NAME = 40
MAX_REASON = 500
MAX_PIXELS_EDGE = 100_000
MAX_PHOTO_BYTES = 20_000_000
FORWARD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
FORWARD_LIMIT = 4096

Checker = Callable[[Json], None]


class BadField(ValueError):
    """A field with a value that it cannot hold, or that the writer may not write."""

    def __init__(self, field: str, code: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.code, self.reason = field, code, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """check raises ValueError with what the value must be. None is always a value."""

    check: Checker
    writers: frozenset[Writer]


def _text(limit: int) -> Checker:
    def check(value: Json) -> None:
        if not isinstance(value, str) or len(value) > limit:
            raise ValueError(f"must be text of at most {limit} characters")
        if any(ord(c) < 32 and c not in "\n\t" for c in value):
            raise ValueError("must not hold control characters")

    return check


def _word(words: type[StrEnum]) -> Checker:
    allowed = frozenset(member.value for member in words)

    def check(value: Json) -> None:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"must be one of {', '.join(sorted(allowed))}")

    return check


def _whole(low: int, high: int) -> Checker:
    def check(value: Json) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")

    return check


def _moment(value: Json) -> None:
    """One text form only, so that moments sort as text."""
    if not isinstance(value, str) or to_text(from_text(value)) != value:
        raise ValueError("must be a moment in UTC like 2026-11-20T09:00:00.000Z")


def _entity_id(value: Json) -> None:
    checked_uuid7(value, "it")


def _sha256(value: Json) -> None:
    checked_sha256(value)


def _place(value: Json) -> None:
    place_from_json(value)


PHONE_AND_OFFICE = frozenset({Writer.PHONE, Writer.OFFICE})
PHONE = frozenset({Writer.PHONE})
OFFICE = frozenset({Writer.OFFICE})
STORE = frozenset({Writer.STORE})


def _field(check: Checker, writers: frozenset[Writer]) -> Field:
    return Field(check=check, writers=writers | {Writer.STORE})


FIELDS: Mapping[EntityKind, Mapping[str, Field]] = {
    EntityKind.ROUND: {
        "kind": _field(_word(RoundKind), PHONE_AND_OFFICE),
        "started_at": _field(_moment, PHONE_AND_OFFICE),
        "ended_at": _field(_moment, PHONE_AND_OFFICE),
        "started_by": _field(_text(MAX_NAME), PHONE_AND_OFFICE),
        "deleted_at": _field(_moment, PHONE_AND_OFFICE),
    },
    EntityKind.OBSERVATION: {
        "round_id": _field(_entity_id, PHONE_AND_OFFICE),
        "kind": _field(_word(ObservationKind), PHONE_AND_OFFICE),
        "category": _field(_word(Category), PHONE_AND_OFFICE),
        "text": _field(_text(MAX_TEXT), PHONE_AND_OFFICE),
        "place": _field(_place, PHONE_AND_OFFICE),
        "noted_at": _field(_moment, PHONE),
        "noted_by": _field(_text(MAX_NAME), PHONE),
        "deleted_at": _field(_moment, PHONE_AND_OFFICE),
        "status": _field(_word(Status), OFFICE),
        "status_reason": _field(_text(MAX_REASON), OFFICE),
    },
    EntityKind.PHOTO: {
        "observation_id": _field(_entity_id, PHONE),
        "sha256": _field(_sha256, PHONE),
        "width_px": _field(_whole(1, MAX_PIXELS_EDGE), PHONE),
        "height_px": _field(_whole(1, MAX_PIXELS_EDGE), PHONE),
        "size_bytes": _field(_whole(1, MAX_PHOTO_BYTES), PHONE),
        "taken_at": _field(_moment, PHONE),
        "position": _field(_whole(0, 1000), PHONE),
        "deleted_at": _field(_moment, PHONE_AND_OFFICE),
    },
    EntityKind.REPORT: {
        "observation_id": _field(_entity_id, STORE),
        "party": _field(_word(Party), STORE),
        "state": _field(_word(ReportState), STORE),
        "reference": _field(_text(MAX_NAME), STORE),
        "case_ref": _field(_text(80), STORE),
        "city_status": _field(_text(80), STORE),
        "city_status_known": _field(_whole(0, 1), STORE),
        "city_status_at": _field(_moment, STORE),
        "reason": _field(_text(MAX_REASON), STORE),
        "sent_at": _field(_moment, STORE),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is: the point, how it was found, and when the fix was taken."""

    point: GeoPoint
    source: PlaceSource
    fixed_at: str | None = None


def place_to_json(place: Place) -> Json:
    return {
        "lat_deg": place.point.lat_deg,
        "lon_deg": place.point.lon_deg,
        "accuracy_m": place.point.accuracy_m,
        "source": place.source.value,
        "fixed_at": place.fixed_at,
    }


def place_from_json(value: Json) -> Place:
    """Raises ValueError that says what a place must be. Unknown keys are ignored."""
    if not isinstance(value, dict):
        raise ValueError("must be an object with lat_deg, lon_deg, accuracy_m and source")
    numbers: dict[str, float | None] = {}
    for key in ("lat_deg", "lon_deg", "accuracy_m"):
        number = value.get(key)
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
            raise ValueError(f"{key} must be a number")
        try:
            numbers[key] = None if number is None else float(number)
        except OverflowError as error:
            raise ValueError(f"{key} is too large a number") from error
    lat_deg, lon_deg = numbers["lat_deg"], numbers["lon_deg"]
    if lat_deg is None or lon_deg is None:
        raise ValueError("needs both lat_deg and lon_deg")
    fixed_at = value.get("fixed_at")
    if fixed_at is not None:
        _moment(fixed_at)
    _word(PlaceSource)(value.get("source"))
    return Place(
        point=GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=numbers["accuracy_m"]),
        source=PlaceSource(str(value["source"])),
        fixed_at=None if fixed_at is None else str(fixed_at),
    )


def check_fields(entity: EntityKind, fields: Mapping[str, Json], writer: Writer) -> None:
    """Raises BadField for the first field that `writer` may not write or that cannot hold it."""
    if not fields:
        raise BadField("fields", "empty", "a change must change at least one field")
    known = FIELDS[entity]
    for name, value in fields.items():
        field = known.get(name)
        if field is None:
            _check_unknown(name, value)
            continue
        if writer not in field.writers:
            raise BadField(name, "not_allowed", f"a {writer.value} may not write {name}")
        if value is None:
            continue
        try:
            field.check(value)
        except (ValueError, BadId, BadInstant, BadPlace) as error:
            raise BadField(name, "bad_value", f"{name} {error}") from error


def _check_unknown(name: str, value: Json) -> None:
    if not FORWARD_NAME.fullmatch(name):
        raise BadField(name[:40], "bad_name", "a field's name must be 1-40 of a-z, 0-9 and _")
    if len(json.dumps(value)) > FORWARD_LIMIT:
        raise BadField(name, "too_large", f"{name} is larger than {FORWARD_LIMIT} characters")
