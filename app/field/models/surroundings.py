"""What lies around a place: the outline of the area, its known places, the stops of the round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sync.client.briefing import read_briefing
from sync.client.local_store import LocalStore
from sync.domain.geo import GeoPoint, distance_m
from sync.domain.ids import AreaCode
from sync.domain.outline import holds

NEAR_M = 200.0
"""Beyond this a known place says little about where something is."""

SAME_PLACE_M = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    name: str
    point: GeoPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Distant:
    """A named place and how far it is; distance_m None from nowhere."""

    place: NamedPlace
    distance_m: float | None


def _no_stops() -> Sequence[NamedPlace]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """outline: GeoJSON, None when it is not known. stops: asked for, as they come and go."""

    area_name: str
    outline: dict[str, Any] | None = None
    places: tuple[NamedPlace, ...] = ()
    stops: Callable[[], Sequence[NamedPlace]] = _no_stops

    def holds(self, point: GeoPoint) -> bool:
        return self.outline is None or holds(self.outline, point)

    def by_distance(self, point: GeoPoint | None) -> list[Distant]:
        """Known places and stops, the nearest first; from nowhere in the order of their names."""
        stops = self.stops()
        listed = [*stops, *(one for one in self.places if not _is_among(stops, one))]
        if point is None:
            return [Distant(place=one, distance_m=None) for one in sorted(listed, key=_name)]
        found = [Distant(place=one, distance_m=distance_m(point, one.point)) for one in listed]
        return sorted(found, key=lambda one: (one.distance_m, one.place.name))

    def near(self, point: GeoPoint) -> Distant | None:
        """The nearest known place or stop, if it is near at all."""
        nearest = next(iter(self.by_distance(point)), None)
        is_near = nearest is not None and (nearest.distance_m or 0.0) <= NEAR_M
        return nearest if is_near else None


def _is_among(stops: Sequence[NamedPlace], place: NamedPlace) -> bool:
    """A stop is often a known place: it is named once."""
    return any(
        one.name == place.name and distance_m(one.point, place.point) <= SAME_PLACE_M
        for one in stops
    )


def _name(place: NamedPlace) -> str:
    return place.name


NOWHERE = Surroundings(area_name="")


def surroundings_of(
    local: LocalStore, code: AreaCode, stops: Callable[[], Sequence[NamedPlace]]
) -> Surroundings:
    """As the store last briefed this phone on the area."""
    area = read_briefing(local).area(code)
    if area is None:
        return Surroundings(area_name=code, stops=stops)
    places = tuple(NamedPlace(name=one.name, point=one.point) for one in area.places)
    return Surroundings(area_name=area.name, outline=area.outline, places=places, stops=stops)
