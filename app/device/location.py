"""Where the phone is, as long as somebody listens. One implementation: flet_geolocator."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import flet as ft
import flet_geolocator as fg

from sync.domain.geo import BadPlace, GeoPoint

log = logging.getLogger(__name__)

MAX_ACCURACY_M = 100_000.0
QUIET_S = 20.0
"""A phone that lies still reports nothing: after this long it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A position and the moment it was taken, by the phone's own clock."""

    point: GeoPoint
    taken_at: datetime
    is_mocked: bool = False


class LocationDenied(Exception):
    """The person, or the phone, does not let the app know the place."""


class Location(Protocol):
    async def start(self, on_fix: Callable[[Fix], None], on_failure: Callable[[], None]) -> None:
        """Every new position goes to on_fix until stop. Raises LocationDenied."""
        ...

    async def stop(self) -> None: ...


class FletLocation:
    """The phone's or the browser's own positioning. Make it inside the page's context."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._geolocator: fg.Geolocator | None = None
        self._now = now
        self._heard_at = 0.0
        self._asking: asyncio.Task[None] | None = None

    async def start(self, on_fix: Callable[[Fix], None], on_failure: Callable[[], None]) -> None:
        def heard(position: fg.GeolocatorPosition) -> None:
            fix = fix_of(position, self._now())
            if fix is not None:
                self._heard_at = asyncio.get_running_loop().time()
                on_fix(fix)

        def changed(event: fg.GeolocatorPositionChangeEvent) -> None:
            heard(event.position)

        def failed(_: ft.Event[fg.Geolocator]) -> None:
            on_failure()

        if self._geolocator is None:
            self._geolocator = fg.Geolocator(
                configuration=fg.GeolocatorConfiguration(
                    accuracy=fg.GeolocatorPositionAccuracy.BEST
                )
            )
            await asyncio.sleep(0)
        status = await self._geolocator.get_permission_status()
        if status is fg.GeolocatorPermissionStatus.DENIED:
            status = await self._geolocator.request_permission()
        if status in (
            fg.GeolocatorPermissionStatus.DENIED,
            fg.GeolocatorPermissionStatus.DENIED_FOREVER,
        ):
            raise LocationDenied
        self._geolocator.on_position_change = changed
        self._geolocator.on_error = failed
        self._geolocator.update()
        self._asking = asyncio.get_running_loop().create_task(self._ask(self._geolocator, heard))

    async def _ask(
        self, geolocator: fg.Geolocator, heard: Callable[[fg.GeolocatorPosition], None]
    ) -> None:
        while True:
            if asyncio.get_running_loop().time() - self._heard_at >= QUIET_S:
                try:
                    heard(await geolocator.get_current_position())
                except (RuntimeError, TimeoutError) as error:
                    log.info("no position: %s", error)
            await asyncio.sleep(QUIET_S)

    async def stop(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        self._heard_at = -math.inf  # the next to listen is told at once
        if self._geolocator is not None:
            self._geolocator.on_position_change = None
            self._geolocator.on_error = None
            self._geolocator.update()


def fix_of(position: fg.GeolocatorPosition, now: datetime) -> Fix | None:
    """A position of the phone as a Fix; None for one that is no place on the earth."""
    latitude, longitude, accuracy = position.latitude, position.longitude, position.accuracy
    if latitude is None or longitude is None:
        return None
    if accuracy is not None and not (math.isfinite(accuracy) and 0 <= accuracy <= MAX_ACCURACY_M):
        accuracy = None
    try:
        point = GeoPoint(
            lat_deg=float(latitude),
            lon_deg=float(longitude),
            accuracy_m=None if accuracy is None else float(accuracy),
        )
    except BadPlace:
        return None
    taken_at = position.timestamp or now
    if taken_at.tzinfo is None:
        taken_at = taken_at.replace(tzinfo=UTC)
    return Fix(point=point, taken_at=taken_at, is_mocked=bool(position.mocked))
