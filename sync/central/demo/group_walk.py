"""The demo's safety walk of last week: stops with voices and scores, all three kinds of
observations, and later visits to what was reported before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import select

from sync.central.demo.coming import PLACE_NAMES
from sync.central.demo.desk_work import DeskWork
from sync.central.demo.phones import DemoPhone, Inbox
from sync.central.demo.pool import Pool
from sync.central.demo.story import Event
from sync.central.demo.year import LOCAL
from sync.central.engine import reading
from sync.central.tables import photo, report
from sync.domain.change import Change, Json
from sync.domain.fields import Place, place_to_json, points_to_json
from sync.domain.geo import GeoPoint, distance_m
from sync.domain.ids import EntityId
from sync.domain.instants import to_text
from sync.domain.words import (
    Category,
    Cover,
    EntityKind,
    Group,
    Light,
    ObservationKind,
    Perception,
    PlaceSource,
    RoundKind,
    Verdict,
    Weather,
)

DAYS_AGO = 6
STARTS_AT = time(18, 0)
LASTS = timedelta(minutes=100)
AT_A_STOP = timedelta(minutes=25)
SYNCED_AFTER = timedelta(minutes=5)
PEOPLE = {
    Group.RESIDENTS: 12, Group.YOUNG_LEADERS: 4, Group.POLICE: 1, Group.OWNERS: 1,
    Group.MUNICIPALITY: 1,
}  # fmt: skip
VERDICTS = (Verdict.FIXED, Verdict.FIXED, Verdict.REMAINS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is told at one stop. scores: in the order of Perception."""

    good: str
    bad: str
    voices: str
    scores: tuple[int, int, int, int]
    found: tuple[tuple[ObservationKind, Category | None, str], ...]


