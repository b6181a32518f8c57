"""The protocol of a round as plain values: all that its page shows, in the order it shows it.

Only what every phone of the area knows is in here, nothing of one phone's own sending, so that two
phones that have synced make the same page. A name of who noted what is left out on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.domain.change import Json
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.status import Status
from sync.domain.words import (
    Category,
    Group,
    Light,
    ObservationKind,
    Perception,
    RoundKind,
    Verdict,
    Weather,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolPhoto:
    """data_uri: None where this phone has no picture of it. Size: of the photo as it was stored."""

    data_uri: str | None
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CityWord:
    """What the responsible party says. status: its own word, None before it has said one."""

    case_ref: str
    status: str | None
    said_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolFinding:
    """photos_left_out: those that nobody has looked at for faces, which leave no phone."""

    number: str
    kind: ObservationKind
    category: Category | None
    text: str
    answers: tuple[tuple[str, Json], ...]
    place: Place | None
    address: str
    is_urgent: bool
    photos: tuple[ProtocolPhoto, ...]
    photos_left_out: int
    status: Status | None
    status_reason: str | None
    city: CityWord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolStop:
    """number: 1 for the first. scores: only those that were given, 1 (bad) to 5 (good)."""

    number: int
    name: str
    place: Place | None
    arrived_at: str | None
    left_at: str | None
    good: str
    bad: str
    voices: str
    scores: tuple[tuple[Perception, int], ...]
    findings: tuple[ProtocolFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """A defect of the round before this one that nobody has seen fixed.

    is_claimed_fixed: the responsible party says that it is done.
    seen_at, seen: the latest visit that saw it again, if there was one.
    """

    number: str
    category: Category | None
    text: str
    place: Place | None
    address: str
    noted_at: str
    city: CityWord | None
    seen_at: str | None
    seen: Verdict | None
    is_claimed_fixed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """What this round saw of a defect that was known already."""

    number: str
    category: Category | None
    text: str
    place: Place | None
    address: str
    noted_at: str
    verdict: Verdict
    checked_at: str
    comment: str
    photos: tuple[ProtocolPhoto, ...]
    photos_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolDocument:
    """findings: those at no stop. outline: the rings of the area's polygon.

    tracks: all recorded lines; length_m and duration_s: of the phone that walked farthest.
    last_round_at: when the round before this one in the area began, None if there was none.
    approved_at: None while the protocol is preliminary.
    """

    area_name: str
    outline: tuple[tuple[GeoPoint, ...], ...]
    kind: RoundKind
    meeting_place: str
    started_at: str | None
    ended_at: str | None
    light: Light | None
    weather: Weather | None
    led_by: str
    participants: tuple[tuple[Group, int], ...]
    planned_route: tuple[GeoPoint, ...]
    tracks: tuple[tuple[GeoPoint, ...], ...]
    length_m: int | None
    duration_s: int | None
    stops: tuple[ProtocolStop, ...]
    findings: tuple[ProtocolFinding, ...]
    revisits: tuple[Revisit, ...]
    last_round_at: str | None
    open_points: tuple[OpenPoint, ...]
    approved_at: str | None

    @property
    def all_findings(self) -> tuple[ProtocolFinding, ...]:
        """Those of the stops first, in the order of the page."""
        at_stops = tuple(one for stop in self.stops for one in stop.findings)
        return at_stops + self.findings

    @property
    def total_participants(self) -> int:
        return sum(count for _, count in self.participants)
