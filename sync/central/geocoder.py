"""Asking a Nominatim-compatible service for the street address of a point, politely.

At most one question a second over all phones; after a failure none for a while. Whatever goes
wrong there is quiet: an address is a help, not a need.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import URLLibAdapter  # type: ignore[import-untyped]
from geopy.exc import GeopyError  # type: ignore[import-untyped]
from geopy.geocoders import Nominatim  # type: ignore[import-untyped]

from sync.domain.geo import GeoPoint

TIMEOUT_S = 3.0
EVERY_S = 1.0
REST_S = 60.0
WAITING = 3
"""So many wait for their second; the next ones are told nothing at once."""
LANGUAGE = "sv"
MAX_ADDRESS = 200
STREETS = ("road", "pedestrian", "footway", "cycleway", "path", "square", "residential")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}

log = logging.getLogger(__name__)


class NotAnswered(Exception):
    """Nothing was learned: ask another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """monotonic and sleep: the clock and the waiting, so that tests need neither."""

    every_s: float = EVERY_S
    rest_s: float = REST_S
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Geocoder:
    """url: of the service, which has /reverse below it."""

    def __init__(
        self, url: str, user_agent: str, *, timeout_s: float = TIMEOUT_S, pace: Pace | None = None
    ) -> None:
        parts = urlsplit(url)
        here: dict[str, dict[str, str]] = {"proxies": {}} if parts.hostname in LOOPBACK else {}
        self._nominatim = Nominatim(
            scheme=parts.scheme,
            domain=parts.netloc + parts.path,
            user_agent=user_agent,
            timeout=timeout_s,
            adapter_factory=URLLibAdapter,
            **here,
        )
        self._pace = pace or Pace()
        self._waiting = threading.BoundedSemaphore(WAITING)
        self._turn = threading.Lock()
        self._next_at = 0.0

    def street_address(self, point: GeoPoint) -> str | None:
        """Like `Vattenverksvägen 25`; None where there is no street. Raises NotAnswered."""
        if not self._waiting.acquire(blocking=False):
            raise NotAnswered("too many are asking")
        try:
            with self._turn:
                return self._ask(point)
        finally:
            self._waiting.release()

    def _ask(self, point: GeoPoint) -> str | None:
        pace = self._pace
        wait_s = self._next_at - pace.monotonic()
        if wait_s > pace.every_s:
            raise NotAnswered("the service failed a moment ago")
        if wait_s > 0:
            pace.sleep(wait_s)
        self._next_at = pace.monotonic() + pace.every_s
        try:
            found = self._nominatim.reverse(
                (point.lat_deg, point.lon_deg), language=LANGUAGE, zoom=18, addressdetails=True
            )
        except (GeopyError, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            # The edge to a service that may answer anything; the point is not logged.
            self._next_at = pace.monotonic() + pace.rest_s
            log.warning("the geocoder did not answer: %s", type(error).__name__)
            raise NotAnswered(type(error).__name__) from error
        return None if found is None else _street(found.raw)


def _street(raw: dict[str, Any]) -> str | None:
    parts = raw.get("address")
    if not isinstance(parts, dict):
        return None
    street = next((parts[name] for name in STREETS if isinstance(parts.get(name), str)), None)
    number = parts.get("house_number")
    words = [street, number if isinstance(number, str) else None]
    text = " ".join(" ".join(one.split()) for one in words if one) if street else ""
    return text if text and text.isprintable() and len(text) <= MAX_ADDRESS else None
