"""The facts of a round: who took part, who led, daylight or dark, the weather."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import flet as ft

from app.field.models.kept_texts import KeptTexts
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.place_model import PlaceModel
from app.field.models.round_edits import RoundEdits
from app.field.models.typed_text import one_line
from app.field.services import Services
from app.i18n import Words
from sync.client.enrolment import enrolled_areas
from sync.client.records import RoundRecord
from sync.client.round_store import RoundStore
from sync.client.sun import LightHint, light_at
from sync.domain.change import Json
from sync.domain.fields import MAX_LEADER, MAX_PARTICIPANTS
from sync.domain.geo import GeoPoint
from sync.domain.instants import from_text
from sync.domain.malmo import LIMITS
from sync.domain.words import Group, Light, Weather

LED_BY = "led_by"
LEADERS_SHOWN = 3

LIGHT_WORDS = {Light.DAYLIGHT: "round.light.daylight", Light.DARK: "round.light.dark"}
WEATHER_WORDS = {
    Weather.SUN: "round.weather.sun",
    Weather.CLOUD: "round.weather.cloud",
    Weather.RAIN: "round.weather.rain",
    Weather.SNOW: "round.weather.snow",
    Weather.FOG: "round.weather.fog",
    Weather.WIND: "round.weather.wind",
}


class FactsPart(StrEnum):
    """What a protocol should not be without."""

    PARTICIPANTS = "participants"
    LED_BY = "led_by"


@ft.observable
class FactsModel:
    """counting: the group whose number is being typed. hint: what the sun says, once it was asked.

    led_by_number: of the text field; a suggestion that is taken needs a fresh one.
    """

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        place: PlaceModel,
        notices: Notices,
        words: Words,
        saved: Callable[[], None],
    ) -> None:
        self.record = round_
        self.counts: dict[Group, int] = {
            group: round_.participants.get(group, 0) for group in Group
        }
        self.light: Light | None = round_.light
        self.weather: Weather | None = round_.weather
        self.counting: Group | None = None
        self.hint: LightHint | None = None
        self.led_by_number = 0
        self.wanted: FactsPart | None = None
        self._services, self._place, self._saved = services, place, saved
        self._notices, self._words = notices, words
        self._edits = RoundEdits(services, round_)
        self._texts = KeptTexts(
            services, f"facts.{round_.round_id}", {LED_BY: MAX_LEADER}, frozenset({LED_BY})
        )
        self.led_by = self._texts.shown(LED_BY, round_.led_by or "")

    @property
    def is_editable(self) -> bool:
        return self.record.is_editable

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    async def shown(self) -> None:
        """The tab is up: what was typed when the app died is recorded, the sun is asked."""
        await self.settle()
        self.hint = light_at(self._where(), self._when().astimezone())

    def synced(self, fresh: RoundRecord) -> None:
        """The round as the store, or another phone, has it; what is being written here stays."""
        self.record, pending = fresh, self._edits.pending
        self._edits.shows(fresh)
        self.counts = {
            group: self.counts[group]
            if group.field in pending
            else fresh.participants.get(group, 0)
            for group in Group
        }
        if "light" not in pending:
            self.light = fresh.light
        if "weather" not in pending:
            self.weather = fresh.weather
        led_by = self._texts.shown(LED_BY, fresh.led_by or "")
        if LED_BY not in pending and led_by != self.led_by:
            self.led_by = led_by

    # Participants

    async def add(self, group: Group) -> None:
        await self._count(group, self.counts[group] + 1)

    async def take_away(self, group: Group) -> None:
        await self._count(group, self.counts[group] - 1)

    def type_count(self, group: Group) -> None:
        """A field instead of many taps."""
        self.counting = None if self.counting is group else group

    async def counted(self, event: ft.Event[ft.TextField]) -> None:
        """Each digit is on disk; what is no number changes nothing."""
        group, text = self.counting, str(event.control.value).strip()
        if group is not None and (not text or text.isdecimal()):
            await self._count(group, int(text or "0"))

    def done_counting(self) -> None:
        self.counting = None

    async def _count(self, group: Group, count: int) -> None:
        count = max(0, min(MAX_PARTICIPANTS, count))
        if self.is_editable and count != self.counts[group]:
            self.counts = {**self.counts, group: count}
            await self._put({group.field: count})

    # Who led

    @property
    def leaders(self) -> list[str]:
        """Suggestions: this phone's nickname, and who led before."""
        nickname = self._services.local.fact("nickname")
        before = RoundStore(self._services.local).leaders(self.record.area, LEADERS_SHOWN + 1)
        names = ([nickname] if nickname else []) + before
        return list(dict.fromkeys(names))[:LEADERS_SHOWN]

    async def type_led_by(self, event: ft.Event[ft.TextField]) -> None:
        if self.is_editable:
            self.led_by = str(event.control.value)
            with telling_when_not_kept(self._notices, self._words):
                await self._texts.typed(LED_BY, self.led_by)

    async def choose_leader(self, name: str) -> None:
        """Again: nobody."""
        if not self.is_editable:
            return
        before = one_line(self.led_by)
        chosen = "" if before == name else name

        async def undo() -> None:
            await self._set_led_by(before)

        if await self._set_led_by(chosen) and before:
            said = chosen or self._words("round.not_said")
            self._notices.show(self._words("round.led_by.chosen", name=said), undo)

    async def _set_led_by(self, name: str) -> bool:
        if not self.is_editable:
            return False
        self.led_by = name
        self.led_by_number += 1
        with telling_when_not_kept(self._notices, self._words):
            await self._texts.forget(LED_BY)
        return await self._put({LED_BY: name})

    async def settle(self) -> None:
        """What was typed becomes a change: the field was left, or the screen."""
        if not self.is_editable:
            return
        with telling_when_not_kept(self._notices, self._words):
            if await self._texts.settle({LED_BY: self.record.led_by or ""}, self._edits.put):
                self._written()

    # Light and weather

    async def choose_light(self, light: Light) -> None:
        before, chosen = self.light, None if self.light is light else light
        if await self._set_light(chosen):

            async def undo() -> None:
                await self._set_light(before)

            key = "round.not_said" if chosen is None else LIGHT_WORDS[chosen]
            text = self._words("round.light.chosen", light=self._words(key))
            self._notices.show(text, undo)

    async def choose_weather(self, weather: Weather) -> None:
        before, chosen = self.weather, None if self.weather is weather else weather
        if await self._set_weather(chosen):

            async def undo() -> None:
                await self._set_weather(before)

            key = "round.not_said" if chosen is None else WEATHER_WORDS[chosen]
            text = self._words("round.weather.chosen", weather=self._words(key))
            self._notices.show(text, undo)

    async def _set_light(self, light: Light | None) -> bool:
        if not self.is_editable:
            return False
        self.light = light
        return await self._put({"light": None if light is None else light.value})

    async def _set_weather(self, weather: Weather | None) -> bool:
        if not self.is_editable:
            return False
        self.weather = weather
        return await self._put({"weather": None if weather is None else weather.value})

    # The inside

    async def _put(self, fields: dict[str, Json]) -> bool:
        """Whether it is kept; where it is not, the person has been told."""
        is_kept = False
        try:
            with telling_when_not_kept(self._notices, self._words):
                await self._edits.put(fields)
                is_kept = True
        finally:
            self._written()
        return is_kept

    def _written(self) -> None:
        fresh = self._services.walk.round(self.record.round_id)
        if fresh is not None:
            self.record = fresh
        self._saved()

    def _when(self) -> datetime:
        """Now; of a round that has ended its middle."""
        record = self.record
        if record.ended_at is None or record.started_at is None:
            return self._services.now()
        start, end = from_text(record.started_at), from_text(record.ended_at)
        return start + (end - start) / 2

    def _where(self) -> GeoPoint:
        """Where the phone is, else somewhere in the area: the sun does not mind a kilometre."""
        if self._place.live is not None:
            return self._place.live.point
        for area in enrolled_areas(self._services.local):
            if area.code == self.record.area:
                point = _first_point(area.outline.get("coordinates"))
                if point is not None:
                    return point
        return LIMITS.centre


def _first_point(coordinates: object) -> GeoPoint | None:
    """The first corner of a GeoJSON outline, however deep it is nested."""
    while isinstance(coordinates, list) and coordinates and isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    if isinstance(coordinates, list) and len(coordinates) >= 2:
        return GeoPoint(lat_deg=float(coordinates[1]), lon_deg=float(coordinates[0]))
    return None
