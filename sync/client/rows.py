"""The rows of the phone's database as the values of `records`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sync.client.records import (
    ObservationRecord,
    PhotoRecord,
    Receipt,
    RecheckRecord,
    RoundRecord,
    RouteRecord,
    StopRecord,
)
from sync.domain.fields import Place, place_from_json, points_from_json
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.status import Status
from sync.domain.words import (
    Category,
    Cover,
    Group,
    Light,
    ObservationKind,
    Perception,
    RoundKind,
    Verdict,
    Weather,
)

Row = Mapping[str, Any]


def round_of(row: Row) -> RoundRecord:
    return RoundRecord(
        round_id=EntityId(row["id"]),
        area=AreaCode(row["area"]),
        kind=RoundKind(row["kind"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        started_by=row["started_by"],
        planned_start_at=row["planned_start_at"],
        planned_end_at=row["planned_end_at"],
        meeting_place=row["meeting_place"],
        planned_route=_points(row["planned_route"]),
        led_by=row["led_by"],
        light=None if row["light"] is None else Light(row["light"]),
        weather=None if row["weather"] is None else Weather(row["weather"]),
        participants={group: row[group.field] for group in Group if row[group.field] is not None},
        protocol_approved_at=row["protocol_approved_at"],
        clocks=row["clocks"],
    )


def stop_of(row: Row) -> StopRecord:
    return StopRecord(
        stop_id=EntityId(row["id"]),
        area=AreaCode(row["area"]),
        round_id=EntityId(row["round_id"]),
        position=row["position"] or 0,
        name=row["name"] or "",
        place=_place(row["place"]),
        arrived_at=row["arrived_at"],
        left_at=row["left_at"],
        good=row["good"] or "",
        bad=row["bad"] or "",
        voices=row["voices"] or "",
        scores={one: row[one.field] for one in Perception if row[one.field] is not None},
        clocks=row["clocks"],
    )


def route_of(row: Row) -> RouteRecord:
    return RouteRecord(
        route_id=EntityId(row["id"]),
        area=AreaCode(row["area"]),
        round_id=EntityId(row["round_id"]),
        points=_points(row["points"]),
        length_m=row["length_m"] or 0,
        duration_s=row["duration_s"] or 0,
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        recorded_by=row["recorded_by"],
    )


def recheck_of(row: Row) -> RecheckRecord:
    return RecheckRecord(
        recheck_id=EntityId(row["id"]),
        area=AreaCode(row["area"]),
        observation_id=EntityId(row["observation_id"]),
        round_id=None if row["round_id"] is None else EntityId(row["round_id"]),
        verdict=Verdict(row["verdict"]),
        checked_at=row["checked_at"],
        checked_by=row["checked_by"],
        text=row["text"] or "",
    )


def photo_of(row: Row) -> PhotoRecord:
    return PhotoRecord(
        photo_id=EntityId(row["id"]),
        sha256=Sha256(row["sha256"]),
        is_stored=None if row["made_at"] is None else row["stored_at"] is not None,
        refused_reason=row["refused_code"],
        cover=None if row["cover"] is None else Cover(row["cover"]),
        recheck_id=None if row["recheck_id"] is None else EntityId(row["recheck_id"]),
        position=row["position"] or 0,
    )


def observation_of(row: Row, photos: tuple[PhotoRecord, ...]) -> ObservationRecord:
    is_waiting = bool(row["waiting"])
    is_with_store = not is_waiting and all(photo.is_stored is not False for photo in photos)
    if row["case_ref"]:
        receipt = Receipt.WITH_CITY
    elif not is_with_store:
        receipt = Receipt.ON_PHONE
    else:
        receipt = Receipt.WITH_COORDINATOR
    return ObservationRecord(
        observation_id=EntityId(row["id"]),
        area=AreaCode(row["area"]),
        round_id=EntityId(row["round_id"]),
        kind=ObservationKind.DEFECT if row["kind"] is None else ObservationKind(row["kind"]),
        category=None if row["category"] is None else Category(row["category"]),
        text=row["text"] or "",
        place=_place(row["place"]),
        noted_at=row["noted_at"],
        noted_by=row["noted_by"],
        number=row["number"],
        stop_id=None if row["stop_id"] is None else EntityId(row["stop_id"]),
        answers={} if row["answers"] is None else json.loads(row["answers"]),
        is_urgent=bool(row["is_urgent"]),
        address=row["address"],
        status=None if row["status"] is None else Status(row["status"]),
        status_reason=row["status_reason"],
        photos=photos,
        receipt=receipt,
        is_waiting=is_waiting,
        case_ref=row["case_ref"],
        city_status=row["city_status"],
        sent_at=row["sent_at"],
        refused_code=row["refused_code"],
        clocks=row["clocks"],
    )


def _place(text: str | None) -> Place | None:
    return None if text is None else place_from_json(json.loads(text))


def _points(text: str | None) -> tuple[GeoPoint, ...]:
    return () if text is None else tuple(points_from_json(json.loads(text)))
