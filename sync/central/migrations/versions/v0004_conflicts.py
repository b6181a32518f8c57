"""What the writer of a change saw, and the conflicts that follow.

Changes that are in the log already told nothing: they are taken to have seen all that is older
(sync.domain.conflicts), so there is no conflict to write down yet.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "change_log",
        Column("bases", Text(), comment="JSON object: field to stamps its writer saw; none told"),
    )
    op.create_table(
        "field_conflict",
        Column("entity", Text(), nullable=False),
        Column("entity_id", Text(), nullable=False),
        Column("field", Text(), nullable=False),
        Column("stamp", Text(), nullable=False),
        Column("area", Text(), nullable=False),
        Column("change_id", Text(), nullable=False),
        PrimaryKeyConstraint("entity", "entity_id", "field", "stamp", name="pk_field_conflict"),
        comment="changes among which a person must choose: follows from change_log alone",
        sqlite_strict=True,
    )
    op.create_index("ix_field_conflict_area", "field_conflict", ["area"])
    op.create_index("ix_field_conflict_entity_id", "field_conflict", ["entity_id"])
