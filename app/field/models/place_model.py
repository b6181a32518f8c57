"""Where the observation is: the position locked at the photo, a pin, or the place in the photo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import flet as ft

from app.device.location import Fix, Location, LocationDenied
from app.device.photo.codec import PreparedPhoto
from app.field.models.surroundings import NOWHERE, Surroundings
from sync.domain.fields import Place, place_from_json, place_to_json
from sync.domain.geo import GeoPoint, distance_m
from sync.domain.instants import from_text, to_text
from sync.domain.malmo import LIMITS
from sync.domain.words import PlaceSource

STALE = timedelta(seconds=60)
"""A fix older than this is marked (a new one comes at least every 20 s)."""
USELESS = timedelta(minutes=5)
"""One this old is not where the phone is: a person has walked 400 m since."""
OLD_PHOTO = timedelta(minutes=2)
"""A photo older than this was not taken for this defect just now."""
ELSEWHERE_M = 30.0
WEAK_M = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """What one tap changed, to be taken back by the next."""

    chosen: Place | None
    offered: Place | None
    is_locked: bool
    is_outside_right: bool


@ft.observable
class PlaceModel:
    """chosen: what would be saved now. live: the newest fix. offered: the place in a photo.

    is_listening: positions are asked for, so a fix may come.
    is_outside_right: the person has said that it is right although it is outside the area.
    when_changed: called when what would be saved is another by something the person did.
    """

    def __init__(
        self,
        location: Location,
        now: Callable[[], datetime],
        surroundings: Surroundings = NOWHERE,
    ) -> None:
        self.chosen: Place | None = None
        self.live: Fix | None = None
        self.offered: Place | None = None
        self.is_locked = False
        self.is_outside_right = False
        self.problem: str | None = None
        self.is_listening = False
        self.answered: _Answered | None = None
        self.surroundings = surroundings
        self.when_changed: Callable[[], None] = _nothing
        self._location, self._now = location, now
        self._locks_next = False
        self._used_at: datetime | None = None
        self._hearers: list[Callable[[Fix], None]] = []

    def hear(self, callback: Callable[[Fix], None]) -> None:
        """Every fix from now on is told to it, as long as this listens."""
        self._hearers.append(callback)

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
            # without a fix from now, the one this observation had is still the best there is
            had = self.chosen if self.is_locked else None
            live = self._live_place()
            self.chosen = live if had is None or (live and not live.is_stale) else had
        self.is_locked = self.chosen is not None
        self._locks_next = self.chosen is None or (
            self.chosen.source is PlaceSource.GPS and self.chosen.is_stale
        )
        self.when_changed()

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
            self._answering()
            self.chosen, self.offered, self.is_locked = self.offered, None, True
            self.when_changed()

    def refuse_offered(self) -> None:
        self._answering()
        self.offered = None
        self.lock()

    def set_pin(self, point: GeoPoint) -> None:
        self._answering()
        self.chosen = Place(point=point, source=PlaceSource.PIN, fixed_at=to_text(self._now()))
        self.offered, self.is_locked, self._locks_next = None, True, False
        self.is_outside_right = False
        self.when_changed()

    def use_gps(self) -> None:
        """Lets go of a pin."""
        self._answering()
        self.chosen, self.offered, self.is_outside_right = None, None, False
        self.lock()

    def outside_is_right(self) -> None:
        """The person knows that it is outside the area."""
        self._answering()
        self.is_outside_right = True
        self.when_changed()

    def take_back(self) -> None:
        """Undoes the last of the answers above."""
        before, self.answered = self.answered, None
        if before is not None:
            self.chosen, self.offered = before.chosen, before.offered
            self.is_locked, self.is_outside_right = before.is_locked, before.is_outside_right
            self.when_changed()

    def settle(self) -> None:
        """Saving now: a place that is not locked is where the phone is, not where it was."""
        if not self.is_locked and self.chosen is not None:
            self.chosen = self._live_place()
            self.is_locked = self.chosen is not None

    def clear(self) -> None:
        """The next observation: the live position again."""
        self.offered, self.is_locked, self._locks_next = None, False, False
        self.answered, self.is_outside_right = None, False
        self.chosen = self._live_place()

    def restore(self, place: Place | None) -> None:
        """An edit begins with the place that was saved."""
        self.chosen, self.offered, self.is_locked = place, None, place is not None
        self.answered, self.is_outside_right = None, place is not None
        self._used_at = None

    # What is said of it

    @property
    def is_pin(self) -> bool:
        return self.chosen is not None and self.chosen.source is PlaceSource.PIN

    @property
    def is_weak(self) -> bool:
        accuracy = None if self.chosen is None else self.chosen.point.accuracy_m
        return accuracy is not None and accuracy > WEAK_M

    @property
    def is_outside(self) -> bool:
        """Of the area of the round. A place that moves along with the phone is no place yet."""
        return (
            self.chosen is not None
            and self.is_locked
            and not self.surroundings.holds(self.chosen.point)
        )

    @property
    def asks_outside(self) -> bool:
        return self.is_outside and not self.is_outside_right

    @property
    def is_outside_malmo(self) -> bool:
        return self.chosen is not None and not LIMITS.holds(self.chosen.point)

    @property
    def age_min(self) -> int | None:
        """Of the fix that was chosen, when it was used; whole minutes, at least one.

        None for a place that was used in an earlier hour: nobody knows how old it was then.
        """
        used_at = self._used_at if self.is_locked else self._now()
        if self.chosen is None or self.chosen.fixed_at is None or used_at is None:
            return None
        return max(1, round((used_at - from_text(self.chosen.fixed_at)).total_seconds() / 60))

    # As a draft

    def to_draft(self) -> dict[str, Any]:
        """Only a place that stands still: another is where the phone is then."""
        is_kept = self.is_locked and self.chosen is not None
        return {
            "place": place_to_json(self.chosen) if is_kept and self.chosen is not None else None,
            "offered": None if self.offered is None else place_to_json(self.offered),
            "is_outside_right": self.is_outside_right,
        }

    def show_draft(self, raw: dict[str, Any]) -> None:
        place, offered = raw.get("place"), raw.get("offered")
        self.clear()
        if place is not None:
            self.chosen, self.is_locked = place_from_json(place), True
            self._used_at = None
        self.offered = None if offered is None else place_from_json(offered)
        self.is_outside_right = raw.get("is_outside_right") is True

    # The inside

    def _answering(self) -> None:
        self.answered = _Answered(
            chosen=self.chosen,
            offered=self.offered,
            is_locked=self.is_locked,
            is_outside_right=self.is_outside_right,
        )

    def _fixed(self, fix: Fix) -> None:
        self.live, self.problem = fix, None
        if not self.is_locked or self._locks_next:
            self._follow()
        for hearer in self._hearers:
            hearer(fix)

    def _follow(self) -> None:
        """The place goes along with the phone, until a fix of the moment of the photo locks it."""
        if self.chosen is not None and self.chosen.source is not PlaceSource.GPS:
            return
        live = self._live_place()
        if self.is_locked and (live is None or live.is_stale):
            return
        self.chosen = live
        if self._locks_next and live is not None:
            self.is_locked, self._locks_next = True, live.is_stale
            self.when_changed()

    def _failed(self) -> None:
        if self.live is None:
            self.problem = "place.failed"

    def _live_place(self) -> Place | None:
        if self.live is None:
            return None
        self._used_at = self._now()
        return place_of(self.live, self._used_at)

    def _is_old(self, photo: PreparedPhoto) -> bool:
        return photo.taken_at is None or self._now() - photo.taken_at > OLD_PHOTO


def place_of(fix: Fix, now: datetime) -> Place | None:
    """Where the phone is by this fix; None when it is too old to say."""
    age = now - fix.taken_at
    if age >= USELESS:
        return None
    return Place(
        point=fix.point,
        source=PlaceSource.GPS,
        fixed_at=to_text(fix.taken_at),
        is_mocked=fix.is_mocked,
        is_stale=age > STALE,
    )


def _nothing() -> None:
    """Nobody has asked to be told."""
