"""The tables of the phone's database and how they came to be: appended, never edited."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("rundan_phone")


@MIGRATIONS()
def m001_first_tables(db: Database) -> None:
    for statement in _FIRST:
        db.execute(statement)


_FIRST = (
    # What the phone knows of itself: device id, token, areas, the clock, the cursor.
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    """
    CREATE TABLE outbox (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        change_id TEXT NOT NULL UNIQUE,
        entity TEXT NOT NULL,
        entity_id TEXT NOT NULL,
        body TEXT NOT NULL,
        refused_code TEXT,
        refused_reason TEXT
    ) STRICT
    """,
    "CREATE INDEX outbox_entity ON outbox (entity_id)",
    """
    CREATE TABLE round (
        id TEXT PRIMARY KEY, area TEXT NOT NULL,
        kind TEXT, started_at TEXT, ended_at TEXT, started_by TEXT,
        deleted_at TEXT, clocks TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE observation (
        id TEXT PRIMARY KEY, area TEXT NOT NULL,
        round_id TEXT, kind TEXT, category TEXT, text TEXT, place TEXT,
        noted_at TEXT, noted_by TEXT, status TEXT, status_reason TEXT,
        deleted_at TEXT, clocks TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX observation_round ON observation (round_id, noted_at)",
    """
    CREATE TABLE photo (
        id TEXT PRIMARY KEY, area TEXT NOT NULL,
        observation_id TEXT, sha256 TEXT, width_px INTEGER, height_px INTEGER,
        size_bytes INTEGER, taken_at TEXT, position INTEGER,
        deleted_at TEXT, clocks TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX photo_observation ON photo (observation_id, position)",
    """
    CREATE TABLE report (
        id TEXT PRIMARY KEY, area TEXT NOT NULL,
        observation_id TEXT, party TEXT, state TEXT, reference TEXT, case_ref TEXT,
        city_status TEXT, city_status_known INTEGER, city_status_at TEXT,
        reason TEXT, sent_at TEXT,
        deleted_at TEXT, clocks TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX report_observation ON report (observation_id)",
    # The photo files of this phone and how far they are on their way to the store.
    """
    CREATE TABLE photo_file (
        sha256 TEXT PRIMARY KEY,
        area TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        made_at TEXT NOT NULL,
        stored_at TEXT,
        refused_code TEXT,
        refused_reason TEXT
    ) STRICT
    """,
)
