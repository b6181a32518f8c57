"""The protocol of a round out of the phone's database: what is in it, and in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from app.field.protocol.document import (
    CityWord,
    OpenPoint,
    ProtocolDocument,
    ProtocolFinding,
    ProtocolStop,
    Revisit,
)
from app.field.protocol.pictures import Pictures
from sync.client.enrolment import enrolled_areas
from sync.client.local_store import LocalStore
from sync.client.protocol_store import ProtocolStore, SharedFinding, SharedPhoto
from sync.client.records import RecheckRecord, RoundRecord, RouteRecord, StopRecord
from sync.client.round_store import RoundStore
from sync.client.walk_store import WalkStore
from sync.domain.geo import GeoPoint
from sync.domain.ids import EntityId
from sync.domain.status import FINAL_CITY_WORDS, Status
from sync.domain.words import Group, ObservationKind, Perception, Verdict

_NUMBER = re.compile(r"(\D+)-(\d{1,9})")
KINDS = (ObservationKind.DEFECT, ObservationKind.POSITIVE, ObservationKind.PROPOSAL)


async def collect(local: LocalStore, round_id: EntityId, pictures: Pictures) -> ProtocolDocument:
    """Raises LookupError for a round that is not on this phone."""
    round_ = WalkStore(local).round(round_id)
    if round_ is None:
        raise LookupError(f"no round {round_id}")
    store, of_round = ProtocolStore(local), RoundStore(local)
    found, visits = store.findings(round_id), store.visits(round_id)
    before = store.round_before(round_)
    routes = of_round.routes(round_id)
    await pictures.read(photo for one in found for photo in one.own_photos)
    await pictures.read(photo for visit, one in visits for photo in _photos_of(visit, one))
    numbers = numbered(found)
    stops = of_round.stops(round_id)
    known_stops = {stop.stop_id for stop in stops}
    shown = {one.observation_id: _finding(one, numbers, pictures) for one in ordered(found)}
    at_stop = {one.observation_id: one.stop_id for one in found}
    length_m, duration_s = walked(routes)
    return ProtocolDocument(
        area_name=_area_name(local, round_),
        outline=_outline(local, round_),
        kind=round_.kind,
        meeting_place=round_.meeting_place or "",
        started_at=round_.started_at,
        ended_at=round_.ended_at,
        light=round_.light,
        weather=round_.weather,
        led_by=round_.led_by or "",
        participants=tuple((group, round_.participants.get(group, 0)) for group in Group),
        planned_route=round_.planned_route,
        tracks=tuple(route.points for route in routes if len(route.points) > 1),
        length_m=length_m,
        duration_s=duration_s,
        stops=tuple(
            _stop(
                number,
                stop,
                tuple(one for key, one in shown.items() if at_stop[key] == stop.stop_id),
            )
            for number, stop in enumerate(stops, start=1)
        ),
        findings=tuple(one for key, one in shown.items() if at_stop[key] not in known_stops),
        revisits=tuple(_revisit(visit, one, pictures) for visit, one in visits),
        last_round_at=None if before is None else before.started_at,
        open_points=() if before is None else _open_points(store.findings(before.round_id)),
        approved_at=round_.protocol_approved_at,
    )


def ordered(found: Sequence[SharedFinding]) -> list[SharedFinding]:
    """Defects, then safe places, then proposals, each by its number: A-2 before A-10 before B-1.

    Those without a number stay in the order they come in, which is that of being noted.
    """
    return sorted(
        found,
        key=lambda one: (
            KINDS.index(one.kind),
            _number_key(one.number),
        ),
    )


def numbered(found: Sequence[SharedFinding]) -> dict[EntityId, str]:
    """What each is called; those from a release without numbers are counted in their own order."""
    rest = (one for one in found if one.number is None)
    given = {one.observation_id: one.number for one in found if one.number is not None}
    return given | {one.observation_id: str(place) for place, one in enumerate(rest, start=1)}


def walked(routes: Sequence[RouteRecord]) -> tuple[int | None, int | None]:
    """Length and duration of the phone that walked farthest: all phones walk the same round."""
    by_phone = [
        list(group)
        for _, group in groupby(
            sorted(routes, key=lambda one: one.recorded_by or ""), key=lambda one: one.recorded_by
        )
    ]
    sums = [(sum(r.length_m for r in one), sum(r.duration_s for r in one)) for one in by_phone]
    return max(sums, default=(None, None))


def _number_key(number: str | None) -> tuple[int, int, str, int]:
    match = None if number is None else _NUMBER.fullmatch(number)
    if match is None:
        return (1, 0, number or "", 0)
    return (0, len(match[1]), match[1], int(match[2]))


def _finding(
    one: SharedFinding, numbers: Mapping[EntityId, str], pictures: Pictures
) -> ProtocolFinding:
    return ProtocolFinding(
        number=numbers[one.observation_id],
        kind=one.kind,
        category=one.category,
        text=one.text,
        answers=tuple(sorted(one.answers.items())),
        place=one.place,
        address=one.address,
        is_urgent=one.is_urgent,
        photos=pictures.shown(one.own_photos),
        photos_left_out=sum(not photo.is_decided for photo in one.own_photos),
        status=one.status,
        status_reason=one.status_reason,
        city=_city(one),
    )


def _stop(number: int, stop: StopRecord, findings: tuple[ProtocolFinding, ...]) -> ProtocolStop:
    return ProtocolStop(
        number=number,
        name=stop.name,
        place=stop.place,
        arrived_at=stop.arrived_at,
        left_at=stop.left_at,
        good=stop.good,
        bad=stop.bad,
        voices=stop.voices,
        scores=tuple((one, stop.scores[one]) for one in Perception if one in stop.scores),
        findings=findings,
    )


def _city(one: SharedFinding) -> CityWord | None:
    if one.case_ref is None:
        return None
    return CityWord(case_ref=one.case_ref, status=one.city_status, said_at=one.city_status_at)


def _photos_of(visit: RecheckRecord, one: SharedFinding) -> list[SharedPhoto]:
    return [photo for photo in one.photos if photo.recheck_id == visit.recheck_id]


def _revisit(visit: RecheckRecord, one: SharedFinding, pictures: Pictures) -> Revisit:
    photos = _photos_of(visit, one)
    return Revisit(
        number=one.number or "",
        category=one.category,
        text=one.text,
        place=one.place,
        address=one.address,
        noted_at=one.noted_at,
        verdict=visit.verdict,
        checked_at=visit.checked_at,
        comment=visit.text,
        photos=pictures.shown(photos),
        photos_left_out=sum(not photo.is_decided for photo in photos),
    )


def _open_points(found: Sequence[SharedFinding]) -> tuple[OpenPoint, ...]:
    numbers = numbered(found)
    return tuple(
        OpenPoint(
            number=numbers[one.observation_id],
            category=one.category,
            text=one.text,
            place=one.place,
            address=one.address,
            noted_at=one.noted_at,
            city=_city(one),
            seen_at=None if one.visit is None else one.visit.checked_at,
            seen=None if one.visit is None else one.visit.verdict,
            is_claimed_fixed=is_claimed_fixed(one),
        )
        for one in ordered(found)
        if is_open(one)
    )


def is_open(one: SharedFinding) -> bool:
    """A defect that the coordinator has not turned down and that nobody has seen fixed."""
    is_seen_fixed = one.visit is not None and one.visit.verdict is Verdict.FIXED
    is_defect = one.kind is ObservationKind.DEFECT
    return is_defect and one.status is not Status.REJECTED and not is_seen_fixed


def is_claimed_fixed(one: SharedFinding) -> bool:
    """The city says that it is done, and nobody has seen it there since then."""
    return one.city_status in FINAL_CITY_WORDS and not one.is_seen_since


def _area_name(local: LocalStore, round_: RoundRecord) -> str:
    areas = enrolled_areas(local)
    return next((area.name for area in areas if area.code == round_.area), round_.area)


def _outline(local: LocalStore, round_: RoundRecord) -> tuple[tuple[GeoPoint, ...], ...]:
    """The rings of the area's GeoJSON polygon or polygons."""
    outline = next((a.outline for a in enrolled_areas(local) if a.code == round_.area), {})
    coordinates = outline.get("coordinates", [])
    polygons = coordinates if outline.get("type") == "MultiPolygon" else [coordinates]
    return tuple(
        tuple(GeoPoint(lat_deg=float(p[1]), lon_deg=float(p[0])) for p in ring)
        for polygon in polygons
        for ring in polygon
    )
