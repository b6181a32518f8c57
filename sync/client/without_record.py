"""Photos taken over from another phone, whose records this phone may never get.

The record is with the store already, and of something that a phone is not given at its first fill.
They are sent from here all the same: this may be the last phone that has them.
"""

from __future__ import annotations

TAKEN_OVER_PHOTOS = "taken_over_photos"
"""Fact: their hashes, as JSON. Somebody has decided on each (faces, number plates)."""

WITHOUT_RECORD = f"""
f.stored_at IS NULL
AND f.sha256 IN (SELECT t.value FROM fact, json_each(fact.value) t
    WHERE fact.name = '{TAKEN_OVER_PHOTOS}')
AND NOT EXISTS (SELECT 1 FROM photo p JOIN observation o ON o.id = p.observation_id
    WHERE p.sha256 = f.sha256)
"""
"""Of the photo_file f: it is one of these, and is not at the store."""

REFUSED_WITHOUT_RECORD = f"""
SELECT f.sha256, f.area, f.refused_code FROM photo_file f
WHERE f.refused_code IS NOT NULL AND {WITHOUT_RECORD} ORDER BY f.rowid
"""

WAITING_WITHOUT_RECORD = f"""
SELECT f.sha256, f.area, f.size_bytes, f.begun FROM photo_file f
WHERE f.refused_code IS NULL AND {WITHOUT_RECORD} ORDER BY f.tries, f.rowid
"""
