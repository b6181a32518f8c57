"""The walked route: which fixes belong to it, how long it is, and thinning it before it is kept.

All of it is arithmetic on values: the rows are in `route_store`, the switch in the field app.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.domain.fields import MAX_POINTS
from sync.domain.geo import EARTH_RADIUS_M, GeoPoint, distance_m
from sync.domain.instants import MILLISECOND, to_ms

TOLERANCE_M = 3.0
MAX_ACCURACY_M = 50.0
STANDING_M = 6.0
"""Nearer than this to the last point is standing still: a receiver at rest wanders as much."""
MAX_SPEED_M_S = 8.0
"""Nobody walks a round faster; a fix farther away than this allows is a fault of the receiver."""
SURE_AFTER = 3
"""So many fixes that agree with each other, and not with the last point, are right after all."""
BREAK = timedelta(minutes=5)
"""A silence longer than this (the app was closed) is no part of the route: it begins anew."""

LATE = timedelta(minutes=1)
"""Fixes come late by less than this; one from longer ago shows that the clock was set back."""

_Plane = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPoint:
    """Where the phone was from taken_at until until_at (later only when it stood still)."""

    point: GeoPoint
    taken_at: datetime
    until_at: datetime


class Track:
    """Decides, fix by fix, what becomes of a route.

    points: what is kept of it so far. length_m, duration_s: without the breaks.
    """

    def __init__(self, points: Sequence[TrackPoint] = ()) -> None:
        self.points = list(points)
        self.length_m = sum(length_m([one.point for one in part]) for part in parts(points))
        self.duration_s = float(sum(duration_s(part) for part in parts(points)))
        self._taken_ms = {to_ms(one.taken_at) for one in points}
        self._doubted: list[TrackPoint] = []

    def heard(self, point: GeoPoint, taken_at: datetime) -> TrackPoint | None:
        """The point that is new or has grown longer; None for a fix that is left out.

        It is new when its taken_at is, else it takes the place of the last one.
        """
        if point.accuracy_m is not None and point.accuracy_m > MAX_ACCURACY_M:
            return None
        fresh = TrackPoint(point=point, taken_at=taken_at, until_at=taken_at)
        if not self.points:
            return self._kept(fresh)
        last = self.points[-1]
        if timedelta(0) >= taken_at - last.until_at > -LATE:
            return None
        if not _is_reachable(last, fresh) and not self._is_sure(fresh):
            return None
        self._doubted = []
        is_standing = distance_m(last.point, point) < STANDING_M
        if is_standing and _is_soon(last, fresh):
            self.duration_s += (taken_at - last.until_at).total_seconds()
            self.points[-1] = TrackPoint(
                point=last.point, taken_at=last.taken_at, until_at=taken_at
            )
            return self.points[-1]
        return self._kept(fresh)

    def _kept(self, fresh: TrackPoint) -> TrackPoint:
        if self.points and _goes_on(self.points[-1], fresh):
            self.length_m += distance_m(self.points[-1].point, fresh.point)
            self.duration_s += (fresh.taken_at - self.points[-1].until_at).total_seconds()
        while to_ms(fresh.taken_at) in self._taken_ms:  # a clock that was set back shows it twice
            later = fresh.taken_at + MILLISECOND
            fresh = TrackPoint(point=fresh.point, taken_at=later, until_at=later)
        self._taken_ms.add(to_ms(fresh.taken_at))
        self.points.append(fresh)
        return fresh

    def _is_sure(self, fresh: TrackPoint) -> bool:
        if self._doubted and not _is_reachable(self._doubted[-1], fresh):
            self._doubted = []
        self._doubted.append(fresh)
        return len(self._doubted) >= SURE_AFTER


def _is_reachable(last: TrackPoint, fresh: TrackPoint) -> bool:
    seconds = (fresh.taken_at - last.until_at) / timedelta(seconds=1)
    metres = distance_m(last.point, fresh.point)
    return metres < STANDING_M or (seconds > 0 and metres / seconds <= MAX_SPEED_M_S)


def _goes_on(last: TrackPoint, fresh: TrackPoint) -> bool:
    return _is_soon(last, fresh) and _is_reachable(last, fresh)


def _is_soon(last: TrackPoint, fresh: TrackPoint) -> bool:
    return timedelta(0) <= fresh.taken_at - last.until_at <= BREAK


def parts(points: Sequence[TrackPoint]) -> list[list[TrackPoint]]:
    """The route in pieces without a break, or a jump that nobody walks, inside them."""
    found: list[list[TrackPoint]] = []
    for one in points:
        if not found or not _goes_on(found[-1][-1], one):
            found.append([])
        found[-1].append(one)
    return found


def length_m(points: Sequence[GeoPoint]) -> float:
    return sum(distance_m(a, b) for a, b in itertools.pairwise(points))


def duration_s(part: Sequence[TrackPoint]) -> int:
    """From the first to the last, standing still included; 0 for none."""
    return round((part[-1].until_at - part[0].taken_at).total_seconds()) if part else 0


def thinned(
    points: Sequence[GeoPoint], tolerance_m: float = TOLERANCE_M, at_most: int = MAX_POINTS
) -> list[GeoPoint]:
    """As few of the points as keep every one within tolerance_m of the line (Douglas-Peucker).

    The first and the last stay. A line that needs more than at_most points is held less closely.
    """
    plane = on_plane(points)
    while True:
        kept = _kept_by_douglas_peucker(plane, tolerance_m)
        if len(kept) <= at_most:
            return [points[index] for index in kept]
        tolerance_m *= 1.5


def on_plane(points: Sequence[GeoPoint]) -> list[_Plane]:
    """Metres east and north of the first point; right to a thousandth within a few kilometres."""
    if not points:
        return []
    first = points[0]
    north_m = math.radians(1.0) * EARTH_RADIUS_M
    middle = (min(p.lat_deg for p in points) + max(p.lat_deg for p in points)) / 2.0
    east_m = north_m * math.cos(math.radians(middle))
    return [
        (
            ((one.lon_deg - first.lon_deg + 180.0) % 360.0 - 180.0) * east_m,
            (one.lat_deg - first.lat_deg) * north_m,
        )
        for one in points
    ]


def distance_to_line_m(point: _Plane, start: _Plane, end: _Plane) -> float:
    """To the nearest place on the piece of line between start and end."""
    (x, y), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    along = 0.0 if square == 0.0 else max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / square))
    return math.hypot(x - ax - along * dx, y - ay - along * dy)


def _kept_by_douglas_peucker(plane: Sequence[_Plane], tolerance_m: float) -> list[int]:
    """With a stack of its own: a long walk is deeper than Python recurses."""
    if len(plane) < 3:
        return list(range(len(plane)))
    kept = {0, len(plane) - 1}
    stack = [(0, len(plane) - 1)]
    while stack:
        start, end = stack.pop()
        farthest, farthest_m = start, tolerance_m
        for index in range(start + 1, end):
            metres = distance_to_line_m(plane[index], plane[start], plane[end])
            if metres > farthest_m:
                farthest, farthest_m = index, metres
        if farthest != start:
            kept.add(farthest)
            stack += [(start, farthest), (farthest, end)]
    return sorted(kept)
