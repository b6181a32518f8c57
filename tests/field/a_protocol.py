"""Protocols as plain values, for the tests of their page. Names what a test is about, no more."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

from PIL import Image

from app.field.protocol.document import (
    CityWord,
    OpenPoint,
    ProtocolDocument,
    ProtocolFinding,
    ProtocolPhoto,
    ProtocolStop,
    Revisit,
)
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.words import (
    Category,
    Group,
    Light,
    ObservationKind,
    Perception,
    PlaceSource,
    RoundKind,
    Verdict,
    Weather,
)

TORG = GeoPoint(lat_deg=55.6110, lon_deg=13.0320)
OUTLINE = tuple(
    GeoPoint(lat_deg=lat, lon_deg=lon)
    for lat, lon in (
        (55.594, 13.02), (55.594, 13.075), (55.632, 13.075), (55.632, 13.02), (55.594, 13.02),
    )
)  # fmt: skip


def at(north_m: float, east_m: float) -> Place:
    """So far from the square."""
    point = GeoPoint(
        lat_deg=TORG.lat_deg + north_m / 111_200, lon_deg=TORG.lon_deg + east_m / 62_800
    )
    return Place(point=point, source=PlaceSource.GPS)


def a_photo(seed: int = 0) -> ProtocolPhoto:
    """A plain picture in a colour of its own, the same at every call."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (seed * 37 % 256, 120, seed * 91 % 256)).save(out, "JPEG")
    uri = "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
    return ProtocolPhoto(data_uri=uri, width_px=1600, height_px=1200)


def a_finding(number: str = "A-1", **given: Any) -> ProtocolFinding:
    plain = ProtocolFinding(
        number=number,
        kind=ObservationKind.DEFECT,
        category=Category.LIGHTING,
        text="Lampan utanför nummer 12 är trasig",
        answers=(),
        place=at(20, 30),
        address="",
        is_urgent=False,
        photos=(),
        photos_left_out=0,
        status=None,
        status_reason=None,
        city=None,
    )
    return replace(plain, **given)


def a_stop(number: int = 1, **given: Any) -> ProtocolStop:
    plain = ProtocolStop(
        number=number,
        name="Kirsebergs torg",
        place=at(0, 0),
        arrived_at="2026-05-12T16:05:00.000Z",
        left_at="2026-05-12T16:20:00.000Z",
        good="Öppet och ljust.\nMånga bänkar.",
        bad="Mörkt bakom kiosken",
        voices="”Här går jag gärna”",
        scores=((Perception.LIGHT, 4), (Perception.FEELING, 2)),
        findings=(),
    )
    return replace(plain, **given)


def an_open_point(number: str = "A-4", **given: Any) -> OpenPoint:
    plain = OpenPoint(
        number=number,
        category=Category.GRAFFITI,
        text="Klotter på elskåpet",
        place=at(100, 50),
        address="Vattenverksvägen 25",
        noted_at="2026-04-14T16:30:00.000Z",
        city=CityWord(case_ref="12345", status="Pågående", said_at="2026-05-02T08:00:00.000Z"),
        seen_at=None,
        seen=None,
        is_claimed_fixed=False,
    )
    return replace(plain, **given)


def a_revisit(**given: Any) -> Revisit:
    plain = Revisit(
        number="B-2",
        category=Category.ROAD,
        text="Djupt hål",
        place=at(-40, 60),
        address="",
        noted_at="2026-04-14T16:40:00.000Z",
        verdict=Verdict.FIXED,
        checked_at="2026-05-12T17:00:00.000Z",
        comment="Nyasfalterat",
        photos=(),
        photos_left_out=0,
    )
    return replace(plain, **given)


def a_document(**given: Any) -> ProtocolDocument:
    plain = ProtocolDocument(
        area_name="Kirseberg",
        outline=(OUTLINE,),
        kind=RoundKind.SAFETY_WALK,
        meeting_place="Utanför biblioteket",
        started_at="2026-05-12T16:00:00.000Z",
        ended_at="2026-05-12T17:52:00.000Z",
        light=Light.DAYLIGHT,
        weather=Weather.CLOUD,
        led_by="Kirseberg Samverkan",
        participants=tuple((group, place) for place, group in enumerate(Group)),
        planned_route=tuple(at(n, n * 1.5).point for n in range(-100, 300, 40)),
        tracks=(tuple(at(n, n * 1.4 + (n % 3) * 9).point for n in range(-100, 300, 10)),),
        length_m=2140,
        duration_s=6720,
        stops=(),
        findings=(),
        revisits=(),
        last_round_at=None,
        open_points=(),
        approved_at=None,
    )
    return replace(plain, **given)


def a_full_document() -> ProtocolDocument:
    """A safety walk with something of everything, two findings on one spot among it."""
    categories = list(Category)
    found = tuple(
        a_finding(
            f"{'AB'[n % 2]}-{n // 2 + 1}",
            category=categories[n % len(categories)],
            place=at((n * 37) % 260 - 80, (n * 53) % 330 - 100),
            photos=(a_photo(n), a_photo(n + 100)) if n % 5 == 0 else (),
            answers=(("post_number", "123"),) if categories[n % 15] is Category.LIGHTING else (),
        )
        for n in range(24)
    )
    at_stop = (
        a_finding("A-20", place=at(3, 2), photos=(a_photo(1),)),
        a_finding("A-21", kind=ObservationKind.POSITIVE, category=Category.PARK, place=at(3, 2)),
    )
    return a_document(
        stops=(
            a_stop(1, findings=at_stop),
            a_stop(2, name="Bakom kyrkan", place=at(60, 150), scores=()),
        ),
        findings=(
            *found,
            a_finding("A-30", kind=ObservationKind.POSITIVE, category=None, text="Fin lekplats"),
            a_finding("B-30", kind=ObservationKind.PROPOSAL, text="Fler bänkar", place=None),
        ),
        revisits=(a_revisit(photos=(a_photo(3),)),),
        last_round_at="2026-04-14T16:00:00.000Z",
        open_points=(
            an_open_point(),
            an_open_point(
                "A-5", city=None, seen=Verdict.REMAINS, seen_at="2026-05-12T16:40:00.000Z"
            ),
            an_open_point(
                "B-1",
                city=CityWord(
                    case_ref="777", status="Åtgärdat", said_at="2026-05-04T08:00:00.000Z"
                ),
                is_claimed_fixed=True,
            ),
        ),
    )
