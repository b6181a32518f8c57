"""The first tables: the log, what it adds up to, devices, accounts, photos, forwarding."""

from __future__ import annotations

from alembic import op
from sqlalchemy import REAL as SQLITE_REAL
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None

SEQ = BigInteger().with_variant(Integer(), "sqlite")
REAL: Double[float] = Double().with_variant(SQLITE_REAL(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        Column("id", Text(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("password_hash", Text(), nullable=False, comment="argon2id"),
        Column("role", Text(), nullable=False),
        Column("areas", Text(), nullable=False, comment="JSON list of area codes"),
        Column("made_at", Text(), nullable=False),
        Column("disabled_at", Text()),
        PrimaryKeyConstraint("id", name="pk_account"),
        UniqueConstraint("name", name="uq_account_name"),
        sqlite_strict=True,
    )
    op.create_table(
        "area",
        Column("code", Text(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("outline", Text(), nullable=False, comment="GeoJSON polygon, WGS 84, lon-lat"),
        PrimaryKeyConstraint("code", name="pk_area"),
        sqlite_strict=True,
    )
    op.create_table(
        "change_log",
        Column("seq", SEQ, nullable=False),
        Column("change_id", Text(), nullable=False),
        Column("area", Text(), nullable=False),
        Column("entity", Text(), nullable=False),
        Column("entity_id", Text(), nullable=False),
        Column("fields", Text(), nullable=False, comment="JSON object"),
        Column("made_at", Text(), nullable=False, comment="hybrid logical clock, text form"),
        Column("device_id", Text(), nullable=False),
        Column("received_at", Text(), nullable=False),
        Column("received_from", Text(), nullable=False, comment="device, account or 'store'"),
        PrimaryKeyConstraint("seq", name="pk_change_log"),
        UniqueConstraint("change_id", name="uq_change_log_change_id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_change_log_area_seq", "change_log", ["area", "seq"])
    op.create_index("ix_change_log_entity_id_seq", "change_log", ["entity_id", "seq"])
    op.create_table(
        "enrolment_code",
        Column("id", Text(), nullable=False),
        Column("code_hash", Text(), nullable=False),
        Column("areas", Text(), nullable=False, comment="JSON list of area codes"),
        Column("made_at", Text(), nullable=False),
        Column("expires_at", Text(), nullable=False),
        Column("revoked_at", Text()),
        PrimaryKeyConstraint("id", name="pk_enrolment_code"),
        UniqueConstraint("code_hash", name="uq_enrolment_code_code_hash"),
        sqlite_strict=True,
    )
    op.create_table(
        "forward_event",
        Column("seq", SEQ, nullable=False),
        Column("report_id", Text(), nullable=False),
        Column("at", Text(), nullable=False),
        Column(
            "what",
            Text(),
            nullable=False,
            comment="intent, sent, failed, uncertain, status, person",
        ),
        Column("detail", Text(), nullable=False),
        PrimaryKeyConstraint("seq", name="pk_forward_event"),
        comment="append only: every intent, answer and word of the party",
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_forward_event_report_id", "forward_event", ["report_id"])
    op.create_table(
        "forward_job",
        Column("report_id", Text(), nullable=False),
        Column("next_try_at", Text(), nullable=False, comment="when a worker may take it"),
        Column("attempts", Integer(), server_default="0", nullable=False),
        Column("claimed_by", Text()),
        Column("claim_expires_at", Text()),
        Column(
            "next_poll_at", Text(), comment="when the city's status is asked next; set once sent"
        ),
        PrimaryKeyConstraint("report_id", name="pk_forward_job"),
        comment="the worker's own notes on a report; the report's life itself is in `report`",
        sqlite_strict=True,
    )
    op.create_table(
        "observation",
        Column("id", Text(), nullable=False),
        Column("area", Text(), nullable=False),
        Column("round_id", Text()),
        Column("kind", Text()),
        Column("category", Text()),
        Column("text", Text()),
        Column("lat_deg", REAL),
        Column("lon_deg", REAL),
        Column("accuracy_m", REAL),
        Column("place", Text(), comment="JSON of sync.domain.fields.Place"),
        Column("noted_at", Text()),
        Column("noted_by", Text()),
        Column("status", Text()),
        Column("status_reason", Text()),
        Column("deleted_at", Text()),
        Column("clocks", Text(), nullable=False),
        CheckConstraint(
            "status IS NULL OR status IN ('received', 'approved', 'rejected')",
            name=op.f("ck_observation_status"),
        ),
        PrimaryKeyConstraint("id", name="pk_observation"),
        sqlite_strict=True,
    )
    op.create_index("ix_observation_area", "observation", ["area"])
    op.create_index("ix_observation_area_noted", "observation", ["area", "noted_at"])
    op.create_index("ix_observation_round_id", "observation", ["round_id"])
    op.create_table(
        "photo",
        Column("id", Text(), nullable=False),
        Column("area", Text(), nullable=False),
        Column("observation_id", Text()),
        Column("sha256", Text()),
        Column("width_px", Integer()),
        Column("height_px", Integer()),
        Column("size_bytes", Integer()),
        Column("taken_at", Text()),
        Column("position", Integer()),
        Column("deleted_at", Text()),
        Column("clocks", Text(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_photo"),
        sqlite_strict=True,
    )
    op.create_index("ix_photo_area", "photo", ["area"])
    op.create_index("ix_photo_observation_id", "photo", ["observation_id"])
    op.create_index("ix_photo_sha256", "photo", ["sha256"])
    op.create_table(
        "photo_area",
        Column("sha256", Text(), nullable=False),
        Column("area", Text(), nullable=False),
        PrimaryKeyConstraint("sha256", "area", name="pk_photo_area"),
        comment="which areas a photo was uploaded for: who may fetch it",
        sqlite_strict=True,
    )
    op.create_table(
        "report",
        Column("id", Text(), nullable=False),
        Column("area", Text(), nullable=False),
        Column("observation_id", Text()),
        Column("party", Text()),
        Column("state", Text()),
        Column("reference", Text()),
        Column("case_ref", Text()),
        Column("city_status", Text()),
        Column("city_status_known", Integer()),
        Column("city_status_at", Text()),
        Column("reason", Text()),
        Column("sent_at", Text()),
        Column("deleted_at", Text()),
        Column("clocks", Text(), nullable=False),
        CheckConstraint(
            "state IS NULL OR state IN ('queued', 'sending', 'sent', 'failed', 'uncertain', "
            "'needs_person', 'withdrawn')",
            name=op.f("ck_report_state"),
        ),
        PrimaryKeyConstraint("id", name="pk_report"),
        sqlite_strict=True,
    )
    op.create_index("ix_report_area", "report", ["area"])
    op.create_index("ix_report_observation_id", "report", ["observation_id"])
    op.create_table(
        "round",
        Column("id", Text(), nullable=False),
        Column("area", Text(), nullable=False),
        Column("kind", Text()),
        Column("started_at", Text()),
        Column("ended_at", Text()),
        Column("started_by", Text()),
        Column("deleted_at", Text()),
        Column("clocks", Text(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_round"),
        sqlite_strict=True,
    )
    op.create_index("ix_round_area", "round", ["area"])
    op.create_table(
        "store_fact",
        Column("name", Text(), nullable=False),
        Column("value", Text(), nullable=False),
        PrimaryKeyConstraint("name", name="pk_store_fact"),
        comment="what the store knows of itself: its id, its clock's last stamp",
        sqlite_strict=True,
    )
    op.create_table(
        "stored_photo",
        Column("sha256", Text(), nullable=False),
        Column("size_bytes", Integer(), nullable=False),
        Column("stored_at", Text(), nullable=False),
        Column(
            "thumbnail", LargeBinary(), comment="JPEG, at most 320 px; made when first asked for"
        ),
        PrimaryKeyConstraint("sha256", name="pk_stored_photo"),
        comment="photos whose bytes are complete, hashed again and on disk",
        sqlite_strict=True,
    )
    op.create_table(
        "upload",
        Column("sha256", Text(), nullable=False),
        Column("length_bytes", Integer(), nullable=False),
        Column("made_at", Text(), nullable=False),
        Column("device_id", Text(), nullable=False),
        PrimaryKeyConstraint("sha256", name="pk_upload"),
        comment="photos on their way in; the bytes so far are a file, its length is the offset",
        sqlite_strict=True,
    )
    op.create_table(
        "device",
        Column("id", Text(), nullable=False),
        Column("token_hash", Text(), nullable=False),
        Column("nickname", Text(), nullable=False),
        Column("areas", Text(), nullable=False, comment="JSON list of area codes"),
        Column("enrolled_at", Text(), nullable=False),
        Column("enrolment_code_id", Text(), nullable=False),
        Column("last_seen_at", Text()),
        Column("revoked_at", Text()),
        ForeignKeyConstraint(
            ["enrolment_code_id"], ["enrolment_code.id"], name="fk_device_enrolment_code_id"
        ),
        PrimaryKeyConstraint("id", name="pk_device"),
        UniqueConstraint("token_hash", name="uq_device_token_hash"),
        sqlite_strict=True,
    )
