"""The list of what cannot be sent, and what a person can do about each thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.field.models.hand_over_model import HandOverModel
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.services import Services
from app.i18n import Words
from sync.client.not_sent import TOO_LATE, NotSent, NotSentStore
from sync.client.outbox import Outbox
from sync.client.records import ObservationRecord
from sync.domain.ids import EntityId
from sync.domain.words import EntityKind

NEVER = frozenset({TOO_LATE, "unreadable", "gone_from_phone", "damaged_on_phone"})
"""Codes that trying again does not change."""


@ft.observable
class NotSentModel:
    """things: the oldest first. open_finding, open_round: where it can be changed. changed: to try
    now.

    asking: the one that was pressed away once; the second press cannot be taken back.
    """

    def __init__(
        self,
        services: Services,
        notices: Notices,
        words: Words,
        *,
        open_finding: Callable[[ObservationRecord], Awaitable[None]],
        open_round: Callable[[EntityId], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        self._services, self._notices, self._words = services, notices, words
        self._open_finding, self._open_round = open_finding, open_round
        self._changed = changed
        self._store = NotSentStore(services.local, services.walk)
        self.hand_over = HandOverModel(services, notices, words)
        self.things: list[NotSent] = self._store.things()
        self.asking: NotSent | None = None

    def refresh(self) -> None:
        found = self._store.things()
        if found != list(self.things):
            self.things = found

    def can_edit(self, thing: NotSent) -> bool:
        """A finding with its pictures, a round or a stop, whose page can be opened here."""
        if thing.round is None or thing.kind is EntityKind.RECHECK:
            return False
        if thing.kind in (EntityKind.ROUND, EntityKind.STOP):
            return thing.round.is_editable
        return thing.finding is not None and thing.finding.is_editable

    def can_try_again(self, thing: NotSent) -> bool:
        """Neither what is broken on this phone nor what is approved becomes another by waiting."""
        return thing.code not in NEVER or thing.is_open_again

    async def edit(self, thing: NotSent) -> None:
        if thing.finding is not None:
            await self._open_finding(thing.finding)
        elif thing.round is not None:
            await self._open_round(thing.round.round_id)

    async def try_again(self, thing: NotSent) -> None:
        """As it is: what was in the way may be gone by now."""
        with telling_when_not_kept(self._notices, self._words):
            Outbox(self._services.local).try_again(thing.entity_id)
            await self._services.storage.flush()
            self._notices.show(self._words("notsent.again_soon"))
        self._done()

    async def put_away(self, thing: NotSent) -> None:
        """The person knows: a picture is taken off, where the store hears of it; anything else is
        asked about first.
        """
        if thing.area is None or thing.is_out_of_reach:
            self.asking = thing
            return
        area, recorder = thing.area, self._services.recorder

        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                await recorder.put_back_photo(area, thing.entity_id)
            self._done()

        with telling_when_not_kept(self._notices, self._words):
            await recorder.take_off_photo(area, thing.entity_id)
            self._notices.show(self._words("notsent.photo_removed"), undo)
        self._done()

    def keep(self) -> None:
        self.asking = None

    async def put_away_for_good(self) -> None:
        """It becomes what the store has of it; a picture goes from this phone."""
        thing, self.asking = self.asking, None
        if thing is None:
            return
        recorder = self._services.recorder
        with telling_when_not_kept(self._notices, self._words):
            if thing.without_record is not None:
                await recorder.give_up_file(thing.without_record)
            elif thing.is_photo_file:
                await recorder.give_up_photo(thing.entity_id)
            else:
                await recorder.see_refusals([thing.entity_id])
        self._done()

    def can_put_away(self, thing: NotSent) -> bool:
        """What is tried again by itself stays until it is sent."""
        return not thing.is_tried_again

    def _done(self) -> None:
        self.refresh()
        self._changed()
