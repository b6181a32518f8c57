"""A finding that one phone deleted while another added a photo or a visit to it, neither knowing.

With the finding gone, nobody would ever see what was added. Whichever of the two phones first hears
of the other says that the finding is there: the one that added with an edit that knew of no
deletion, so that the coordinator chooses; the one that deleted by taking that back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from sync.client.order import said_at, stamp_in
from sync.client.records import Edit
from sync.domain.change import Change
from sync.domain.clock import Hlc
from sync.domain.ids import AreaCode, DeviceId, EntityId
from sync.domain.words import EntityKind

_PARTS = (EntityKind.PHOTO, EntityKind.RECHECK)


def to_say_are_there(db: Database, device: DeviceId, changes: Sequence[Change]) -> list[Edit]:
    """To be asked before an answer with these changes is merged; `still_gone` afterwards.

    device: this phone.
    """
    others = [one for one in changes if one.made_at.device != device]
    store = _store(db) if others else None
    deleted = {
        one.entity_id
        for one in others
        if one.entity is EntityKind.OBSERVATION
        and one.fields.get("deleted_at") is not None
        and one.made_at.device != store  # the office saw all that had come
    }
    edits = [_edit(row, row[2]) for row in _rows(db, _ADDED_HERE, deleted)]
    added: dict[str, list[EntityId]] = {}
    for one in others:
        if one.entity in _PARTS and one.fields.get("observation_id") is not None:
            added.setdefault(str(one.fields["observation_id"]), []).append(one.entity_id)
    for row in _rows(db, _DELETED, added):
        deleted_by = Hlc.from_text(stamp_in(row[2], "deleted_at").partition("/")[0]).device
        if deleted_by == device and not all(_is_here(db, one) for one in added[row[0]]):
            edits.append(_edit(row, None))
    return edits


def still_gone(db: Database, edits: Sequence[Edit]) -> list[Edit]:
    gone = {row[0] for row in _rows(db, _DELETED, {one.entity_id for one in edits})}
    return [one for one in edits if one.entity_id in gone]


def _edit(row: tuple[str, str, str], clocks: str | None) -> Edit:
    return Edit(
        area=AreaCode(row[1]),
        entity=EntityKind.OBSERVATION,
        entity_id=EntityId(row[0]),
        fields={"deleted_at": None},
        clocks=clocks,
    )


def _is_here(db: Database, part_id: EntityId) -> bool:
    query = "SELECT 1 FROM photo WHERE id = :id UNION ALL SELECT 1 FROM recheck WHERE id = :id"
    return db.execute(query, {"id": part_id}).fetchone() is not None


def _store(db: Database) -> str | None:
    row = db.execute("SELECT value FROM fact WHERE name = 'store_id'").fetchone()
    return None if row is None else str(row[0])


def _rows(db: Database, query: str, ids: Iterable[str]) -> list[tuple[str, str, str]]:
    wanted = sorted(ids)
    return db.execute(query, [json.dumps(wanted)]).fetchall() if wanted else []


_DELETED = """
SELECT id, area, clocks FROM observation
WHERE deleted_at IS NOT NULL AND id IN (SELECT value FROM json_each(?))
"""

_ADDED_HERE = f"""
SELECT o.id, o.area, o.clocks FROM observation o
WHERE o.deleted_at IS NULL AND o.id IN (SELECT value FROM json_each(?)) AND EXISTS (
    SELECT 1 FROM outbox w
    LEFT JOIN photo p ON p.id = w.entity_id AND p.deleted_at IS NULL
    LEFT JOIN recheck v ON v.id = w.entity_id AND v.deleted_at IS NULL
    WHERE w.refused_code IS NULL AND COALESCE(p.observation_id, v.observation_id) = o.id
        AND instr(
            COALESCE({said_at("p", "observation_id")}, {said_at("v", "observation_id")}),
            w.change_id))
"""
"""Not deleted as far as this phone knew, with something that it has made and that still waits."""
