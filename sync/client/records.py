"""What the phone's database says of rounds and observations, as values for the screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sync.domain.change import Json
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.status import Status
from sync.domain.words import (
    Category,
    Cover,
    EntityKind,
    Group,
    Light,
    ObservationKind,
    Perception,
    RoundKind,
    Verdict,
    Weather,
)


class Receipt(StrEnum):
    """How far a record has come. Each is said only when the one before is certain."""

    ON_PHONE = "on_phone"
    WITH_COORDINATOR = "with_coordinator"
    WITH_CITY = "with_city"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Fields that this phone writes on one thing.

    clocks: those of the record that the person was looking at, as its row had them (JSON); None
    when that is the row as it is now.
    """

    area: AreaCode
    entity: EntityKind
    entity_id: EntityId
    fields: dict[str, Json]
    clocks: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPhoto:
    """A photo whose bytes are already on the phone's disk under its hash."""

    photo_id: EntityId
    sha256: Sha256
    width_px: int
    height_px: int
    size_bytes: int
    taken_at: str | None
    position: int
    cover: Cover | None = None
    recheck_id: EntityId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a person says of an observation. answers: question code -> text, number or yes/no."""

    kind: ObservationKind = ObservationKind.DEFECT
    category: Category | None = None
    text: str = ""
    place: Place | None = None
    stop_id: EntityId | None = None
    answers: Mapping[str, str | int | bool] = field(default_factory=dict)
    is_urgent: bool = False
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRecord:
    round_id: EntityId
    area: AreaCode
    kind: RoundKind
    started_at: str | None
    ended_at: str | None
    started_by: str | None
    planned_start_at: str | None = None
    planned_end_at: str | None = None
    meeting_place: str | None = None
    planned_route: tuple[GeoPoint, ...] = ()
    led_by: str | None = None
    light: Light | None = None
    weather: Weather | None = None
    participants: Mapping[Group, int] = field(default_factory=dict)
    protocol_approved_at: str | None = None
    clocks: str | None = field(default=None, compare=False, repr=False)

    @property
    def is_editable(self) -> bool:
        """The coordinator's approval of the protocol closes a round for the phone."""
        return self.protocol_approved_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRecord:
    """scores: 1 (bad) to 5 (good), those that were given."""

    stop_id: EntityId
    area: AreaCode
    round_id: EntityId
    position: int
    name: str
    place: Place | None
    arrived_at: str | None
    left_at: str | None
    good: str
    bad: str
    voices: str
    scores: Mapping[Perception, int]
    clocks: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRecord:
    route_id: EntityId
    area: AreaCode
    round_id: EntityId
    points: tuple[GeoPoint, ...]
    length_m: int
    duration_s: int
    started_at: str | None
    ended_at: str | None
    recorded_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckRecord:
    recheck_id: EntityId
    area: AreaCode
    observation_id: EntityId
    round_id: EntityId | None
    verdict: Verdict
    checked_at: str
    checked_by: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRecord:
    """is_stored: the store has hashed it again and has it on disk. None: not of this phone.

    cover: None when nobody has decided on faces and number plates yet; it is not sent then.
    recheck_id: of a later visit's photo.
    """

    photo_id: EntityId
    sha256: Sha256
    is_stored: bool | None
    refused_reason: str | None
    cover: Cover | None = None
    recheck_id: EntityId | None = None
    position: int = 0

    @property
    def is_undecided(self) -> bool:
        """It is on this phone, and waits for a person to look for faces and number plates."""
        return self.cover is None and self.is_stored is False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationRecord:
    """is_waiting: something that was said of it, of a photo or at a later visit, is not with the
    store; the photos' files have receipts of their own (PhotoRecord.is_stored)."""

    observation_id: EntityId
    area: AreaCode
    round_id: EntityId
    category: Category | None
    text: str
    place: Place | None
    noted_at: str
    status: Status | None
    status_reason: str | None
    photos: tuple[PhotoRecord, ...]
    receipt: Receipt
    case_ref: str | None
    city_status: str | None
    refused_code: str | None
    kind: ObservationKind = ObservationKind.DEFECT
    number: str | None = None
    noted_by: str | None = None
    stop_id: EntityId | None = None
    answers: Mapping[str, str | int | bool] = field(default_factory=dict)
    is_urgent: bool = False
    address: str | None = None
    sent_at: str | None = None
    is_waiting: bool = False
    clocks: str | None = field(default=None, compare=False, repr=False)

    @property
    def content(self) -> Content:
        return Content(
            kind=self.kind,
            category=self.category,
            text=self.text,
            place=self.place,
            stop_id=self.stop_id,
            answers=self.answers,
            is_urgent=self.is_urgent,
            address=self.address,
        )

    @property
    def is_editable(self) -> bool:
        """The coordinator's approval closes a record for the phone."""
        return self.status is not Status.APPROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What has not reached the store: records (things, not changes), photos, refused ones.

    aside: of the records, those that the store could not say yes or no to.
    undecided: photos that are not sent because nobody has looked for faces and number plates.
    """

    records: int
    photos: int
    refused: int
    undecided: int = 0
    aside: int = 0

    @property
    def has_stuck(self) -> bool:
        """Something stands in the list of what cannot be sent."""
        return self.refused + self.aside > 0

    @property
    def is_all_sent(self) -> bool:
        return self.records + self.photos + self.refused + self.undecided == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedPhoto:
    """A photo whose file is on this phone, to be sent."""

    sha256: Sha256
    area: AreaCode
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPhoto:
    """was_begun: it was cut off before, so the store may have a part of it."""

    sha256: Sha256
    area: AreaCode
    size_bytes: int
    was_begun: bool = False
