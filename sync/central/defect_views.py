"""What the office is shown of an observation: plain values, read by sync.central.defects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.central.conflict_views import ConflictView
from sync.domain.change import Bases, Json
from sync.domain.geo import GeoPoint
from sync.domain.status import ReportState, Status
from sync.domain.words import ObservationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """reason: why it failed, is in doubt or needs a person; next_try_at: when it goes out."""

    id: str
    state: ReportState
    reference: str | None
    case_ref: str | None
    city_status: str | None
    city_status_known: bool
    city_status_at: str | None
    reason: str | None
    sent_at: str | None
    next_try_at: str | None
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectRow:
    """A line of the list. photo_sha256: the first one that the store has, if any.

    number: what people called it on the round, as B-7. needs_choice: two people wrote different
    things of it; is_deleted: and one of them deleted it. answers: to the category's own questions.
    """

    id: str
    area: str
    kind: str | None
    status: Status
    status_reason: str | None
    category: str | None
    text: str
    point: GeoPoint | None
    place_source: str | None
    noted_at: str | None
    noted_by: str | None
    round_kind: str | None
    round_started_at: str | None
    photo_sha256: str | None
    report: ReportView | None
    number: str | None = None
    is_urgent: bool = False
    place_is_mocked: bool = False
    place_is_stale: bool = False
    address: str | None = None
    answers: Mapping[str, Json] = field(default_factory=dict)
    round_id: str | None = None
    stop_name: str | None = None
    needs_choice: bool = False
    is_deleted: bool = False

    @property
    def is_defect(self) -> bool:
        """Only a defect is ever reported to anybody."""
        return self.kind in (None, ObservationKind.DEFECT.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoView:
    """stored: its bytes are here; a phone announces a photo before it sends it. cover: what was
    decided of faces and number plates (sync.domain.words.Cover), None when nothing was."""

    id: str
    sha256: str | None
    stored: bool
    cover: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckView:
    """A later visit: what was seen, when, by whom, and what it looked like then."""

    id: str
    verdict: str | None
    checked_at: str | None
    checked_by: str | None
    text: str
    photos: tuple[PhotoView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """at: when the store got it. made_at: when it was made, by the clock of who made it.

    who: an account's name, a phone's nickname, or None for the store itself. chosen: the fields in
    which it settled what others had written.
    """

    at: str
    made_at: str
    who: str | None
    entity: str
    fields: Mapping[str, Json]
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    at: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectDetail:
    """photos: of the finding itself. rechecks: oldest first, with the photos of each.

    conflicts: of the finding, its photos and its later visits. seen: field -> the stamps of all
    its values that are shown.
    """

    row: DefectRow
    photos: tuple[PhotoView, ...]
    rechecks: tuple[RecheckView, ...]
    history: tuple[HistoryLine, ...]
    events: tuple[EventLine, ...]
    conflicts: tuple[ConflictView, ...] = ()
    round_needs_choice: bool = False
    seen: Bases = field(default_factory=dict)
