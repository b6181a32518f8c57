"""What a coordinator decides about an observation; each decision is one transaction.

The caller opens the transaction (`engine.begin()`), which on SQLite holds the write lock and on
PostgreSQL locks the observation's row: two coordinators who press at once make one report.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from sync.central.accounts import Account, still_valid
from sync.central.approved import Approved, write_approved
from sync.central.ledger import Ledger
from sync.central.reference import free_reference
from sync.central.tables import forward_job, observation, photo, report, stored_photo
from sync.domain.change import Bases, Json
from sync.domain.fields import Place, place_to_json
from sync.domain.geo import GeoBox, GeoPoint
from sync.domain.ids import AreaCode, EntityId, ReportId, Sha256, uuid7
from sync.domain.instants import to_ms, to_text
from sync.domain.status import REPORT_MOVES, ReportState, Status, may_move
from sync.domain.words import Category, EntityKind, ObservationKind, Writer
from sync.forward.routing import Routing

GRACE = timedelta(seconds=5)
"""How long an approved report waits before it goes out, so that "Ångra" means something."""


REPORTED_KINDS = (None, ObservationKind.DEFECT.value)


class ReviewRefused(Exception):
    """A decision that cannot be taken; `code` is a word of assets/i18n (office.refused.<code>)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def decidable(connection: Connection, account: Account, row: Row[Any] | None) -> Row[Any]:
    """The row of a current table, if this account may decide on it. Raises ReviewRefused.

    The account is asked for anew: its role or areas may have changed since the person logged in.
    """
    current = still_valid(connection, account)
    if row is None or current is None or not current.may_see(row.area):
        raise ReviewRefused("not_found")
    if not current.may_review(row.area):
        raise ReviewRefused("not_allowed")
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """limits: where the responsible party takes reports from; None for anywhere."""

    ledger: Ledger
    random: Callable[[int], bytes]
    limits: GeoBox | None = None
    routing: Routing = field(default_factory=Routing)
    grace: timedelta = GRACE

    def approve(
        self,
        connection: Connection,
        observation_id: str,
        account: Account,
        now: datetime,
        *,
        uncovered_seen: Collection[str] = (),
    ) -> ReportId | None:
        """Queues the report. A second approval gives the same report and changes nothing.

        None for what is no defect: a safe place or a proposal belongs to the protocol and is
        never reported. uncovered_seen: ids of the photos without a decision about faces and
        number plates that the coordinator has looked at; any other such photo stops the approval.
        """
        row = self._observation(connection, observation_id, account)
        existing = _report_of(connection, observation_id)
        if row.kind not in REPORTED_KINDS:
            if row.status != Status.APPROVED.value:
                self._set_status(connection, row, account, Status.APPROVED, reason=None)
            return None
        if row.status == Status.APPROVED.value and existing is not None:
            return ReportId(EntityId(existing.id))
        approved = self._complete(connection, row)
        if uncovered_photos(connection, observation_id) - set(uncovered_seen):
            raise ReviewRefused("photo_undecided")
        self._set_status(connection, row, account, Status.APPROVED, reason=None)
        report_id = existing.id if existing is not None else uuid7(to_ms(now), self.random(10))
        fields: dict[str, Json] = {"state": ReportState.QUEUED.value, "reason": None}
        if existing is None:
            fields |= {
                "observation_id": observation_id,
                "party": self.routing.party_for(approved.category).value,
                "reference": free_reference(connection, self.random),
            }
        else:
            _check_report_move(existing, ReportState.QUEUED)
        self._record_report(connection, row.area, report_id, fields, account)
        write_approved(connection, report_id, approved, to_text(now))
        connection.execute(delete(forward_job).where(forward_job.c.report_id == report_id))
        connection.execute(
            insert(forward_job).values(
                report_id=report_id, next_try_at=to_text(now + self.grace), attempts=0
            )
        )
        return ReportId(EntityId(report_id))

    def reject(
        self, connection: Connection, observation_id: str, reason: str, account: Account
    ) -> None:
        row = self._observation(connection, observation_id, account)
        if not reason.strip():
            raise ReviewRefused("reason_needed")
        self._set_status(connection, row, account, Status.REJECTED, reason=reason.strip())

    def take_back(
        self, connection: Connection, observation_id: str, account: Account, now: datetime
    ) -> None:
        """Back to review: a rejection always, an approval while no worker has its report."""
        row = self._observation(connection, observation_id, account)
        existing = _report_of(connection, observation_id)
        if row.status == Status.APPROVED.value and existing is not None:
            _check_unclaimed(connection, existing.id, now)
            if ReportState.WITHDRAWN not in REPORT_MOVES[ReportState(existing.state)]:
                raise ReviewRefused("already_sent")
            connection.execute(delete(forward_job).where(forward_job.c.report_id == existing.id))
            fields: dict[str, Json] = {"state": ReportState.WITHDRAWN.value, "reason": None}
            self._record_report(connection, row.area, existing.id, fields, account)
        self._set_status(connection, row, account, Status.RECEIVED, reason=None)

    def edit(
        self,
        connection: Connection,
        observation_id: str,
        account: Account,
        *,
        text: str | None = None,
        category: Category | None = None,
        place: Place | None = None,
        seen: Bases | None = None,
    ) -> None:
        """Changes what is given; only before approval, because what was approved is what goes.

        seen: the values that were on the screen: what came since then is not overwritten unseen.
        """
        row = self._observation(connection, observation_id, account)
        if row.status == Status.APPROVED.value:
            raise ReviewRefused("already_approved")
        fields: dict[str, Json] = {}
        if text is not None and text.strip() != (row.text or ""):
            fields["text"] = text.strip()
        if category is not None and category.value != row.category:
            fields["category"] = category.value
        if place is not None:
            fields["place"] = place_to_json(place)
        if fields:
            shown = {name: stamps for name, stamps in (seen or {}).items() if name in fields}
            self._record(
                connection, row, EntityKind.OBSERVATION, row.id, fields, account, seen=shown
            )

    def remove_photo(
        self,
        connection: Connection,
        observation_id: str,
        photo_id: str,
        account: Account,
        now: datetime,
    ) -> None:
        """For a photo that shows a face or a number plate, or that never arrives."""
        row = self._observation(connection, observation_id, account)
        if row.status == Status.APPROVED.value:
            raise ReviewRefused("already_approved")
        owner = connection.scalar(select(photo.c.observation_id).where(photo.c.id == photo_id))
        if owner != observation_id:
            raise ReviewRefused("not_found")
        fields: dict[str, Json] = {"deleted_at": to_text(now)}
        self._record(connection, row, EntityKind.PHOTO, photo_id, fields, account)

    def _observation(self, connection: Connection, observation_id: str, account: Account) -> Any:
        row = connection.execute(
            select(observation)
            .where(observation.c.id == observation_id, observation.c.deleted_at.is_(None))
            .with_for_update()
        ).one_or_none()
        return decidable(connection, account, row)

    def _complete(self, connection: Connection, row: Any) -> Approved:
        """What will be sent. Raises ReviewRefused for the first thing that is missing."""
        if row.lat_deg is None or row.lon_deg is None:
            raise ReviewRefused("no_place")
        point = GeoPoint(lat_deg=row.lat_deg, lon_deg=row.lon_deg, accuracy_m=row.accuracy_m)
        if self.limits is not None and not self.limits.holds(point):
            raise ReviewRefused("outside_limits")
        if row.category is None:
            raise ReviewRefused("no_category")
        photos = _photos(connection, row.id)
        if not photos and not (row.text or "").strip():
            raise ReviewRefused("no_text_or_photo")
        if not all(photos.values()):
            raise ReviewRefused("photo_on_its_way")
        return Approved(
            category=Category(row.category),
            text=(row.text or "").strip(),
            point=point,
            noted_at=row.noted_at,
            photos=tuple(photos),
            answers={} if row.answers is None else json.loads(row.answers),
            address=row.address,
            is_urgent=row.is_urgent == 1,
        )

    def _set_status(
        self,
        connection: Connection,
        row: Any,
        account: Account,
        status: Status,
        *,
        reason: str | None,
    ) -> None:
        if not may_move(Status(row.status or Status.RECEIVED.value), status):
            raise ReviewRefused("not_now")
        if row.status == status.value and row.status_reason == reason:
            return
        fields: dict[str, Json] = {"status": status.value, "status_reason": reason}
        self._record(connection, row, EntityKind.OBSERVATION, row.id, fields, account)

    def _record(
        self,
        connection: Connection,
        row: Any,
        entity: EntityKind,
        entity_id: str,
        fields: Mapping[str, Json],
        account: Account,
        *,
        seen: Bases | None = None,
    ) -> None:
        self.ledger.record(
            connection,
            area=AreaCode(row.area),
            entity=entity,
            entity_id=EntityId(entity_id),
            fields=fields,
            writer=Writer.OFFICE,
            received_from=account.id,
            seen=seen,
        )

    def _record_report(
        self,
        connection: Connection,
        area: str,
        report_id: str,
        fields: Mapping[str, Json],
        account: Account,
    ) -> None:
        self.ledger.record(
            connection,
            area=AreaCode(area),
            entity=EntityKind.REPORT,
            entity_id=EntityId(report_id),
            fields=fields,
            writer=Writer.STORE,
            received_from=account.id,
        )


