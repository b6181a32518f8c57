"""What is at a point: the street address, if a geocoder is set, and the nearest known place."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select

from sync.central.areas import areas_with
from sync.central.engine import insert_new, reading
from sync.central.geocoder import Geocoder, NotAnswered
from sync.central.tables import address as addresses
from sync.domain.geo import GeoPoint, distance_m
from sync.domain.ids import AreaCode
from sync.domain.instants import to_text

KEPT_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestPlace:
    name: str
    distance_m: int


class Addresses:
    """geocoder: None when the store has none; then there are no street addresses."""

    def __init__(
        self, *, engine: Engine, geocoder: Geocoder | None, now: Callable[[], datetime]
    ) -> None:
        self._engine, self._geocoder, self._now = engine, geocoder, now

    def address(self, point: GeoPoint) -> str | None:
        """Asked once for everything within about ten metres; None also when nobody answers."""
        if self._geocoder is None:
            return None
        middle = GeoPoint(lat_deg=round(point.lat_deg, 4), lon_deg=round(point.lon_deg, 4))
        cell = f"{middle.lat_deg:.4f},{middle.lon_deg:.4f}"
        since = to_text(self._now() - KEPT_FOR)
        query = select(addresses.c.text).where(
            addresses.c.cell == cell, addresses.c.asked_at >= since
        )
        with reading(self._engine) as connection:
            known = connection.execute(query).first()
        if known is not None:
            return None if known.text is None else str(known.text)
        try:
            found = self._geocoder.street_address(middle)
        except NotAnswered:
            return None
        with self._engine.begin() as connection:
            connection.execute(delete(addresses).where(addresses.c.asked_at < since))
            values = {"cell": cell, "text": found, "asked_at": to_text(self._now())}
            insert_new(connection, addresses, values)
        return found

    def nearest(self, point: GeoPoint, areas: Collection[AreaCode]) -> NearestPlace | None:
        """The known place of these areas that is closest, however far."""
        with reading(self._engine) as connection:
            places = [place for area in areas_with(connection, areas) for place in area.places]
        near = [(distance_m(point, place.point), place.name) for place in places]
        if not near:
            return None
        metres, name = min(near)
        return NearestPlace(name=name, distance_m=round(metres))
