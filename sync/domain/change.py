"""The one unit of sync: a small, immutable change to some fields of one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sync.domain.clock import Hlc
from sync.domain.ids import AreaCode, ChangeId, DeviceId, EntityId
from sync.domain.words import EntityKind

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Bases: TypeAlias = Mapping[str, tuple[str, ...]]
"""Field -> stamps of the values of it that the writer saw; a field that is missing had none.

`deleted_at` may stand there without being written: the writer saw that deletion. Of a change that
deletes it names all that the thing was made of.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one device did to one thing at one moment.

    area: the area that the thing belongs to; it decides who may see and write it.
    fields: name -> JSON value; what each name may hold is in `sync.domain.fields`.
    bases: what the writer saw of them; None from a release that does not tell.
    stamp: sorts as text in the order of merging; the change id breaks a tie of clocks.
    """

    change_id: ChangeId
    area: AreaCode
    entity: EntityKind
    entity_id: EntityId
    fields: Mapping[str, Json]
    made_at: Hlc
    device_id: DeviceId
    bases: Bases | None = None
    stamp: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stamp", f"{self.made_at.to_text()}/{self.change_id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why the store will never take a change. field: the name at fault, None for the whole."""

    change_id: ChangeId
    code: str
    reason: str
    field: str | None = None
