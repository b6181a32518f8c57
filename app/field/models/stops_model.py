"""The stops of a walk: where the group stands and talks, in their order."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.place_model import PlaceModel, place_of
from app.field.models.stop_model import StopModel
from app.field.models.surroundings import NamedPlace
from app.field.services import Services
from app.i18n import Words
from sync.client.direction import Direction, direction, rounded_m
from sync.client.order import stamp_in
from sync.client.records import RoundRecord, StopRecord
from sync.client.round_store import RoundStore
from sync.domain.change import Json
from sync.domain.fields import Place
from sync.domain.geo import distance_m
from sync.domain.ids import EntityId
from sync.domain.instants import to_text

NOT_HERE = "not_at_stop"
"""The fact that names the stop which this phone is not at, although the group is."""


@ft.observable
class StopsModel:
    """open: the stop whose screen is up. here: the stop the group stands at, None between stops."""

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
        self.stops: list[StopRecord] = []
        self.open: StopModel | None = None
        self.not_here: EntityId | None = None
        self._services, self._place, self._saved = services, place, saved
        self._notices, self._words = notices, words
        self._store = RoundStore(services.local)
        self.refresh()

    def refresh(self) -> None:
        """The stops as the phone has them now."""
        found = self._store.stops(self.record.round_id)
        if found != list(self.stops):
            self.stops = found
        not_here = self._services.local.fact(NOT_HERE)
        self.not_here = None if not_here is None else EntityId(not_here)
        if self.open is not None:
            self.open.refresh()

    def synced(self, fresh: RoundRecord) -> None:
        self.record = fresh
        self.refresh()

    async def shown(self) -> None:
        """What was typed at a stop when the app died is recorded."""
        for stop in self.stops:
            if self.open is None or self.open.stop.stop_id != stop.stop_id:
                await self._model(stop).settle()

    # Where the group is

    @property
    def is_editable(self) -> bool:
        return self.record.is_editable

    @property
    def here(self) -> StopRecord | None:
        """The stop arrived at last and not left, on whichever phone somebody said so."""
        at = [one for one in self.stops if one.arrived_at is not None and one.left_at is None]
        return max(at, key=lambda one: stamp_in(one.clocks, "arrived_at"), default=None)

    @property
    def for_findings(self) -> StopRecord | None:
        """The stop that what is found now belongs to; None when the person said "not here"."""
        here = self.here
        return None if here is None or here.stop_id == self.not_here else here

    @property
    def stop_id(self) -> EntityId | None:
        stop = self.for_findings
        return None if stop is None else stop.stop_id

    async def say_not_here(self) -> None:
        here = self.here
        if here is not None:
            await self._set_not_here(here.stop_id)

    async def say_here(self) -> None:
        await self._set_not_here(None)

    async def _set_not_here(self, stop_id: EntityId | None) -> None:
        with telling_when_not_kept(self._notices, self._words):
            self._services.local.set_facts({NOT_HERE: stop_id})
            self.not_here = stop_id
            await self._services.storage.flush()

    def named_places(self) -> list[NamedPlace]:
        return [
            NamedPlace(name=stop.name, point=stop.place.point)
            for stop in self.stops
            if stop.place is not None and stop.name
        ]

    def number(self, stop_id: EntityId) -> int:
        """1 for the first stop of the walk; 0 for one that is gone."""
        ids = [one.stop_id for one in self.stops]
        return ids.index(stop_id) + 1 if stop_id in ids else 0

    def title(self, stop: StopRecord) -> str:
        """ "Stopp 2: Örtagårdstorget"."""
        number = self.number(stop.stop_id)
        if not stop.name:
            return self._words("round.stop.number", number=number)
        return self._words("round.stop.title", number=number, name=stop.name)

    def way_to(self, stop: StopRecord) -> tuple[int, Direction] | None:
        """Metres and direction from where the phone is; None when either place is not known."""
        live = self._place.live
        if live is None or stop.place is None:
            return None
        metres = rounded_m(distance_m(live.point, stop.place.point))
        return metres, direction(live.point, stop.place.point)

    @property
    def next(self) -> StopRecord | None:
        """The first that nobody has arrived at."""
        return next((one for one in self.stops if one.arrived_at is None), None)

    # Verbs

    async def arrive(self, stop: StopRecord) -> None:
        """The group is at the stop, and so no longer at the one before."""
        left = self.here if self.here is None or self.here.stop_id != stop.stop_id else None
        now = to_text(self._services.now())

        async def undo() -> None:
            await self._edit(stop, {"arrived_at": stop.arrived_at, "left_at": stop.left_at})
            if left is not None:
                await self._edit(left, {"left_at": None})
            if self.open is not None and self.open.stop.stop_id == stop.stop_id:
                await self.close()

        with telling_when_not_kept(self._notices, self._words):
            if left is not None:
                await self._services.recorder.edit_stop(left, {"left_at": now})
            fields: dict[str, Json] = {"left_at": None}
            if stop.arrived_at is None:
                fields["arrived_at"] = now
            await self._services.recorder.edit_stop(stop, fields)
            self._services.local.set_facts({NOT_HERE: None})
            self._changed()
            self.show(stop)
            title = self.title(stop)
            self._notices.show(self._words("round.stop.arrived", title=title), undo)

    async def leave(self, stop: StopRecord) -> None:
        async def undo() -> None:
            await self._edit(stop, {"left_at": None})

        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.edit_stop(
                stop, {"left_at": to_text(self._services.now())}
            )
            self._changed()
            await self.close()
            title = self.title(stop)
            self._notices.show(self._words("round.stop.left", title=title), undo)

    async def add_here(self) -> None:
        """A stop that nobody planned: the group stands there now."""
        with telling_when_not_kept(self._notices, self._words):
            stop_id = await self._services.recorder.add_stop(
                self.record, name="", place=self._here_place(), position=self._next_position()
            )
            self._changed()
            stop = self._store.stop(stop_id)
            if stop is not None:
                await self.arrive(stop)

                async def undo() -> None:
                    await self._delete(stop)

                self._notices.show(self._words("round.stop.added"), undo)

    async def delete(self, stop: StopRecord) -> None:
        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                await self._services.recorder.restore_stop(stop)
            self._changed()

        await self._delete(stop)
        self._notices.show(self._words("round.stop.deleted"), undo)

    async def _delete(self, stop: StopRecord) -> None:
        with telling_when_not_kept(self._notices, self._words):
            await self.close()
            await self._services.recorder.delete_stop(stop)
        self._changed()

    # The screen of one stop

    def show(self, stop: StopRecord) -> None:
        fresh = self._store.stop(stop.stop_id)
        if fresh is not None:
            self.open = self._model(fresh)

    async def close(self) -> None:
        """Nothing that was typed is lost by it."""
        model, self.open = self.open, None
        if model is not None:
            await model.settle()

    # The inside

    def _model(self, stop: StopRecord) -> StopModel:
        return StopModel(
            self._services,
            stop,
            self._place,
            self._notices,
            self._words,
            may_edit=lambda: self.is_editable,
            changed=self._changed,
        )

    async def _edit(self, stop: StopRecord, fields: dict[str, Json]) -> None:
        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.edit_stop(stop, fields)
        self._changed()

    def _changed(self) -> None:
        self.refresh()
        self._saved()

    def _here_place(self) -> Place | None:
        """With what speaks against it, as an observation's."""
        live = self._place.live
        return None if live is None else place_of(live, self._services.now())

    def _next_position(self) -> int:
        """That of the stop arrived at last (stops in one position follow in order of arrival);

        before the first stop that is still ahead when nobody has arrived anywhere.
        """
        arrived = [one for one in self.stops if one.arrived_at is not None]
        if arrived:
            return max(one.position for one in arrived)
        return max(0, self.stops[0].position - 1) if self.stops else 0
