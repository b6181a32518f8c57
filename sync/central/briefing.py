"""What a phone has with it before a walk, beside the records: its letter, areas, known places."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sync.central.areas import Area, areas_with
from sync.central.devices import Device

REPORT_FORM_URL = "https://felanmalan.malmo.se"
"""The city's own form for residents (FELANMALAN.md, section 1)."""

TilesOf = Callable[[Sequence[Area]], dict[str, Any] | None]


def no_tiles(_areas: Sequence[Area]) -> dict[str, Any] | None:
    """A store without a base map."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingSource:
    """What is the same for all phones.

    tiles_of: the base map of these areas, as {"attribution", "min_zoom", "max_zoom",
    "bytes": {area: bytes}}, or None. photos_missed: see Strays.name_of_missing.
    put_back: see put_back.py.
    """

    report_form_url: str = REPORT_FORM_URL
    has_address_lookup: bool = False
    tiles_of: TilesOf = no_tiles
    photos_missed: str | None = None
    put_back: str | None = None

    def for_device(self, connection: Connection, device: Device) -> dict[str, Any]:
        areas = areas_with(connection, device.areas)
        losses = {"photos_missed": self.photos_missed, "put_back": self.put_back}
        return {
            "letter": device.letter,
            "areas": [_area(area) for area in areas],
            "report_form_url": self.report_form_url,
            "has_address_lookup": self.has_address_lookup,
            "tiles": self.tiles_of(areas),
            **{key: name for key, name in losses.items() if name is not None},
        }


def etag_of(body: bytes) -> str:
    """The same for the same bytes, in the quotes that HTTP wants."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _area(area: Area) -> dict[str, Any]:
    return {
        "code": area.code,
        "name": area.name,
        "outline": area.outline,
        "places": [
            {"name": one.name, "lat_deg": one.point.lat_deg, "lon_deg": one.point.lon_deg}
            for one in area.places
        ],
        "categories_off": sorted(area.categories_off),
    }


def to_bytes(briefing: dict[str, Any]) -> bytes:
    return json.dumps(briefing, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