STOPS = (
    Said(
        good="Folk i rörelse till sent på kvällen",
        bad="Mörkt bakom kiosken",
        voices="Här sitter vi gärna när bänkarna är hela.",
        scores=(3, 4, 4, 4),
        found=(
            (ObservationKind.POSITIVE, None, "Torget är ljust och öppet, här stannar folk"),
            (ObservationKind.DEFECT, Category.LIGHTING, "Lampan bakom kiosken är släckt"),
        ),
    ),
    Said(
        good="Fasaden är upplyst",
        bad="Buskarna står tätt mot gången",
        voices="Jag går runt kvarteret hellre än förbi här när det är mörkt.",
        scores=(2, 2, 1, 2),
        found=(
            (ObservationKind.DEFECT, Category.VEGETATION, "Buskarna når över hela gången"),
            (ObservationKind.PROPOSAL, None, "Klipp ner buskarna till knähöjd"),
        ),
    ),
    Said(
        good="Nya bänkar",
        bad="",
        voices="Barnen vill ha ljus vid planen.",
        scores=(2, 5, 3, 4),
        found=(
            (ObservationKind.POSITIVE, Category.PARK, "Välskött lekplats med mycket folk"),
            (ObservationKind.PROPOSAL, Category.LIGHTING, "Ljus vid planen på vintern"),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWalk:
    phones: Sequence[DemoPhone]
    inbox: Inbox
    desk: DeskWork
    pool: Pool

    def events(self, now: datetime) -> Iterator[Event]:
        day = (now - timedelta(days=DAYS_AGO)).astimezone(LOCAL).date()
        starts_at = datetime.combine(day, STARTS_AT, tzinfo=LOCAL).astimezone(now.tzinfo)
        yield starts_at + LASTS + SYNCED_AFTER, lambda: self._walk(starts_at)

    def _walk(self, starts_at: datetime) -> None:
        first, second = self.phones
        round_id = first.new_id(starts_at)
        self.inbox.sync(first, [self._round(first, round_id, starts_at)])
        places = list(self.pool.ground.corners.items())
        self.inbox.sync(first, [self._route(first, round_id, starts_at)])
        for number, (said, (name, point)) in enumerate(zip(STOPS, places, strict=True)):
            arrived_at = starts_at + (AT_A_STOP + timedelta(minutes=5)) * number
            stop_id = first.new_id(arrived_at)
            stop = self._stop(first, round_id, stop_id, arrived_at, number, name, point, said)
            self.inbox.sync(first, [stop])
            for step, finding in enumerate(said.found, start=1):
                at = arrived_at + timedelta(minutes=6 * step)
                phone = self.phones[step % 2]
                noted = self._finding(phone, round_id, stop_id, at, point, finding)
                self.inbox.sync(phone, [noted])
        self.inbox.sync(second, list(self._visits(second, round_id, starts_at + LASTS / 2)))

    def _round(self, phone: DemoPhone, round_id: EntityId, starts_at: datetime) -> Change:
        fields: dict[str, Json] = {
            "kind": RoundKind.SAFETY_WALK.value,
            "started_at": to_text(starts_at),
            "ended_at": to_text(starts_at + LASTS),
            "started_by": phone.device.nickname,
            "led_by": "Kirseberg Samverkan",
            "light": Light.DARK.value,
            "weather": Weather.CLOUD.value,
            **{group.field: count for group, count in PEOPLE.items()},
        }
        return phone.change(starts_at + LASTS, EntityKind.ROUND, round_id, fields)

    def _route(self, phone: DemoPhone, round_id: EntityId, starts_at: datetime) -> Change:
        points = list(self.pool.ground.corners.values())
        legs = pairwise(points)
        fields: dict[str, Json] = {
            "round_id": round_id,
            "points": points_to_json(points),
            "length_m": round(sum(distance_m(a, b) for a, b in legs)),
            "duration_s": int(LASTS.total_seconds()),
            "started_at": to_text(starts_at),
            "ended_at": to_text(starts_at + LASTS),
            "recorded_by": phone.device.nickname,
        }
        ended_at = starts_at + LASTS
        return phone.change(ended_at, EntityKind.ROUTE, phone.new_id(ended_at), fields)

    def _stop(
        self,
        phone: DemoPhone,
        round_id: EntityId,
        stop_id: EntityId,
        arrived_at: datetime,
        position: int,
        name: str,
        point: GeoPoint,
        said: Said,
    ) -> Change:
        scores = zip(Perception, said.scores, strict=True)
        fields: dict[str, Json] = {
            "round_id": round_id,
            "position": position,
            "name": PLACE_NAMES[name],
            "place": _place(point),
            "arrived_at": to_text(arrived_at),
            "left_at": to_text(arrived_at + AT_A_STOP),
            "good": said.good,
            "bad": said.bad,
            "voices": said.voices,
            **{one.field: score for one, score in scores},
        }
        return phone.change(arrived_at + AT_A_STOP, EntityKind.STOP, stop_id, fields)

    def _finding(
        self,
        phone: DemoPhone,
        round_id: EntityId,
        stop_id: EntityId,
        at: datetime,
        point: GeoPoint,
        finding: tuple[ObservationKind, Category | None, str],
    ) -> Change:
        kind, category, text = finding
        near = GeoPoint(
            lat_deg=round(point.lat_deg + at.minute / 200_000, 6),
            lon_deg=round(point.lon_deg + at.minute / 110_000, 6),
        )
        fields: dict[str, Json] = {
            "round_id": round_id,
            "stop_id": stop_id,
            "kind": kind.value,
            "category": None if category is None else category.value,
            "text": text,
            "place": _place(near),
            "noted_at": to_text(at),
            "noted_by": phone.device.nickname,
            "number": phone.number(round_id),
        }
        return phone.change(at, EntityKind.OBSERVATION, phone.new_id(at), fields)

    def _visits(self, phone: DemoPhone, round_id: EntityId, at: datetime) -> Iterator[Change]:
        """To what the city says is fixed; one of them is still there, with a photo of it. And
        somebody else has seen what is not fixed yet."""
        fixed = self._reported("Åtgärdat", len(VERDICTS))
        for verdict, observation_id in zip(VERDICTS, fixed, strict=False):
            text = "Lagad i våras, trasig igen" if verdict is Verdict.REMAINS else ""
            visit = self._visit(phone, round_id, at, observation_id, verdict, text)
            yield visit
            if verdict is Verdict.REMAINS:
                yield from self._after_photo(phone, at, observation_id, visit.entity_id)
        for observation_id in self._reported("Pågående", 2):
            yield self._visit(phone, round_id, at, observation_id, Verdict.ALSO_SEEN, "")

    def _visit(
        self,
        phone: DemoPhone,
        round_id: EntityId,
        at: datetime,
        observation_id: str,
        verdict: Verdict,
        text: str,
    ) -> Change:
        fields: dict[str, Json] = {
            "observation_id": observation_id,
            "round_id": round_id,
            "verdict": verdict.value,
            "checked_at": to_text(at),
            "checked_by": phone.device.nickname,
            "text": text,
        }
        return phone.change(at, EntityKind.RECHECK, phone.new_id(at), fields)

    def _after_photo(
        self, phone: DemoPhone, at: datetime, observation_id: str, recheck_id: EntityId
    ) -> Iterator[Change]:
        """A picture that the store has already: there are few stand-ins."""
        with reading(self.desk.city.queue.engine) as connection:
            row = connection.execute(select(photo).order_by(photo.c.id).limit(1)).first()
        if row is not None:
            fields: dict[str, Json] = {
                "observation_id": observation_id,
                "recheck_id": recheck_id,
                "sha256": row.sha256,
                "width_px": row.width_px,
                "height_px": row.height_px,
                "size_bytes": row.size_bytes,
                "taken_at": to_text(at),
                "position": 0,
                "cover": Cover.NOTHING_TO_COVER.value,
            }
            yield phone.change(at, EntityKind.PHOTO, phone.new_id(at), fields)

    def _reported(self, word: str, count: int) -> list[str]:
        query = (
            select(report.c.observation_id)
            .where(report.c.city_status == word)
            .order_by(report.c.sent_at.desc(), report.c.id)
            .limit(count)
        )
        with reading(self.desk.city.queue.engine) as connection:
            return [str(one) for one in connection.scalars(query)]


def _place(point: GeoPoint) -> Json:
    return place_to_json(Place(point=point, source=PlaceSource.PIN))
