"""Where the defect is: the position locked at the photo, a pin, or the place in the photo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import flet as ft

from app.device.location import Fix, Location, LocationDenied
from app.device.photo.codec import PreparedPhoto
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint, distance_m
from sync.domain.instants import to_text
from sync.domain.words import PlaceSource

FRESH = timedelta(seconds=90)
"""A fix older than this is not where the phone is now (a new one comes at least every 20 s)."""
OLD_PHOTO = timedelta(minutes=2)
"""A photo older than this was not taken for this defect just now."""
ELSEWHERE_M = 30.0
WEAK_M = 30.0


@ft.observable
class PlaceModel:
    """chosen: what would be saved now. live: the newest fix. offered: the place in a photo.

    is_listening: positions are asked for, so a fix may come.
    """

    def __init__(self, location: Location, now: Callable[[], datetime]) -> None:
        self.chosen: Place | None = None
        self.live: Fix | None = None
        self.offered: Place | None = None
        self.is_locked = False
        self.problem: str | None = None
        self._location, self._now = location, now
        self.is_listening = False
        self._locks_next = False

    async def start(self) -> None:
        """Listens for positions; asks the person for leave the first time."""
        if self.is_listening:
            return
        self.is_listening = True
        try:
            await self._location.start(self._fixed, self._failed)
        except LocationDenied:
            self.is_listening, self.problem = False, "place.denied"
        except (RuntimeError, TimeoutError):
            self.is_listening, self.problem = False, "place.failed"

    async def stop(self) -> None:
        """The round is left or ended: nobody listens to where the phone is any more."""
        if self.is_listening:
            self.is_listening, self.live = False, None
            if not self.is_locked:
                self.clear()
            await self._location.stop()

    async def retry(self) -> None:
        self.problem = None
        await self.start()

    def lock(self) -> None:
        """The photo is taken now: the place is where the phone is now, or will next know it is."""
        if self.chosen is None or self.chosen.source is PlaceSource.GPS:
            # without a fix from now, the one this defect had is still the best there is
            self.chosen = self._live_place() or (self.chosen if self.is_locked else None)
        self.is_locked = self.chosen is not None
        self._locks_next = not self.is_locked

    def photo_taken(self, photo: PreparedPhoto, *, is_fresh: bool) -> None:
        """A photo came in. An older one has its own place offered, if it is another.

        is_fresh: lock() was called as it was taken, and the phone may have moved since.
        """
        if is_fresh:
            return
        if photo.place is None:
            self.lock()
            return
        if not self._is_old(photo):
            self.lock()
            if self.chosen is not None:
                return
        offered = Place(
            point=photo.place,
            source=PlaceSource.EXIF,
            fixed_at=None if photo.taken_at is None else to_text(photo.taken_at),
        )
        here = self._live_place()
        if here is None and not self.is_locked:
            self.chosen, self.is_locked = offered, True
        elif here is None:
            self.offered = offered
        elif distance_m(here.point, offered.point) > ELSEWHERE_M:
            self.offered = offered
            self.lock()
        else:
            self.lock()

    def photos_removed(self) -> None:
        """No photo is left: neither is a place that came from one, nor its lock on GPS."""
        self.offered = None
        if self.chosen is None or self.chosen.source is not PlaceSource.PIN:
            self.clear()

    def take_offered(self) -> None:
        if self.offered is not None:
            self.chosen, self.offered, self.is_locked = self.offered, None, True

    def refuse_offered(self) -> None:
        self.offered = None
        self.lock()

    def set_pin(self, point: GeoPoint) -> None:
        self.chosen = Place(point=point, source=PlaceSource.PIN, fixed_at=to_text(self._now()))
        self.offered, self.is_locked = None, True

    def use_gps(self) -> None:
        """Lets go of a pin."""
        self.chosen, self.offered = None, None
        self.lock()

    def settle(self) -> None:
        """Saving now: a place that is not locked is where the phone is, not where it was."""
        if not self.is_locked and self.chosen is not None:
            self.chosen = self._live_place()

    def clear(self) -> None:
        """The next defect: the live position again."""
        self.offered, self.is_locked, self._locks_next = None, False, False
        self.chosen = self._live_place()

    def restore(self, place: Place | None) -> None:
        """An edit begins with the place that was saved."""
        self.chosen, self.offered, self.is_locked = place, None, place is not None

    @property
    def is_weak(self) -> bool:
        accuracy = None if self.chosen is None else self.chosen.point.accuracy_m
        return accuracy is not None and accuracy > WEAK_M

    def _fixed(self, fix: Fix) -> None:
        self.live, self.problem = fix, None
        if not self.is_locked and (self.chosen is None or self.chosen.source is PlaceSource.GPS):
            self.chosen = self._live_place()
            self.is_locked, self._locks_next = self._locks_next, False

    def _failed(self) -> None:
        if self.live is None:
            self.problem = "place.failed"

    def _live_place(self) -> Place | None:
        fix = self.live
        if fix is None or self._now() - fix.taken_at > FRESH:
            return None
        return Place(point=fix.point, source=PlaceSource.GPS, fixed_at=to_text(fix.taken_at))

    def _is_old(self, photo: PreparedPhoto) -> bool:
        return photo.taken_at is None or self._now() - photo.taken_at > OLD_PHOTO
