"""Gathering what lies close together on a map, so that it stays readable and quick.

A grid of squares over the whole world at each zoom: moving the map never changes what is together.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sync.domain.geo import GeoPoint
from sync.domain.tiles import point_at, world_px

T = TypeVar("T", bound=Hashable)

CELL_PX = 88
"""Two marks of 48 dp side by side, about, as on the screen."""
TOUCHING_PX = 44
"""Closer than this two clusters cover each other."""
SINGLY_UP_TO = 50
"""So many are shown one by one, however close they lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot(Generic[T]):
    """A thing and where it is on the world's map at zoom 0, so that it is worked out once."""

    thing: T
    x_px: float
    y_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster(Generic[T]):
    """One or more things. point: their middle. key: the same while the same things are in it."""

    key: str
    point: GeoPoint
    things: tuple[T, ...]

    @property
    def is_one(self) -> bool:
        return len(self.things) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelBox:
    """A part of the world's map at zoom 0."""

    west: float
    north: float
    east: float
    south: float

    def holds(self, spot: Spot[T]) -> bool:
        return self.west <= spot.x_px <= self.east and self.north <= spot.y_px <= self.south


def spot_of(thing: T, point: GeoPoint) -> Spot[T]:
    x_px, y_px = world_px(point, 0)
    return Spot(thing=thing, x_px=x_px, y_px=y_px)


def view_box(centre: GeoPoint, zoom: float, width_px: float, height_px: float) -> PixelBox:
    """What a screen of this size shows."""
    scale = math.pow(2.0, zoom)
    x_px, y_px = world_px(centre, 0)
    half_width, half_height = width_px / scale / 2, height_px / scale / 2
    return PixelBox(
        west=x_px - half_width,
        north=y_px - half_height,
        east=x_px + half_width,
        south=y_px + half_height,
    )


def clustered(spots: Iterable[Spot[T]], view: PixelBox, zoom: float) -> list[Cluster[T]]:
    """What is in the view, gathered when it is more than SINGLY_UP_TO, in the order of spots."""
    seen = [spot for spot in spots if view.holds(spot)]
    if len(seen) <= SINGLY_UP_TO:
        return [_cluster(str(hash(spot.thing)), [spot]) for spot in seen]
    whole = math.floor(zoom)
    cell = CELL_PX / math.pow(2.0, whole)
    cells: dict[tuple[int, int], list[Spot[T]]] = {}
    for spot in seen:
        place = (math.floor(spot.x_px / cell), math.floor(spot.y_px / cell))
        cells.setdefault(place, []).append(spot)
    return _apart(
        [_cluster(f"{whole}-{x}-{y}-{len(members)}", members) for (x, y), members in cells.items()],
        zoom,
    )


def zoom_to_part(cluster: Cluster[T], spots: Sequence[Spot[T]], zoom: float, most: float) -> float:
    """A zoom at which the cluster falls apart; `most` when its things lie in one place.

    spots: of the cluster's things.
    """
    wanted = math.floor(zoom) + 1.0
    while wanted < most:
        cell = CELL_PX / math.pow(2.0, wanted)
        if len({(spot.x_px // cell, spot.y_px // cell) for spot in spots}) > 1:
            return wanted
        wanted += 1.0
    return most


def _apart(clusters: list[Cluster[T]], zoom: float) -> list[Cluster[T]]:
    """A small one that a larger one would cover goes into that, which stays in its place."""
    kept: list[tuple[float, float, Cluster[T]]] = []
    for one in sorted(clusters, key=lambda one: (-len(one.things), one.key)):
        x_px, y_px = world_px(one.point, zoom)
        for number, (other_x, other_y, larger) in enumerate(kept):
            if math.hypot(other_x - x_px, other_y - y_px) < TOUCHING_PX:
                things = (*larger.things, *one.things)
                key = f"{larger.key}-{one.key}"
                kept[number] = (
                    other_x, other_y, Cluster(key=key, point=larger.point, things=things)
                )  # fmt: skip
                break
        else:
            kept.append((x_px, y_px, one))
    return [cluster for _, _, cluster in kept]


def _cluster(key: str, members: list[Spot[T]]) -> Cluster[T]:
    x_px = sum(spot.x_px for spot in members) / len(members)
    y_px = sum(spot.y_px for spot in members) / len(members)
    things = tuple(spot.thing for spot in members)
    return Cluster(key=key, point=point_at(x_px, y_px, 0), things=things)
