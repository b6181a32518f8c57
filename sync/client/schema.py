"""The tables of the phone's database and how they came to be: appended, never edited."""

from __future__ import annotations

import json

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("rundan_phone")


@MIGRATIONS()
def m001_first_tables(db: Database) -> None:
    for statement in _FIRST:
        db.execute(statement)


@MIGRATIONS()
def m002_whole_walks(db: Database) -> None:
    """Planned rounds, stops, routes, later visits, covered photos, drafts.

    What an older release could not read was skipped: all is asked for again, and the clocks of
    fields that it did not keep are forgotten, so that they are merged as new.
    """
    for statement in _WHOLE_WALKS:
        db.execute(statement)
    for table, names in _OF_FIRST.items():
        for row in db.query(f"SELECT id, clocks FROM {table}"):
            clocks = {k: v for k, v in json.loads(row["clocks"]).items() if k in names}
            db.execute(
                f"UPDATE {table} SET clocks = ? WHERE id = ?",
                [json.dumps(clocks, sort_keys=True), row["id"]],
            )
    db.execute("UPDATE fact SET value = '0' WHERE name = 'cursor'")


@MIGRATIONS()
def m003_route_points(db: Database) -> None:
    """The points of the route being recorded, each with the id that a route begun there gets."""
    db.execute(_ROUTE_POINTS)


@MIGRATIONS()
def m004_what_is_near(db: Database) -> None:
    """Looking up what is near from an index alone; which later visits a person said no to."""
    for statement in _NEAR:
        db.execute(statement)


@MIGRATIONS()
def m005_what_stands_aside(db: Database) -> None:
    """Changes that a message failed with, refusals that the person has seen, and how often a

    photo was begun without getting anywhere.
    """
    for statement in _ASIDE:
        db.execute(statement)


@MIGRATIONS()
def m006_photos_begun(db: Database) -> None:
    """Photos that the store may have a part of: it is asked how much before anything is sent."""
    db.execute("ALTER TABLE photo_file ADD COLUMN begun INTEGER NOT NULL DEFAULT 0")


_ASIDE = (
    "ALTER TABLE outbox ADD COLUMN failures INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN aside_until TEXT",
    "ALTER TABLE outbox ADD COLUMN seen_at TEXT",
    "ALTER TABLE photo_file ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
)

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

_OF_FIRST = {
    "round": {"kind", "started_at", "ended_at", "started_by", "deleted_at"},
    "observation": {
        "round_id", "kind", "category", "text", "place", "noted_at", "noted_by", "status",
        "status_reason", "deleted_at",
    },
    "photo": {
        "observation_id", "sha256", "width_px", "height_px", "size_bytes", "taken_at", "position",
        "deleted_at",
    },
}  # fmt: skip
"""The fields that the first release kept, per table that has got more since."""

_WHOLE_WALKS = (
    *(
        f"ALTER TABLE round ADD COLUMN {column}"
        for column in (
            "planned_start_at TEXT", "planned_end_at TEXT", "meeting_place TEXT",
            "planned_route TEXT", "plan_id TEXT", "led_by TEXT", "light TEXT", "weather TEXT",
            "protocol_approved_at TEXT", "count_residents INTEGER", "count_young_leaders INTEGER",
            "count_police INTEGER", "count_owners INTEGER", "count_association INTEGER",
            "count_municipality INTEGER", "count_others INTEGER",
        )
    ),
    *(
        f"ALTER TABLE observation ADD COLUMN {column}"
        for column in (
            "number TEXT", "stop_id TEXT", "answers TEXT", "is_urgent INTEGER", "address TEXT",
            # the place's numbers beside it, for looking up what is near
            "lat_deg REAL", "lon_deg REAL",
        )
    ),
    """
    UPDATE observation SET lat_deg = json_extract(place, '$.lat_deg'),
        lon_deg = json_extract(place, '$.lon_deg') WHERE place IS NOT NULL
    """,
    "CREATE INDEX observation_where ON observation (area, lat_deg)",
    "ALTER TABLE photo ADD COLUMN recheck_id TEXT",
    "ALTER TABLE photo ADD COLUMN cover TEXT",
    "CREATE INDEX photo_sha256 ON photo (sha256)",
    """
    CREATE TABLE stop (
        id TEXT PRIMARY KEY, area TEXT NOT NULL,
        round_id TEXT, position INTEGER, name TEXT, place TEXT, arrived_at TEXT, left_at TEXT,
        good TEXT, bad TEXT, voices TEXT, score_light INTEGER, score_overview INTEGER,
        score_people INTEGER, score_feeling INTEGER,
        deleted_at TEXT, clocks TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX stop_round ON stop (round_id, position)",
    """
    CREATE TABLE route (
        id TEXT PRIMARY KEY, area TEXT NOT NULL,
        round_id TEXT, points TEXT, length_m INTEGER, duration_s INTEGER,
        started_at TEXT, ended_at TEXT, recorded_by TEXT,
        deleted_at TEXT, clocks TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX route_round ON route (round_id)",
    """
    CREATE TABLE recheck (
        id TEXT PRIMARY KEY, area TEXT NOT NULL,
        observation_id TEXT, round_id TEXT, verdict TEXT, place TEXT, checked_at TEXT,
        checked_by TEXT, text TEXT,
        deleted_at TEXT, clocks TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX recheck_observation ON recheck (observation_id)",
    # What a person has begun and not saved. Never sent.
    "CREATE TABLE draft (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT",
    # The photo files of this phone that belong to something that is not deleted.
    """
    CREATE VIEW wanted_photo AS
    SELECT f.sha256, f.area, f.size_bytes, f.made_at, f.stored_at, f.refused_code,
        f.refused_reason, p.id AS photo_id, p.observation_id, p.position, p.cover,
        COALESCE(o.is_urgent, 0) AS is_urgent
    FROM photo_file f
    JOIN photo p ON p.sha256 = f.sha256 AND p.deleted_at IS NULL
    JOIN observation o ON o.id = p.observation_id AND o.deleted_at IS NULL
    LEFT JOIN recheck r ON r.id = p.recheck_id
    WHERE r.deleted_at IS NULL
    """,
)  # fmt: skip

_ROUTE_POINTS = """
CREATE TABLE route_point (
    id TEXT PRIMARY KEY, round_id TEXT NOT NULL, lat_deg REAL NOT NULL, lon_deg REAL NOT NULL,
    taken_at TEXT NOT NULL, until_at TEXT NOT NULL, UNIQUE (round_id, taken_at)
) STRICT
"""

_NEAR = (
    """
    CREATE INDEX observation_near ON observation (area, lat_deg, lon_deg, category)
    WHERE deleted_at IS NULL AND lat_deg IS NOT NULL
    """,
    "CREATE INDEX recheck_round ON recheck (round_id, checked_at)",
    """
    CREATE TABLE revisit_declined (
        round_id TEXT NOT NULL, observation_id TEXT NOT NULL,
        PRIMARY KEY (round_id, observation_id)
    ) STRICT, WITHOUT ROWID
    """,
)
