"""What the phone has with it of the store's: its letter, areas with known places, what is on offer.

Kept as the fact `briefing`, word for word as the store sent it. Every part is read by itself: one
that is missing or of another form is left out, and nothing else suffers.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from sync.client.enrolment import Area, enrolled_areas, letter_from_json
from sync.client.local_store import LocalStore
from sync.client.store_api import StoreApi
from sync.domain.geo import GeoPoint
from sync.domain.ids import AreaCode, checked_area
from sync.domain.instants import BadInstant, from_text, to_text
from sync.domain.words import Category

CHECK_EVERY = timedelta(minutes=5)
REPORT_FORM_URL = "https://felanmalan.malmo.se"
"""The city's own form for residents, until the store names another."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlace:
    """A place that people of the area know by this name."""

    name: str
    point: GeoPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefedArea:
    """outline: GeoJSON polygon in WGS 84. categories_off: not offered in this area."""

    code: AreaCode
    name: str
    outline: dict[str, Any]
    places: tuple[KnownPlace, ...] = ()
    categories_off: frozenset[Category] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefedTiles:
    """The base map that the store has. size_bytes: of all tiles of an area."""

    attribution: str
    min_zoom: int
    max_zoom: int
    size_bytes: Mapping[AreaCode, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """letter: what numbers of this phone's findings begin with; None until the store gave one."""

    letter: str | None
    areas: tuple[BriefedArea, ...]
    report_form_url: str
    has_address_lookup: bool
    tiles: BriefedTiles | None

    def area(self, code: AreaCode) -> BriefedArea | None:
        return next((area for area in self.areas if area.code == code), None)


def read_briefing(local: LocalStore) -> Briefing:
    """What was fetched last, filled up with what enrolment said where that has no part of it."""
    raw = _object(local.fact("briefing"))
    enrolled = tuple(
        BriefedArea(code=one.code, name=one.name, outline=one.outline)
        for one in enrolled_areas(local)
    )
    return Briefing(
        letter=local.fact("letter") or letter_from_json(raw.get("letter")),
        areas=_areas(raw.get("areas")) or enrolled,
        report_form_url=_web_address(raw.get("report_form_url")) or REPORT_FORM_URL,
        has_address_lookup=raw.get("has_address_lookup") is True,
        tiles=_tiles(raw.get("tiles")),
    )


async def refresh_briefing(local: LocalStore, api: StoreApi) -> bool:
    """Asks the store for what changed, not more often than CHECK_EVERY; True when something did.

    What cannot be read is not kept. Raises SyncError like every other request.
    """
    if not _is_due(local):
        return False
    etag = local.fact("briefing_etag") if local.fact("briefing") is not None else None
    fetched = await api.briefing(etag)
    facts: dict[str, str | None] = {"briefing_checked_at": to_text(local.now())}
    if fetched is not None:
        raw = _object(fetched.body)
        if not _areas(raw.get("areas")):
            log.warning("a briefing without areas was not kept")
        else:
            facts |= {"briefing": fetched.body, "briefing_etag": fetched.etag}
            facts |= _enrolment_facts(local, raw)
    local.set_facts(facts)
    return "briefing" in facts


def _enrolment_facts(local: LocalStore, raw: dict[str, Any]) -> dict[str, str | None]:
    """Areas as the store has them now, those of enrolment may be old; and the letter of a phone
    that came in before there were letters. One that it has is kept: its numbers begin with it."""
    areas = [area for area in raw["areas"] if _area(area) is not None]
    plain = [{key: area[key] for key in ("code", "name", "outline")} for area in areas]
    facts: dict[str, str | None] = {"areas": json.dumps(plain, ensure_ascii=False)}
    letter = letter_from_json(raw.get("letter"))
    return (
        facts if letter is None or local.fact("letter") is not None else {**facts, "letter": letter}
    )


def _is_due(local: LocalStore) -> bool:
    checked_at = local.fact("briefing_checked_at")
    if checked_at is None or local.fact("briefing") is None:
        return True
    try:
        since = local.now() - from_text(checked_at)
    except BadInstant:
        return True
    return not timedelta(0) <= since < CHECK_EVERY


def _object(text: str | None) -> dict[str, Any]:
    try:
        raw = json.loads(text or "{}")
    except (ValueError, RecursionError):
        log.warning("the briefing is not JSON")
        return {}
    return raw if isinstance(raw, dict) else {}


def _areas(raw: Any) -> tuple[BriefedArea, ...]:
    read = [_area(one) for one in raw] if isinstance(raw, list) else []
    return tuple(area for area in read if area is not None)


def _area(raw: Any) -> BriefedArea | None:
    try:
        plain = Area(
            code=checked_area(raw["code"]), name=str(raw["name"]), outline=dict(raw["outline"])
        )
    except (KeyError, ValueError, TypeError):
        return None
    places = raw.get("places")
    off = raw.get("categories_off")
    return BriefedArea(
        code=plain.code,
        name=plain.name,
        outline=plain.outline,
        places=_places(places) if isinstance(places, list) else (),
        categories_off=frozenset(
            one for one in Category if isinstance(off, list) and one.value in off
        ),
    )


def _places(raw: list[Any]) -> tuple[KnownPlace, ...]:
    places: list[KnownPlace] = []
    for one in raw:
        try:
            point = GeoPoint(lat_deg=float(one["lat_deg"]), lon_deg=float(one["lon_deg"]))
            places.append(KnownPlace(name=str(one["name"]), point=point))
        except (KeyError, ValueError, TypeError, OverflowError):
            log.warning("a known place of the briefing cannot be read")
    return tuple(places)


def _tiles(raw: Any) -> BriefedTiles | None:
    if not isinstance(raw, dict):
        return None
    try:
        return BriefedTiles(
            attribution=str(raw["attribution"]),
            min_zoom=int(raw["min_zoom"]),
            max_zoom=int(raw["max_zoom"]),
            size_bytes={checked_area(code): int(size) for code, size in raw["bytes"].items()},
        )
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        log.warning("the base map of the briefing cannot be read")
        return None


def _web_address(url: Any) -> str | None:
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None
