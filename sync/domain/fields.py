"""Which fields each kind of thing has, what they may hold, and who may write them.

The store holds every change against this table; the phone uses it so that it never makes one
that would be refused. A name that is not here comes from a newer release: it is kept in the log
and not shown (FORWARD_NAME, FORWARD_LIMIT).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.domain.change import Json
from sync.domain.geo import BadPlace, GeoPoint
from sync.domain.ids import BadId, checked_sha256, checked_uuid7
from sync.domain.instants import BadInstant, from_text
from sync.domain.status import ReportState, Status
from sync.domain.words import (
    Category,
    Cover,
    EntityKind,
    Group,
    Light,
    ObservationKind,
    Party,
    Perception,
    PlaceSource,
    RoundKind,
    Verdict,
    Weather,
    Writer,
)

MAX_TEXT = 2000
MAX_NAME = 40
MAX_REASON = 500
MAX_LEADER = 80
MAX_PLACE_NAME = 200
MAX_NUMBER = 16
MAX_PARTICIPANTS = 999
MAX_POINTS = 2000
MAX_ROUTE_M = 1_000_000
MAX_ANSWERS = 10
MAX_ANSWER = 200
MAX_PIXELS_EDGE = 100_000
MAX_PHOTO_BYTES = 20_000_000
FORWARD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
FORWARD_LIMIT = 4096

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_MOMENT = re.compile(r"[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)

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


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


def _text(limit: int) -> Checker:
    def check(value: Json) -> None:
        if not isinstance(value, str) or len(value) > limit:
            raise ValueError(f"must be text of at most {limit} characters")
        if _CONTROL.search(value):
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
    if not isinstance(value, str) or not _MOMENT.fullmatch(value) or not from_text(value):
        raise ValueError("must be a moment in UTC like 2026-11-20T09:00:00.000Z")


def _entity_id(value: Json) -> None:
    checked_uuid7(value, "it")


def _sha256(value: Json) -> None:
    checked_sha256(value)


_source = _word(PlaceSource)


def _place(value: Json) -> None:
    place_from_json(value)


def _points(value: Json) -> None:
    points_from_json(value)


def _answers(value: Json) -> None:
    if not isinstance(value, dict) or len(value) > MAX_ANSWERS:
        raise ValueError(f"must be an object with at most {MAX_ANSWERS} answers")
    for code, answer in value.items():
        if not FORWARD_NAME.fullmatch(code):
            raise ValueError("must have codes of 1-40 of a-z, 0-9 and _")
        if isinstance(answer, bool | int):
            continue
        if not isinstance(answer, str) or len(answer) > MAX_ANSWER:
            raise ValueError(f"{code} must be yes or no, a number or at most {MAX_ANSWER} letters")
        _text(MAX_ANSWER)(answer)


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
        "planned_start_at": _field(_moment, OFFICE),
        "planned_end_at": _field(_moment, OFFICE),
        "meeting_place": _field(_text(MAX_PLACE_NAME), OFFICE),
        "planned_route": _field(_points, OFFICE),
        "plan_id": _field(_entity_id, OFFICE),
        "led_by": _field(_text(MAX_LEADER), PHONE_AND_OFFICE),
        "light": _field(_word(Light), PHONE_AND_OFFICE),
        "weather": _field(_word(Weather), PHONE_AND_OFFICE),
        **{group.field: _field(_whole(0, MAX_PARTICIPANTS), PHONE_AND_OFFICE) for group in Group},
        "protocol_approved_at": _field(_moment, OFFICE),
        "deleted_at": _field(_moment, PHONE_AND_OFFICE),
    },
    EntityKind.STOP: {
        "round_id": _field(_entity_id, PHONE_AND_OFFICE),
        "position": _field(_whole(0, 1000), PHONE_AND_OFFICE),
        "name": _field(_text(MAX_PLACE_NAME), PHONE_AND_OFFICE),
        "place": _field(_place, PHONE_AND_OFFICE),
        "arrived_at": _field(_moment, PHONE_AND_OFFICE),
        "left_at": _field(_moment, PHONE_AND_OFFICE),
        "good": _field(_text(MAX_TEXT), PHONE_AND_OFFICE),
        "bad": _field(_text(MAX_TEXT), PHONE_AND_OFFICE),
        "voices": _field(_text(MAX_TEXT), PHONE_AND_OFFICE),
        **{one.field: _field(_whole(1, 5), PHONE_AND_OFFICE) for one in Perception},
        "deleted_at": _field(_moment, PHONE_AND_OFFICE),
    },
    EntityKind.ROUTE: {
        "round_id": _field(_entity_id, PHONE),
        "points": _field(_points, PHONE),
        "length_m": _field(_whole(0, MAX_ROUTE_M), PHONE),
        "duration_s": _field(_whole(0, 1_000_000), PHONE),
        "started_at": _field(_moment, PHONE),
        "ended_at": _field(_moment, PHONE),
        "recorded_by": _field(_text(MAX_NAME), PHONE),
        "deleted_at": _field(_moment, PHONE_AND_OFFICE),
    },
    EntityKind.RECHECK: {
        "observation_id": _field(_entity_id, PHONE_AND_OFFICE),
        "round_id": _field(_entity_id, PHONE_AND_OFFICE),
        "verdict": _field(_word(Verdict), PHONE_AND_OFFICE),
        "place": _field(_place, PHONE),
        "checked_at": _field(_moment, PHONE_AND_OFFICE),
        "checked_by": _field(_text(MAX_NAME), PHONE_AND_OFFICE),
        "text": _field(_text(MAX_TEXT), PHONE_AND_OFFICE),
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
        "number": _field(_text(MAX_NUMBER), PHONE),
        "stop_id": _field(_entity_id, PHONE_AND_OFFICE),
        "answers": _field(_answers, PHONE_AND_OFFICE),
        "is_urgent": _field(_whole(0, 1), PHONE_AND_OFFICE),
        "address": _field(_text(MAX_PLACE_NAME), PHONE_AND_OFFICE),
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
        "recheck_id": _field(_entity_id, PHONE),
        "cover": _field(_word(Cover), PHONE),
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


_CHECKS: Mapping[tuple[EntityKind, Writer], Mapping[str, Checker]] = {
    (kind, writer): {name: one.check for name, one in fields.items() if writer in one.writers}
    for kind, fields in FIELDS.items()
    for writer in Writer
}
"""Of the fields that each may write. With many changes at a time it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is: the point, how it was found, and when the fix was taken.

    is_mocked: the phone says that another program makes up its position.
    is_stale: the fix was more than a minute old when it was used.
    """

    point: GeoPoint
    source: PlaceSource
    fixed_at: str | None = None
    is_mocked: bool = False
    is_stale: bool = False


def place_to_json(place: Place) -> Json:
    """The marks are there only when they are set: an older release never wrote them."""
    raw: dict[str, Json] = {
        "lat_deg": place.point.lat_deg,
        "lon_deg": place.point.lon_deg,
        "accuracy_m": place.point.accuracy_m,
        "source": place.source.value,
        "fixed_at": place.fixed_at,
    }
    marks = {"is_mocked": place.is_mocked, "is_stale": place.is_stale}
    raw.update({name: True for name, is_set in marks.items() if is_set})
    return raw


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
    _source(value.get("source"))
    for mark in ("is_mocked", "is_stale"):
        if not isinstance(value.get(mark, False), bool):
            raise ValueError(f"{mark} must be true or false")
    return Place(
        point=GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=numbers["accuracy_m"]),
        source=PlaceSource(str(value["source"])),
        fixed_at=None if fixed_at is None else str(fixed_at),
        is_mocked=value.get("is_mocked") is True,
        is_stale=value.get("is_stale") is True,
    )


def place_numbers(place: Json) -> tuple[float | None, float | None, float | None]:
    """lat_deg, lon_deg, accuracy_m of a place that has been checked; None where there is none."""
    if not isinstance(place, dict):
        return None, None, None
    number = _number_or_none
    return number(place["lat_deg"]), number(place["lon_deg"]), number(place.get("accuracy_m"))


def _number_or_none(value: Json) -> float | None:
    return None if value is None else _number(value)


def points_to_json(points: Sequence[GeoPoint]) -> Json:
    """A line as [[lat, lon] …], six decimals (0.1 m)."""
    return [[round(point.lat_deg, 6), round(point.lon_deg, 6)] for point in points]


def points_from_json(value: Json) -> list[GeoPoint]:
    """Raises ValueError that says what a line must be."""
    if not isinstance(value, list) or len(value) > MAX_POINTS:
        raise ValueError(f"must be a list of at most {MAX_POINTS} points [lat, lon]")
    points: list[GeoPoint] = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise ValueError("must be a list of points [lat, lon]")
        lat_deg, lon_deg = (_number(one) for one in pair)
        points.append(GeoPoint(lat_deg=lat_deg, lon_deg=lon_deg))
    return points


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must hold numbers")
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError("holds too large a number") from error


def check_fields(entity: EntityKind, fields: Mapping[str, Json], writer: Writer) -> None:
    """Raises BadField for the first field that `writer` may not write or that cannot hold it."""
    if not fields:
        raise BadField("fields", "empty", "a change must change at least one field")
    checks = _CHECKS[entity, writer]
    for name, value in fields.items():
        check = checks.get(name)
        if check is None:
            if name in FIELDS[entity]:
                raise BadField(name, "not_allowed", f"a {writer.value} may not write {name}")
            _check_unknown(name, value)
            continue
        if value is None:
            continue
        try:
            check(value)
        except (ValueError, BadId, BadInstant, BadPlace) as error:
            raise BadField(name, "bad_value", f"{name} {error}") from error


def is_understood(entity: EntityKind, name: str, value: Json) -> bool:
    """Whether this release has the field and knows what it holds; a newer one may say more."""
    field = FIELDS[entity].get(name)
    if field is None or value is None:
        return field is not None
    try:
        field.check(value)
    except (ValueError, TypeError, OverflowError):
        return False
    return True


def _check_unknown(name: str, value: Json) -> None:
    if not FORWARD_NAME.fullmatch(name):
        raise BadField(name[:40], "bad_name", "a field's name must be 1-40 of a-z, 0-9 and _")
    if len(json.dumps(value)) > FORWARD_LIMIT:
        raise BadField(name, "too_large", f"{name} is larger than {FORWARD_LIMIT} characters")
