"""Merging: per field, the last writer by hybrid logical clock wins.

The clocks of a thing are a mapping field -> stamp of the change that last wrote it. Because a
field takes the value with the greatest stamp whatever came first, any order of the same changes,
with any repeats, ends in the same fields.
"""

from __future__ import annotations

from collections.abc import Mapping

from sync.domain.change import Bases, Change, Json
from sync.domain.clock import Hlc
from sync.domain.ids import AreaCode, ChangeId, EntityId
from sync.domain.words import EntityKind


def winning_fields(clocks: Mapping[str, str], change: Change) -> dict[str, Json]:
    """The fields of `change` that are newer than what `clocks` has; empty for a repeat."""
    stamp = change.stamp
    return {name: value for name, value in change.fields.items() if clocks.get(name, "") < stamp}


def merged_clocks(clocks: Mapping[str, str], change: Change) -> dict[str, str]:
    """The clocks after `change` has been merged."""
    return {**clocks, **dict.fromkeys(winning_fields(clocks, change), change.stamp)}


def changes_behind(
    entity: EntityKind,
    entity_id: EntityId,
    area: AreaCode,
    clocks: Mapping[str, str],
    values: Mapping[str, Json],
) -> list[Change]:
    """The changes that a thing is made of, again out of its fields and their clocks, oldest first.

    Each has the name and stamp it had; what it said of fields that were written over is left out.
    """
    fields: dict[str, dict[str, Json]] = {}
    for name, stamp in clocks.items():
        fields.setdefault(stamp, {})[name] = values[name]
    return [
        Change(
            change_id=ChangeId(change_id),
            area=area,
            entity=entity,
            entity_id=entity_id,
            fields=of_stamp,
            made_at=(made_at := Hlc.from_text(text)),
            device_id=made_at.device,
        )
        for stamp, of_stamp in sorted(fields.items())
        for text, _, change_id in [stamp.partition("/")]
    ]


def bases_of(clocks: Mapping[str, str], fields: Mapping[str, Json]) -> Bases:
    """What somebody saw who looks at a thing with these clocks and writes `fields`."""
    names = {*fields, "deleted_at"} & set(clocks)
    bases: dict[str, tuple[str, ...]] = {name: (clocks[name],) for name in sorted(names)}
    if fields.get("deleted_at") is not None and clocks:
        bases["deleted_at"] = tuple(sorted(set(clocks.values())))
    return bases
