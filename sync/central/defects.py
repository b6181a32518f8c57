"""What the office reads: observations with their round, photos, report and history."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import (
    Connection,
    Label,
    Row,
    and_,
    case,
    func,
    select,
    union_all,
)

from sync.central.conflict_views import ConflictView, conflicts_of
from sync.central.conflicts import read_bases
from sync.central.defect_filters import IS_URGENT_NOW, Filter, matches, shown, status_
from sync.central.defect_views import (
    DefectDetail,
    DefectRow,
    EventLine,
    HistoryLine,
    PhotoView,
    RecheckView,
    ReportView,
)
from sync.central.rows_as_changes import said_at
from sync.central.tables import (
    account,
    change_log,
    device,
    forward_event,
    forward_job,
    observation,
    photo,
    recheck,
    report,
    round_,
    stop,
    stored_photo,
)
from sync.central.to_choose import NEEDS_CHOICE, round_waits, things_of_finding
from sync.domain.change import Bases
from sync.domain.clock import Hlc
from sync.domain.conflicts import DELETED
from sync.domain.geo import GeoPoint
from sync.domain.instants import from_ms, to_text
from sync.domain.status import ReportState, Status

PAGE = 50
MAX_HISTORY = 200


FIRST_PHOTO = (
    select(photo.c.sha256)
    .join(stored_photo, stored_photo.c.sha256 == photo.c.sha256)
    .where(
        photo.c.observation_id == observation.c.id,
        photo.c.deleted_at.is_(None),
        photo.c.recheck_id.is_(None),
    )
    .order_by(photo.c.position, photo.c.id)
    .limit(1)
    .scalar_subquery()
    .correlate(observation)
)

LINES = (
    select(
        observation,
        status_.label("shown_status"),
        round_.c.kind.label("round_kind"),
        func.coalesce(round_.c.started_at, round_.c.planned_start_at).label("round_started_at"),
        stop.c.name.label("stop_name"),
        NEEDS_CHOICE.label("needs_choice"),
        FIRST_PHOTO.label("photo_sha256"),
        report.c.id.label("report_id"),
        report.c.state,
        report.c.reference,
        report.c.case_ref,
        report.c.city_status,
        report.c.city_status_known,
        report.c.city_status_at,
        report.c.reason,
        report.c.sent_at,
        forward_job.c.next_try_at,
        forward_job.c.attempts,
    )
    .outerjoin(round_, round_.c.id == observation.c.round_id)
    .outerjoin(
        report, and_(report.c.observation_id == observation.c.id, report.c.deleted_at.is_(None))
    )
    .outerjoin(forward_job, forward_job.c.report_id == report.c.id)
    .outerjoin(stop, and_(stop.c.id == observation.c.stop_id, stop.c.deleted_at.is_(None)))
)


class DefectStore:
    """Reads only. `areas` is what the account may see; the conditions are part of the SQL."""

    def page(
        self,
        connection: Connection,
        areas: Collection[str],
        show: Filter,
        *,
        search: str = "",
        categories: Collection[str] = (),
        limit: int = PAGE,
    ) -> list[DefectRow]:
        """What is urgent and not dealt with first, then what was noted last, whatever the phones'
        clocks say.

        categories: those whose name, in the reader's language, holds `search`.
        """
        statement = (
            LINES.where(observation.c.area.in_(areas), shown(show))
            .order_by(
                case((IS_URGENT_NOW, 0), else_=1),
                said_at(connection, observation, "noted_at").desc(),
                observation.c.id.desc(),
            )
            .limit(limit)
        )
        if search.strip():
            statement = statement.where(matches(search.strip(), categories))
        return [_line(row) for row in connection.execute(statement)]

    def counts(self, connection: Connection, areas: Collection[str]) -> dict[Filter, int]:
        """How many each filter shows."""
        columns: list[Label[int]] = [
            func.coalesce(func.sum(case((shown(one), 1), else_=0)), 0).label(one.value)
            for one in Filter
        ]
        statement = (
            select(*columns)
            .select_from(observation)
            .outerjoin(
                report,
                and_(report.c.observation_id == observation.c.id, report.c.deleted_at.is_(None)),
            )
            .where(observation.c.area.in_(areas))
        )
        row = connection.execute(statement).one()
        return {one: int(row._mapping[one.value]) for one in Filter}

    def version(self, connection: Connection, areas: Collection[str]) -> tuple[int, int, int]:
        """Differs when anything the office shows of these areas may have changed."""
        return (
            connection.scalar(
                select(func.max(change_log.c.seq)).where(change_log.c.area.in_(areas))
            )
            or 0,
            connection.scalar(select(func.max(forward_event.c.seq))) or 0,
            connection.scalar(select(func.count()).select_from(stored_photo)) or 0,
        )

    def detail(
        self, connection: Connection, areas: Collection[str], observation_id: str
    ) -> DefectDetail | None:
        """None when there is no such observation in these areas."""
        found = connection.execute(
            LINES.where(observation.c.id == observation_id, observation.c.area.in_(areas))
        ).first()
        if found is None:
            return None
        row = _line(found)
        conflicts = conflicts_of(connection, things_of_finding(connection, observation_id))
        if row.is_deleted and not any(_is_whether_to_keep(one, row.id) for one in conflicts):
            return None
        photos = self._photos(connection, observation_id)
        return DefectDetail(
            row=row,
            photos=tuple(photos.get(None, ())),
            rechecks=self._rechecks(connection, observation_id, photos),
            conflicts=conflicts,
            round_needs_choice=row.round_id is not None and round_waits(connection, row.round_id),
            seen=_seen(found.clocks, row.id, conflicts),
            history=self._history(connection, observation_id),
            events=() if row.report is None else self._events(connection, row.report.id),
        )

    def anything_sent(self, connection: Connection) -> bool:
        return (
            connection.execute(
                select(report.c.id).where(report.c.state != ReportState.WITHDRAWN.value).limit(1)
            ).first()
            is not None
        )

    def _photos(
        self, connection: Connection, observation_id: str
    ) -> dict[str | None, list[PhotoView]]:
        """By the later visit they are of; None is the finding itself."""
        rows = connection.execute(
            select(
                photo.c.id,
                photo.c.sha256,
                photo.c.recheck_id,
                photo.c.cover,
                stored_photo.c.sha256.label("here"),
            )
            .outerjoin(stored_photo, stored_photo.c.sha256 == photo.c.sha256)
            .where(photo.c.observation_id == observation_id, photo.c.deleted_at.is_(None))
            .order_by(photo.c.position, photo.c.id)
        )
        photos: dict[str | None, list[PhotoView]] = {}
        for row in rows:
            photos.setdefault(row.recheck_id, []).append(
                PhotoView(
                    id=row.id, sha256=row.sha256, stored=row.here is not None, cover=row.cover
                )
            )
        return photos

    def _rechecks(
        self,
        connection: Connection,
        observation_id: str,
        photos: Mapping[str | None, Sequence[PhotoView]],
    ) -> tuple[RecheckView, ...]:
        rows = connection.execute(
            select(recheck)
            .where(recheck.c.observation_id == observation_id, recheck.c.deleted_at.is_(None))
            .order_by(said_at(connection, recheck, "checked_at"), recheck.c.id)
            .limit(MAX_HISTORY)
        )
        return tuple(
            RecheckView(
                id=row.id,
                verdict=row.verdict,
                checked_at=row.checked_at,
                checked_by=row.checked_by,
                text=row.text or "",
                photos=tuple(photos.get(row.id, ())),
            )
            for row in rows
        )

    def _history(self, connection: Connection, observation_id: str) -> tuple[HistoryLine, ...]:
        things = union_all(
            select(observation.c.id).where(observation.c.id == observation_id),
            select(photo.c.id).where(photo.c.observation_id == observation_id),
            select(report.c.id).where(report.c.observation_id == observation_id),
            select(recheck.c.id).where(recheck.c.observation_id == observation_id),
        )
        rows = connection.execute(
            select(
                change_log.c.received_at,
                change_log.c.made_at,
                change_log.c.entity,
                change_log.c.fields,
                change_log.c.bases,
                func.coalesce(device.c.nickname, account.c.name).label("who"),
            )
            .outerjoin(account, account.c.id == change_log.c.received_from)
            .outerjoin(device, device.c.id == change_log.c.device_id)
            .where(change_log.c.entity_id.in_(things))
            .order_by(change_log.c.seq.desc())
            .limit(MAX_HISTORY)
        )
        return tuple(
            HistoryLine(
                at=row.received_at,
                made_at=to_text(from_ms(Hlc.from_text(row.made_at).wall_ms)),
                who=row.who,
                entity=row.entity,
                fields=json.loads(row.fields),
                chosen=_chosen(row.bases),
            )
            for row in rows
        )

    def _events(self, connection: Connection, report_id: str) -> tuple[EventLine, ...]:
        rows = connection.execute(
            select(forward_event)
            .where(forward_event.c.report_id == report_id)
            .order_by(forward_event.c.seq.desc())
            .limit(MAX_HISTORY)
        )
        return tuple(EventLine(at=row.at, what=row.what, detail=row.detail) for row in rows)


def _line(row: Row[tuple[object, ...]]) -> DefectRow:
    place = {} if row.place is None else json.loads(row.place)
    return DefectRow(
        id=row.id,
        area=row.area,
        kind=row.kind,
        status=Status(row.shown_status),
        status_reason=row.status_reason,
        category=row.category,
        text=row.text or "",
        point=_point(row),
        place_source=place.get("source"),
        place_is_mocked=place.get("is_mocked") is True,
        place_is_stale=place.get("is_stale") is True,
        noted_at=row.noted_at,
        noted_by=row.noted_by,
        round_kind=row.round_kind,
        round_started_at=row.round_started_at,
        photo_sha256=row.photo_sha256,
        report=_report(row),
        number=row.number,
        is_urgent=row.is_urgent == 1,
        address=row.address,
        answers={} if row.answers is None else json.loads(row.answers),
        round_id=row.round_id,
        stop_name=row.stop_name,
        needs_choice=bool(row.needs_choice),
        is_deleted=row.deleted_at is not None,
    )


def _point(row: Row[tuple[object, ...]]) -> GeoPoint | None:
    if row.lat_deg is None or row.lon_deg is None:
        return None
    return GeoPoint(lat_deg=row.lat_deg, lon_deg=row.lon_deg, accuracy_m=row.accuracy_m)


def _report(row: Row[tuple[object, ...]]) -> ReportView | None:
    if row.report_id is None or row.state is None:
        return None
    return ReportView(
        id=row.report_id,
        state=ReportState(row.state),
        reference=row.reference,
        case_ref=row.case_ref,
        city_status=row.city_status,
        city_status_known=row.city_status_known != 0,
        city_status_at=row.city_status_at,
        reason=row.reason,
        sent_at=row.sent_at,
        next_try_at=row.next_try_at,
        attempts=row.attempts or 0,
    )


def _chosen(bases: str | None) -> frozenset[str]:
    """A deletion names all that the thing was made of, and chooses nothing by that."""
    seen: Bases = read_bases(bases) or {}
    return frozenset(name for name, stamps in seen.items() if len(stamps) > 1 and name != DELETED)


def _is_whether_to_keep(conflict: ConflictView, observation_id: str) -> bool:
    return conflict.entity_id == observation_id and conflict.field == DELETED


def _seen(clocks: str, observation_id: str, conflicts: Sequence[ConflictView]) -> Bases:
    seen = {name: (stamp,) for name, stamp in json.loads(clocks).items()}
    own = (one for one in conflicts if one.entity_id == observation_id and not one.is_settled)
    return {**seen, **{one.field: one.seen for one in own if one.field != DELETED}}
