"""The store's tables: the log of all changes, and what it adds up to.

The current tables (CURRENT) hold what merging the log gives and
nothing else; any of their columns can be empty, because changes come in any order. `clocks` is
the stamp of the last writer per field (sync.domain.merge). JSON is stored as text so that SQLite
and PostgreSQL hold the same; moments are text in the form of sync.domain.instants.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.schema import SchemaItem

from sync.domain.status import ReportState, Status
from sync.domain.words import Group, Perception

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_REAL: Double[float] = Double().with_variant(REAL(), "sqlite")
_SEQ = BigInteger().with_variant(Integer(), "sqlite")


def _table(
    name: str, *items: SchemaItem, comment: str | None = None, counted: bool = False
) -> Table:
    """A table that SQLite keeps STRICT. counted: its key is never used twice."""
    return Table(
        name,
        metadata,
        *items,
        comment=comment,
        sqlite_strict=True,
        sqlite_autoincrement=counted,
    )


def _one_of(column: str, words: type[Status] | type[ReportState]) -> CheckConstraint:
    allowed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IS NULL OR {column} IN ({allowed})", name=column)


def _merged(*columns: Column[Any]) -> list[Column[Any]]:
    """The columns every current table has, around its own."""
    return [
        Column("id", Text, primary_key=True),
        Column("area", Text, nullable=False, index=True),
        *columns,
        Column("deleted_at", Text),
        Column("clocks", Text, nullable=False),
    ]


def _placed() -> list[Column[Any]]:
    """A place, and its numbers beside it for looking up."""
    return [
        Column("lat_deg", _REAL),
        Column("lon_deg", _REAL),
        Column("accuracy_m", _REAL),
        Column("place", Text, comment="JSON of sync.domain.fields.Place"),
    ]


store_fact = _table(
    "store_fact",
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="what the store knows of itself: its id, its clock's last stamp",
)

area = _table(
    "area",
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("outline", Text, nullable=False, comment="GeoJSON polygon, WGS 84, lon-lat"),
    Column("places", Text, nullable=False, server_default="[]"),
    Column("categories_off", Text, nullable=False, server_default="[]"),
)

address = _table(
    "address",
    Column("cell", Text, primary_key=True, comment="lat,lon with four decimals"),
    Column("text", Text, comment="street and number; none there"),
    Column("asked_at", Text, nullable=False),
    comment="street addresses that the geocoder has told, so that it is asked once",
)

enrolment_code = _table(
    "enrolment_code",
    Column("id", Text, primary_key=True),
    Column("code_hash", Text, nullable=False, unique=True),
    Column("areas", Text, nullable=False, comment="JSON list of area codes"),
    Column("made_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("revoked_at", Text),
)

device = _table(
    "device",
    Column("id", Text, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("nickname", Text, nullable=False),
    Column("areas", Text, nullable=False, comment="JSON list of area codes"),
    Column("enrolled_at", Text, nullable=False),
    Column("enrolment_code_id", Text, ForeignKey("enrolment_code.id"), nullable=False),
    Column("last_seen_at", Text),
    Column("revoked_at", Text),
    Column("letter", Text, unique=True, index=True),
)

account = _table(
    "account",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False, comment="argon2id"),
    Column("role", Text, nullable=False),
    Column("areas", Text, nullable=False, comment="JSON list of area codes"),
    Column("made_at", Text, nullable=False),
    Column("disabled_at", Text),
)

change_log = _table(
    "change_log",
    Column("seq", _SEQ, primary_key=True),
    Column("change_id", Text, nullable=False, unique=True),
    Column("area", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("fields", Text, nullable=False, comment="JSON object"),
    Column("made_at", Text, nullable=False, comment="hybrid logical clock, text form"),
    Column("device_id", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("received_from", Text, nullable=False, comment="device, account or 'store'"),
    Column("bases", Text, comment="JSON object: field to stamps its writer saw; none told"),
    Index("ix_change_log_area_seq", "area", "seq"),
    Index("ix_change_log_entity_id_seq", "entity_id", "seq"),
    counted=True,
)

field_conflict = _table(
    "field_conflict",
    Column("entity", Text, primary_key=True),
    Column("entity_id", Text, primary_key=True, index=True),
    Column("field", Text, primary_key=True),
    Column("stamp", Text, primary_key=True),
    Column("area", Text, nullable=False, index=True),
    Column("change_id", Text, nullable=False),
    comment="changes among which a person must choose: follows from change_log alone",
)

round_ = _table(
    "round",
    *_merged(
        Column("kind", Text),
        Column("started_at", Text),
        Column("ended_at", Text),
        Column("started_by", Text),
        Column("planned_start_at", Text, index=True),
        Column("planned_end_at", Text),
        Column("meeting_place", Text),
        Column("planned_route", Text, comment="JSON list of [lat, lon]"),
        Column("plan_id", Text),
        Column("led_by", Text),
        Column("light", Text),
        Column("weather", Text),
        *(Column(group.field, Integer) for group in Group),
        Column("protocol_approved_at", Text),
    ),
)

stop = _table(
    "stop",
    *_merged(
        Column("round_id", Text, index=True),
        Column("position", Integer),
        Column("name", Text),
        *_placed(),
        Column("arrived_at", Text),
        Column("left_at", Text),
        Column("good", Text),
        Column("bad", Text),
        Column("voices", Text),
        *(Column(one.field, Integer) for one in Perception),
    ),
)

route = _table(
    "route",
    *_merged(
        Column("round_id", Text, index=True),
        Column("points", Text, comment="JSON list of [lat, lon]"),
        Column("length_m", Integer),
        Column("duration_s", Integer),
        Column("started_at", Text),
        Column("ended_at", Text),
        Column("recorded_by", Text),
    ),
)

recheck = _table(
    "recheck",
    *_merged(
        Column("observation_id", Text, index=True),
        Column("round_id", Text),
        Column("verdict", Text),
        *_placed(),
        Column("checked_at", Text),
        Column("checked_by", Text),
        Column("text", Text),
    ),
)

observation = _table(
    "observation",
    *_merged(
        Column("round_id", Text, index=True),
        Column("kind", Text),
        Column("category", Text),
        Column("text", Text),
        *_placed(),
        Column("noted_at", Text),
        Column("noted_by", Text),
        Column("number", Text, comment="what people call it on the round, as B-7"),
        Column("stop_id", Text),
        Column("answers", Text, comment="JSON object: the category's own questions"),
        Column("is_urgent", Integer),
        Column("address", Text),
        Column("status", Text),
        Column("status_reason", Text),
    ),
    _one_of("status", Status),
    Index("ix_observation_area_noted", "area", "noted_at"),
    Index("ix_observation_area_id", "area", "id"),
)

photo = _table(
    "photo",
    *_merged(
        Column("observation_id", Text, index=True),
        Column("sha256", Text, index=True),
        Column("width_px", Integer),
        Column("height_px", Integer),
        Column("size_bytes", Integer),
        Column("taken_at", Text),
        Column("position", Integer),
        Column("recheck_id", Text, index=True),
        Column("cover", Text),
    ),
)

report = _table(
    "report",
    *_merged(
        Column("observation_id", Text, index=True),
        Column("party", Text),
        Column("state", Text),
        Column("reference", Text),
        Column("case_ref", Text),
        Column("city_status", Text),
        Column("city_status_known", Integer),
        Column("city_status_at", Text),
        Column("reason", Text),
        Column("sent_at", Text),
    ),
    _one_of("state", ReportState),
)

forward_job = _table(
    "forward_job",
    Column("report_id", Text, primary_key=True),
    Column("next_try_at", Text, nullable=False, comment="when a worker may take it"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_by", Text),
    Column("claim_expires_at", Text),
    Column("next_poll_at", Text, comment="when the city's status is asked next; set once sent"),
    comment="the worker's own notes on a report; the report's life itself is in `report`",
)

forward_event = _table(
    "forward_event",
    Column("seq", _SEQ, primary_key=True),
    Column("report_id", Text, nullable=False, index=True),
    Column("at", Text, nullable=False),
    Column("what", Text, nullable=False, comment="intent, sent, failed, uncertain, status, person"),
    Column("detail", Text, nullable=False),
    comment="append only: every intent, answer and word of the party",
    counted=True,
)

upload = _table(
    "upload",
    Column("sha256", Text, primary_key=True),
    Column("length_bytes", Integer, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("device_id", Text, nullable=False),
    comment="photos on their way in; the bytes so far are a file, its length is the offset",
)

stored_photo = _table(
    "stored_photo",
    Column("sha256", Text, primary_key=True),
    Column("size_bytes", Integer, nullable=False),
    Column("stored_at", Text, nullable=False),
    Column("thumbnail", LargeBinary, comment="JPEG, at most 320 px; made when first asked for"),
    comment="photos whose bytes are complete, hashed again and on disk",
)

photo_area = _table(
    "photo_area",
    Column("sha256", Text, primary_key=True),
    Column("area", Text, primary_key=True),
    comment="which areas a photo was uploaded for: who may fetch it",
)

CURRENT = {
    "round": round_,
    "stop": stop,
    "route": route,
    "observation": observation,
    "photo": photo,
    "recheck": recheck,
    "report": report,
}
"""The current table of each sync.domain.words.EntityKind."""
