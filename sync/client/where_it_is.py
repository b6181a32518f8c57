"""What of the findings is on this phone alone: one answer for the list, the map and the hints."""

from __future__ import annotations

from sync.client.order import NOTED, said_at


def _not_taken(stamp: str) -> str:
    """Of the outbox's row w: it waits, or it is what made the thing, and no store has taken it."""
    return f"(w.refused_code IS NULL OR instr({stamp}, w.change_id))"


WAITING = f"""
SELECT o.id FROM observation o JOIN outbox w ON w.entity_id = o.id WHERE {_not_taken(NOTED)}
UNION SELECT p.observation_id FROM photo p JOIN outbox w ON w.entity_id = p.id
    WHERE {_not_taken(said_at("p", "observation_id"))}
UNION SELECT v.observation_id FROM recheck v JOIN outbox w ON w.entity_id = v.id
    WHERE {_not_taken(said_at("v", "observation_id"))}
"""
"""Ids of the observations of which something that was said is not with the store."""

ON_PHONE = f"{WAITING} UNION SELECT observation_id FROM wanted_photo WHERE stored_at IS NULL"
"""The same, and those of which a photo's file is not."""