def _report_of(connection: Connection, observation_id: str) -> Any | None:
    return connection.execute(
        select(report.c.id, report.c.state)
        .where(report.c.observation_id == observation_id, report.c.deleted_at.is_(None))
        .order_by(report.c.id)
        .limit(1)
    ).first()


def _check_report_move(existing: Any, after: ReportState) -> None:
    if after not in REPORT_MOVES[ReportState(existing.state)]:
        raise ReviewRefused("not_now")


def _check_unclaimed(connection: Connection, report_id: str, now: datetime) -> None:
    job = connection.execute(
        select(forward_job).where(forward_job.c.report_id == report_id).with_for_update()
    ).one_or_none()
    if job is not None and job.claimed_by is not None and job.claim_expires_at > to_text(now):
        raise ReviewRefused("being_sent")


def uncovered_photos(connection: Connection, observation_id: str) -> set[str]:
    """The ids of those to be sent of which nobody has said whether they show people."""
    query = select(photo.c.id).where(
        photo.c.observation_id == observation_id,
        photo.c.deleted_at.is_(None),
        photo.c.recheck_id.is_(None),
        photo.c.cover.is_(None),
    )
    return set(connection.scalars(query))


def _photos(connection: Connection, observation_id: str) -> dict[Sha256, bool]:
    """Each photo's hash, in order, and whether its bytes are here; without after-photos, which
    show what was there later and are not part of the report."""
    rows = connection.execute(
        select(photo.c.sha256, stored_photo.c.sha256.label("here"))
        .outerjoin(stored_photo, stored_photo.c.sha256 == photo.c.sha256)
        .where(
            photo.c.observation_id == observation_id,
            photo.c.deleted_at.is_(None),
            photo.c.recheck_id.is_(None),
        )
        .order_by(photo.c.position, photo.c.id)
    )
    return {Sha256(row.sha256 or ""): row.here is not None for row in rows}
