"""The simulator's tables. Numbers start where the city's were when its client was last seen."""

from __future__ import annotations

FIRST_TEMP_ID = 12345
FIRST_CASE_ID = 599467

SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS photo (
    temp_id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    field TEXT NOT NULL,
    name TEXT NOT NULL,
    extension TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    has_exif INTEGER NOT NULL CHECK (has_exif IN (0, 1))
) STRICT;
CREATE TABLE IF NOT EXISTS city_case (
    case_id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    sent TEXT NOT NULL CHECK (json_valid(sent)),
    step INTEGER NOT NULL CHECK (step >= 0),
    since TEXT NOT NULL,
    fixed_word TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS case_photo (
    case_id INTEGER NOT NULL REFERENCES city_case (case_id),
    position INTEGER NOT NULL,
    temp_id INTEGER NOT NULL REFERENCES photo (temp_id),
    PRIMARY KEY (case_id, position)
) STRICT;
CREATE TABLE IF NOT EXISTS fault (
    call TEXT PRIMARY KEY CHECK (call IN ('upload', 'arende', 'status', 'all')),
    kind TEXT NOT NULL,
    left_count INTEGER CHECK (left_count >= 0),
    delay_s REAL NOT NULL
) STRICT;
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'photo', {FIRST_TEMP_ID - 1}
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'photo');
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'city_case', {FIRST_CASE_ID - 1}
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'city_case');
COMMIT;
"""
