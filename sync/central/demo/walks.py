"""The demo's rounds with their defects, as plain values: the same every time for the same now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from random import Random

from sync.central.demo.fates import Ending, Fate, of_last_week, of_long_ago
from sync.central.demo.pool import DemoPhoto, Pool, Scrap
from sync.central.demo.whereabouts import along, at
from sync.central.demo.year import LOCAL, CalendarRound
from sync.domain.change import Json
from sync.domain.fields import Place
from sync.domain.geo import GeoPoint
from sync.domain.instants import to_text
from sync.domain.words import Category, PlaceSource, RoundKind

LASTS = timedelta(minutes=80)
UNDER_WAY_FOR = timedelta(minutes=45)
WEAK_GPS_M = 120.0
UNDER_WAY_COUNT = 8
FEWEST, MOST = 3, 7
"""Defects of a round of the calendar."""

_LAST_WEEK_STARTS = time(10, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """by: which of the two phones."""

    noted_at: datetime
    by: int
    category: Category
    text: str
    place: Place | None
    photos: tuple[DemoPhoto, ...]
    ending: Ending
    answers: Mapping[str, Json] = field(default_factory=dict)
    is_urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """ended_at None: under way."""

    kind: RoundKind
    started_at: datetime
    ended_at: datetime | None
    defects: tuple[Defect, ...]


def walks_until(now: datetime, pool: Pool, random: Random) -> list[Walk]:
    """Oldest first: those of the calendar that are over, one a week ago, and one under way."""
    scraps = _Scraps(pool, random)
    walks = [
        _walk(pool, scraps, one, of_long_ago(random.randint(FEWEST, MOST), random), random)
        for one in pool.rounds
        if one.starts_at + LASTS < now
    ]
    last_week = datetime.combine(
        (now - timedelta(days=7)).astimezone(LOCAL).date(), _LAST_WEEK_STARTS, tzinfo=LOCAL
    )
    recent = CalendarRound(kind=RoundKind.INSPECTION, starts_at=last_week.astimezone(now.tzinfo))
    walks.append(_walk(pool, scraps, recent, of_last_week(), random))
    walks.append(_under_way(pool, scraps, now, random))
    return sorted(walks, key=lambda walk: walk.started_at)


def _walk(
    pool: Pool, scraps: _Scraps, round_: CalendarRound, endings: list[Ending], random: Random
) -> Walk:
    step = LASTS / (len(endings) + 1)
    defects = [
        _defect(pool, scraps, round_.starts_at + step * number, number / len(endings), one, random)
        for number, one in enumerate(endings, start=1)
    ]
    return Walk(
        kind=round_.kind,
        started_at=round_.starts_at,
        ended_at=round_.starts_at + LASTS,
        defects=tuple(defects),
    )


def _under_way(pool: Pool, scraps: _Scraps, now: datetime, random: Random) -> Walk:
    """All of it waits for the coordinator; the first four show what a defect can lack, the fifth
    is urgent."""
    started_at = now - UNDER_WAY_FOR
    step = UNDER_WAY_FOR / (UNDER_WAY_COUNT + 1)
    waiting = Ending(fate=Fate.WAITING)
    defects = [
        _defect(pool, scraps, started_at + step * number, number / UNDER_WAY_COUNT, waiting, random)
        for number in range(1, UNDER_WAY_COUNT + 1)
    ]
    placed = [one.place.point for one in defects if one.place is not None]
    defects[0] = replace(defects[0], photos=())
    defects[1] = replace(defects[1], place=_pin(placed[1]))
    defects[2] = replace(defects[2], place=_gps(placed[2], WEAK_GPS_M, defects[2].noted_at))
    defects[3] = replace(defects[3], place=None)
    urgent = next(one for one in pool.scraps if one.is_urgent)
    defects[4] = replace(
        defects[4],
        category=urgent.category,
        text=urgent.text,
        answers=urgent.answers,
        is_urgent=True,
        photos=pool.photos.get(urgent.category, ())[:1],
    )
    return Walk(
        kind=RoundKind.FAULT_REPORT,
        started_at=started_at,
        ended_at=None,
        defects=tuple(defects),
    )


def _defect(
    pool: Pool,
    scraps: _Scraps,
    noted_at: datetime,
    how_far: float,
    ending: Ending,
    random: Random,
) -> Defect:
    scrap = scraps.next(noted_at.astimezone(LOCAL).month)
    if scrap.near is None:
        point = along(pool.ground, how_far, random)
    else:
        point = at(pool.ground, scrap.near, random)
    # Photos of a report that fails stay at the city without a case: that one has none.
    photos = () if ending.fate is Fate.FAILED else _photos(pool, scrap.category, random)
    is_wordless = bool(photos) and ending.fate is Fate.SENT and random.random() < 0.15
    return Defect(
        noted_at=noted_at,
        by=random.randrange(2),
        category=scrap.category,
        text="" if is_wordless else scrap.text,
        place=_place(point, noted_at, random),
        photos=photos,
        ending=ending,
        answers=scrap.answers,
        is_urgent=scrap.is_urgent,
    )


def _photos(pool: Pool, category: Category, random: Random) -> tuple[DemoPhoto, ...]:
    """Two in three have a photo where there is one of the kind, and some of them two."""
    fitting = pool.photos.get(category, ())
    if not fitting or random.random() > 0.67:
        return ()
    count = 2 if len(fitting) > 1 and random.random() < 0.2 else 1
    return tuple(random.sample(fitting, count))


def _place(point: GeoPoint, noted_at: datetime, random: Random) -> Place:
    chance = random.random()
    if chance < 0.12:
        return _pin(point)
    if chance < 0.17:
        return _gps(point, WEAK_GPS_M, noted_at)
    return _gps(point, float(random.randint(3, 14)), noted_at)


def _pin(point: GeoPoint) -> Place:
    return Place(point=replace(point, accuracy_m=None), source=PlaceSource.PIN)


def _gps(point: GeoPoint, accuracy_m: float, noted_at: datetime) -> Place:
    fixed_at = to_text(noted_at - timedelta(seconds=4))
    return Place(
        point=replace(point, accuracy_m=accuracy_m), source=PlaceSource.GPS, fixed_at=fixed_at
    )


class _Scraps:
    """Deals the pool in a shuffled order, each once before any twice, what the season allows."""

    def __init__(self, pool: Pool, random: Random) -> None:
        self._all, self._random = pool.scraps, random
        self._waiting: list[Scrap] = []

    def next(self, month: int) -> Scrap:
        for scrap in self._dealt():
            if month in scrap.months:
                self._waiting.remove(scrap)
                return scrap
        raise ValueError(f"no defect can be seen in month {month}")

    def _dealt(self) -> Iterator[Scrap]:
        yield from tuple(self._waiting)
        self._waiting += self._random.sample(self._all, len(self._all))
        yield from tuple(self._waiting)
