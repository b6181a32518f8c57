"""The areas: a name and an outline on the map each."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from sync.central.tables import area as areas
from sync.domain.ids import AreaCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """outline: GeoJSON polygon, WGS 84, longitude before latitude."""

    code: AreaCode
    name: str
    outline: dict[str, Any]


def put_area(connection: Connection, area: Area) -> None:
    """Adds the area, or gives it this name and outline."""
    values = {"name": area.name, "outline": json.dumps(area.outline, ensure_ascii=False)}
    changed = connection.execute(update(areas).where(areas.c.code == area.code).values(values))
    if changed.rowcount == 0:
        connection.execute(insert(areas).values(code=area.code, **values))


def areas_with(connection: Connection, codes: Collection[AreaCode] | None = None) -> list[Area]:
    """The areas with these codes, or all, by name."""
    query = select(areas).order_by(areas.c.name)
    if codes is not None:
        query = query.where(areas.c.code.in_(codes))
    return [
        Area(code=AreaCode(row.code), name=row.name, outline=json.loads(row.outline))
        for row in connection.execute(query)
    ]
