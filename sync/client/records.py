"""What the phone's database says of rounds and observations, as values for the screens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.domain.change import Json
from sync.domain.fields import Place
from sync.domain.ids import AreaCode, EntityId, Sha256
from sync.domain.status import Status
from sync.domain.words import Category, EntityKind, RoundKind


class Receipt(StrEnum):
    """How far a record has come. Each is said only when the one before is certain."""

    ON_PHONE = "on_phone"
    WITH_COORDINATOR = "with_coordinator"
    WITH_CITY = "with_city"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Fields that this phone writes on one thing."""

    area: AreaCode
    entity: EntityKind
    entity_id: EntityId
    fields: dict[str, Json]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRecord:
    round_id: EntityId
    area: AreaCode
    kind: RoundKind
    started_at: str
    ended_at: str | None
    started_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRecord:
    """is_stored: the store has hashed it again and has it on disk. None: not of this phone."""

    photo_id: EntityId
    sha256: Sha256
    is_stored: bool | None
    refused_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationRecord:
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

    @property
    def is_editable(self) -> bool:
        """The coordinator's approval closes a record for the phone."""
        return self.status is not Status.APPROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What has not reached the store: records (things, not changes), photos, refused ones."""

    records: int
    photos: int
    refused: int

    @property
    def is_all_sent(self) -> bool:
        return self.records == 0 and self.photos == 0 and self.refused == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPhoto:
    sha256: Sha256
    area: AreaCode
    size_bytes: int
