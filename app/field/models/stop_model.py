"""One stop: what is good, what is not, what people say, how it is felt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import flet as ft

from app.field.models.kept_texts import KeptTexts
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.place_model import PlaceModel
from app.field.services import Services
from app.i18n import Words
from sync.client.records import StopRecord
from sync.client.round_store import RoundStore
from sync.domain.change import Json
from sync.domain.fields import MAX_PLACE_NAME, MAX_TEXT, Place, place_to_json
from sync.domain.words import Perception

TEXTS = ("good", "bad", "voices")
NAME = "name"
SCORES = range(1, 6)
PERCEPTION_WORDS = {
    Perception.LIGHT: "round.score.light",
    Perception.OVERVIEW: "round.score.overview",
    Perception.PEOPLE: "round.score.people",
    Perception.FEELING: "round.score.feeling",
}


@ft.observable
class StopModel:
    """texts: what each field shows: what is being typed, else what was recorded.

    moving: the place being chosen anew, None when it is not. place: where the phone is.
    """

    def __init__(
        self,
        services: Services,
        stop: StopRecord,
        place: PlaceModel,
        notices: Notices,
        words: Words,
        *,
        may_edit: Callable[[], bool],
        changed: Callable[[], None],
    ) -> None:
        self.stop = stop
        self.moving: PlaceModel | None = None
        self._services, self._place = services, place
        self._moving: asyncio.Task[None] | None = None
        self._typed_on: StopRecord | None = None  # what was shown when the typing began
        self._may_edit, self._changed = may_edit, changed
        self._notices, self._words = notices, words
        self._store = RoundStore(services.local)
        limits = {**dict.fromkeys(TEXTS, MAX_TEXT), NAME: MAX_PLACE_NAME}
        self._texts = KeptTexts(services, f"stop.{stop.stop_id}", limits, frozenset({NAME}))
        self.texts: dict[str, str] = self._shown()

    @property
    def is_editable(self) -> bool:
        return self._may_edit()

    def refresh(self) -> None:
        """What another phone wrote; what is being typed here stays on the screen."""
        fresh = self._store.stop(self.stop.stop_id)
        if fresh is not None and fresh != self.stop:
            self.stop = fresh
            self.texts = self._shown()

    # Texts

    async def type_good(self, event: ft.Event[ft.TextField]) -> None:
        await self._type("good", event)

    async def type_bad(self, event: ft.Event[ft.TextField]) -> None:
        await self._type("bad", event)

    async def type_voices(self, event: ft.Event[ft.TextField]) -> None:
        await self._type("voices", event)

    async def type_name(self, event: ft.Event[ft.TextField]) -> None:
        await self._type(NAME, event)

    async def settle(self) -> None:
        """What was typed becomes a change: a field was left, or the screen."""
        recorded = _recorded(self.stop)

        async def write(fields: dict[str, Json]) -> None:
            await self._services.recorder.edit_stop(self._typed_on or self.stop, fields)

        if not self._texts.is_empty and self.is_editable:
            with telling_when_not_kept(self._notices, self._words):
                await self._texts.settle(recorded, write)
                self._typed_on = None
            self._changed()
            self.refresh()

    async def _type(self, field: str, event: ft.Event[ft.TextField]) -> None:
        if self.is_editable:
            text = str(event.control.value)
            self._typed_on = self._typed_on or self.stop
            self.texts = {**self.texts, field: text}
            with telling_when_not_kept(self._notices, self._words):
                await self._texts.typed(field, text)

    def _shown(self) -> dict[str, str]:
        recorded = _recorded(self.stop)
        return {field: self._texts.shown(field, text) for field, text in recorded.items()}

    # Scores

    async def score(self, what: Perception, value: int) -> None:
        """The same again takes it away. What another took the place of comes back by undo."""
        if not self.is_editable:
            return
        before = self.stop.scores.get(what)
        chosen = None if before == value else value

        async def undo() -> None:
            await self._write({what.field: before})

        if await self._write({what.field: chosen}) and before is not None:
            self._notices.show(score_words(what, chosen, self._words), undo)

    # The place

    def move(self) -> None:
        """The pin screen opens on where the stop is."""
        services, place = self._services, self._place
        self.moving = PlaceModel(services.location, services.now, place.surroundings)
        self.moving.live = place.live
        self.moving.restore(self.stop.place)

    def moved(self) -> None:
        """The pin screen is done, with or without another place."""
        moving, self.moving = self.moving, None
        if moving is not None and moving.chosen is not None and moving.chosen != self.stop.place:
            self._moving = asyncio.get_running_loop().create_task(self._put_at(moving.chosen))

    async def _put_at(self, place: Place) -> None:
        before = self.stop.place

        async def undo() -> None:
            await self._write({"place": None if before is None else place_to_json(before)})

        if await self._write({"place": place_to_json(place)}):
            self._notices.show(self._words("round.stop.moved"), undo)

    async def _write(self, fields: dict[str, Json]) -> bool:
        """Whether it is kept; where it is not, the person has been told."""
        is_kept = False
        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.edit_stop(self.stop, fields)
            is_kept = True
        self._changed()
        self.refresh()
        return is_kept


def score_words(what: Perception, score: int | None, words: Words) -> str:
    """ "Ljuset: 4 av 5"."""
    said = words("round.score.none") if score is None else words("round.score.of", score=score)
    return words("round.score.line", name=words(PERCEPTION_WORDS[what]), score=said)


def _recorded(stop: StopRecord) -> dict[str, str]:
    return {"good": stop.good, "bad": stop.bad, "voices": stop.voices, NAME: stop.name}
