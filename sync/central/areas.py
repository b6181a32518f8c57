"""The areas: a name and an outline on the map each."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from sync.central.tables import area as areas
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode
from sync.domain.words import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlace:
    """A place that people of the area know by this name."""

    name: str
    point: GeoPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """outline: GeoJSON polygon, WGS 84, longitude before latitude.

    categories_off: those that are not offered on walks of this area.
    """

    code: AreaCode
    name: str
    outline: dict[str, Any]
    places: tuple[KnownPlace, ...] = ()
    categories_off: frozenset[Category] = frozenset()


def put_area(connection: Connection, area: Area) -> None:
    """Adds the area, or gives it this name, outline, places and categories."""
    values = {
        "name": area.name,
        "outline": json.dumps(area.outline, ensure_ascii=False),
        "places": json.dumps([_place_json(place) for place in area.places], ensure_ascii=False),
        "categories_off": json.dumps(sorted(area.categories_off)),
    }
    changed = connection.execute(update(areas).where(areas.c.code == area.code).values(values))
    if changed.rowcount == 0:
        connection.execute(insert(areas).values(code=area.code, **values))


def areas_with(connection: Connection, codes: Collection[AreaCode] | None = None) -> list[Area]:
    """The areas with these codes, or all, by name."""
    query = select(areas).order_by(areas.c.name)
    if codes is not None:
        query = query.where(areas.c.code.in_(codes))
    return [
        Area(
            code=AreaCode(row.code),
            name=row.name,
            outline=json.loads(row.outline),
            places=tuple(_place(raw) for raw in json.loads(row.places)),
            categories_off=frozenset(Category(code) for code in json.loads(row.categories_off)),
        )
        for row in connection.execute(query)
    ]


def _place_json(place: KnownPlace) -> dict[str, Any]:
    return {"name": place.name, "lat_deg": place.point.lat_deg, "lon_deg": place.point.lon_deg}


def _place(raw: dict[str, Any]) -> KnownPlace:
    point = GeoPoint(lat_deg=raw["lat_deg"], lon_deg=raw["lon_deg"])
    return KnownPlace(name=raw["name"], point=point)
