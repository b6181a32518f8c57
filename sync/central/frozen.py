"""What an approval has closed: it is what has been sent, or stands in a protocol."""

from __future__ import annotations

from sqlalchemy import Connection, select

from sync.central.admission import FROZEN_WHEN_APPROVED
from sync.central.tables import CURRENT, observation
from sync.central.tables import round_ as rounds
from sync.domain.conflicts import contested_fields
from sync.domain.status import Status
from sync.domain.words import EntityKind


def frozen_fields(connection: Connection, entity: EntityKind, entity_id: str) -> frozenset[str]:
    """For the office too. Later visits are evidence, and stay open."""
    table = CURRENT[entity.value]
    row = connection.execute(select(table).where(table.c.id == entity_id)).one_or_none()
    match entity:
        case EntityKind.OBSERVATION if row is not None:
            is_approved = row.status == Status.APPROVED.value
        case EntityKind.ROUND if row is not None:
            is_approved = row.protocol_approved_at is not None
        case EntityKind.STOP | EntityKind.ROUTE if row is not None:
            approved_at = select(rounds.c.protocol_approved_at).where(rounds.c.id == row.round_id)
            is_approved = connection.scalar(approved_at) is not None
        case EntityKind.PHOTO if row is not None and row.recheck_id is None:
            status = connection.scalar(
                select(observation.c.status).where(observation.c.id == row.observation_id)
            )
            return contested_fields(entity) if status == Status.APPROVED.value else frozenset()
        case _:
            return frozenset()
    return FROZEN_WHEN_APPROVED[entity] if is_approved else frozenset()
