"""Stamps that no store takes: never made, and made anew where an older release made them.

A clock that shows the year 3100 must not carry the phone's stamps there: the store would refuse
all that it records, and go on so after the clock is put right.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

from sqlite_utils import Database

from sync.client.outbox_body import body_of, readable
from sync.domain.change import Change
from sync.domain.clock import LATEST_STAMP_MS, Hlc, tick
from sync.domain.ids import DeviceId
from sync.domain.instants import MILLISECOND, from_text, to_ms
from sync.domain.words import EntityKind

AHEAD = timedelta(days=400)
"""A phone may be without contact for so long; a clock farther ahead of the store's last is wrong.

Its stamps then count on from there, in the right order.
"""
_STAMP = re.compile(r"(\d{15})-([0-9a-f]{5})-[a-z0-9]{1,32}/")


def latest_ms(synced_at: str | None) -> int:
    """The latest wall time for a stamp. synced_at: the store's clock when it last answered."""
    if synced_at is None:
        return LATEST_STAMP_MS - AHEAD // MILLISECOND
    return min(to_ms(from_text(synced_at)) + AHEAD // MILLISECOND, LATEST_STAMP_MS - 1)


def stamped_anew(db: Database, device: DeviceId, synced_at: str | None) -> Hlc:
    """Gives what waits with a stamp that no store takes another, in the same order; the last one.

    Each is after all that this phone has heard of, and no longer refused for its clock.
    """
    last = replace(_latest_good(db, device), device=device)
    if synced_at is not None:
        last = max(last, Hlc(wall_ms=to_ms(from_text(synced_at)), counter=0, device=device))
    waiting = db.execute("SELECT position FROM outbox ORDER BY position").fetchall()
    for (position,) in waiting:
        body = db.execute("SELECT body FROM outbox WHERE position = ?", [position]).fetchone()[0]
        for change in readable([body]):
            if change.made_at.wall_ms >= LATEST_STAMP_MS:
                last = _stamp(db, position, change, last)
    _forget_the_rest(db)
    return replace(last, device=device)


def _stamp(db: Database, position: int, change: Change, last: Hlc) -> Hlc:
    """Gives one change a stamp after `last`; that stamp."""
    stamp = tick(replace(last, device=change.made_at.device), 0)
    fresh = replace(change, made_at=stamp)
    db.execute(_SEND_AGAIN, {"at": position, "body": body_of(fresh)})
    db.execute(
        f"UPDATE {change.entity.value} SET clocks = replace(clocks, :old, :new) WHERE id = :id",
        {"old": change.stamp, "new": fresh.stamp, "id": change.entity_id},
    )
    _tell_who_had_seen_it(db, change, fresh)
    if "deleted_at" in fresh.fields:  # a refused deletion was taken back for the person
        db.execute(
            f"UPDATE {change.entity.value} SET deleted_at = :value"
            " WHERE id = :id AND json_extract(clocks, '$.deleted_at') = :stamp",
            {"value": fresh.fields["deleted_at"], "id": change.entity_id, "stamp": fresh.stamp},
        )
    return stamp


def _tell_who_had_seen_it(db: Database, old: Change, fresh: Change) -> None:
    rows = db.execute(
        "SELECT position, body FROM outbox WHERE entity_id = ? AND instr(body, ?)",
        [old.entity_id, old.stamp],
    ).fetchall()
    for position, body in rows:
        for later in readable([body]):
            bases = {
                name: tuple(fresh.stamp if one == old.stamp else one for one in stamps)
                for name, stamps in (later.bases or {}).items()
            }
            db.execute(
                "UPDATE outbox SET body = ? WHERE position = ?",
                [body_of(replace(later, bases=bases)), position],
            )


def _latest_good(db: Database, device: DeviceId) -> Hlc:
    latest = Hlc(wall_ms=0, counter=0, device=device)
    for _, _, clocks in _all_clocks(db):
        for stamp in _STAMP.finditer(clocks):
            wall_ms = int(stamp[1])
            if wall_ms < LATEST_STAMP_MS:
                seen = Hlc(wall_ms=wall_ms, counter=int(stamp[2], 16), device=device)
                latest = max(latest, seen)
    return latest


def _forget_the_rest(db: Database) -> None:
    """Fields whose change is gone (refused, and the person has seen it): whatever comes wins."""
    for table, key, text in _all_clocks(db):
        clocks = json.loads(text)
        good = {name: at for name, at in clocks.items() if int(at[:15]) < LATEST_STAMP_MS}
        if good != clocks:
            db.execute(
                f"UPDATE {table} SET clocks = ? WHERE id = ?",
                [json.dumps(good, sort_keys=True), key],
            )


def _all_clocks(db: Database) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for kind in EntityKind:
        rows = db.execute(f"SELECT id, clocks FROM {kind.value}").fetchall()
        found += [(kind.value, key, clocks) for key, clocks in rows]
    return found


_SEND_AGAIN = """
UPDATE outbox SET body = :body,
    refused_code = CASE refused_code WHEN 'bad_clock' THEN NULL ELSE refused_code END,
    refused_reason = CASE refused_code WHEN 'bad_clock' THEN NULL ELSE refused_reason END
WHERE position = :at
"""
