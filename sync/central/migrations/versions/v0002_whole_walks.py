"""What a whole walk needs: planned rounds, stops, routes, later visits, covered photos."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import REAL as SQLITE_REAL
from sqlalchemy import Column, Double, Integer, PrimaryKeyConstraint, Text

revision = "0002"
down_revision = "0001"

REAL: Double[float] = Double().with_variant(SQLITE_REAL(), "sqlite")
GROUPS = (
    "residents", "young_leaders", "police", "owners", "association", "municipality", "others",
)  # fmt: skip


def upgrade() -> None:
    for name in (
        "planned_start_at", "planned_end_at", "meeting_place", "planned_route", "plan_id",
        "led_by", "light", "weather", "protocol_approved_at",
    ):  # fmt: skip
        op.add_column("round", Column(name, Text()))
    for group in GROUPS:
        op.add_column("round", Column(f"count_{group}", Integer()))
    op.create_index("ix_round_planned_start_at", "round", ["planned_start_at"])
    for name in ("number", "stop_id", "answers", "address"):
        op.add_column("observation", Column(name, Text()))
    op.add_column("observation", Column("is_urgent", Integer()))
    for name in ("recheck_id", "cover"):
        op.add_column("photo", Column(name, Text()))
    op.create_index("ix_photo_recheck_id", "photo", ["recheck_id"])
    _merged(
        "stop",
        Column("round_id", Text()),
        Column("position", Integer()),
        Column("name", Text()),
        *_placed(),
        *(Column(name, Text()) for name in ("arrived_at", "left_at", "good", "bad", "voices")),
        *(
            Column(f"score_{name}", Integer())
            for name in ("light", "overview", "people", "feeling")
        ),
    )
    op.create_index("ix_stop_round_id", "stop", ["round_id"])
    _merged(
        "route",
        Column("round_id", Text()),
        Column("points", Text(), comment="JSON list of [lat, lon]"),
        Column("length_m", Integer()),
        Column("duration_s", Integer()),
        *(Column(name, Text()) for name in ("started_at", "ended_at", "recorded_by")),
    )
    op.create_index("ix_route_round_id", "route", ["round_id"])
    _merged(
        "recheck",
        *(Column(name, Text()) for name in ("observation_id", "round_id", "verdict")),
        *_placed(),
        *(Column(name, Text()) for name in ("checked_at", "checked_by", "text")),
    )
    op.create_index("ix_recheck_observation_id", "recheck", ["observation_id"])


def _merged(name: str, *columns: Column[Any]) -> None:
    op.create_table(
        name,
        Column("id", Text(), nullable=False),
        Column("area", Text(), nullable=False),
        *columns,
        Column("deleted_at", Text()),
        Column("clocks", Text(), nullable=False),
        PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sqlite_strict=True,
    )
    op.create_index(f"ix_{name}_area", name, ["area"])


def _placed() -> list[Column[Any]]:
    return [
        Column("lat_deg", REAL),
        Column("lon_deg", REAL),
        Column("accuracy_m", REAL),
        Column("place", Text(), comment="JSON of sync.domain.fields.Place"),
    ]
