"""A first fill reads the observations of an area in the order of their ids, a part at a time."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_observation_area_id", "observation", ["area", "id"])
