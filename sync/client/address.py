"""What people would call a point: its street address when online, the nearest known place else."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sync.client.briefing import Briefing
from sync.client.errors import SyncError
from sync.client.store_api import StoreApi
from sync.domain.fields import MAX_PLACE_NAME
from sync.domain.geo import GeoPoint, distance_m

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPlace:
    name: str
    distance_m: int


async def look_up(api: StoreApi, point: GeoPoint) -> str | None:
    """The street address; None without a network, a geocoder or a street. Never raises SyncError.

    Ask only where Briefing.has_address_lookup says that there is somebody to answer.
    """
    try:
        answer = await api.address(point.lat_deg, point.lon_deg)
    except SyncError as error:
        log.info("no address: %s", type(error).__name__)
        return None
    text = None if answer is None else answer.get("address")
    is_usable = isinstance(text, str) and 0 < len(text) <= MAX_PLACE_NAME and text.isprintable()
    return text if is_usable else None


def nearest_place(briefing: Briefing, point: GeoPoint) -> NearPlace | None:
    """The closest known place of this phone's areas, however far; works offline."""
    near = [
        (distance_m(point, place.point), place.name)
        for area in briefing.areas
        for place in area.places
    ]
    if not near:
        return None
    metres, name = min(near)
    return NearPlace(name=name, distance_m=round(metres))
