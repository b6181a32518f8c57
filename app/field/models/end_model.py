"""The end of a round: what was found, what is missing, what waits; and the protocol of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import flet as ft

from app.field.models.facts_model import FactsPart
from app.field.models.hand_over_model import HandOverModel
from app.field.models.notices import Notices
from app.field.models.protocol_model import ProtocolModel
from app.field.models.route_model import RouteModel
from app.field.models.sync_model import drafts_begun
from app.field.services import Services
from app.i18n import Words
from sync.client.protocol_store import ProtocolStore
from sync.client.records import ObservationRecord, RoundRecord, Waiting
from sync.domain.words import Category, ObservationKind


class Lack(StrEnum):
    """What a defect can lack."""

    CATEGORY = "category"
    PLACE = "place"
    COVER = "cover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    finding: ObservationRecord
    lacks: tuple[Lack, ...]


@ft.observable
class EndModel:
    """kinds, categories: how many were found, those of which there are none left out.

    visits: how many were looked at again. drafts: how many were begun and not saved.

    protocol, hand_over: what can be given away from here.

    is_removable: it is empty, and was perhaps begun by mistake.
    """

    def __init__(
        self,
        services: Services,
        round_: RoundRecord,
        notices: Notices,
        words: Words,
        *,
        route: RouteModel,
        open_edit: Callable[[ObservationRecord], None],
        open_facts: Callable[[FactsPart], Awaitable[None]],
        end_round: Callable[[], Awaitable[None]],
        close: Callable[[], None],
        remove: Callable[[], Awaitable[None]],
        may_be_removed: Callable[[], bool],
    ) -> None:
        self.record = round_
        self.route = route
        self.kinds: list[tuple[ObservationKind, int]] = []
        self.categories: list[tuple[Category, int]] = []
        self.visits = 0
        self.missing: list[Missing] = []
        self.waiting: Waiting = services.walk.waiting()
        self.drafts = 0
        self.protocol = ProtocolModel(services, round_.round_id, notices, words)
        self.hand_over = HandOverModel(services, notices, words)
        self.close, self.remove = close, remove
        self.is_removable = False
        self._may_be_removed = may_be_removed
        self._open_edit, self._open_facts, self._end_round = open_edit, open_facts, end_round
        self._services, self._store = services, ProtocolStore(services.local)
        self.refresh()

    def refresh(self) -> None:
        """Something was recorded, sent or fetched."""
        walk = self._services.walk
        fresh = walk.round(self.record.round_id)
        if fresh is not None and fresh != self.record:
            self.record = fresh
        found = walk.observations(self.record.round_id)[::-1]  # as they were noted
        kinds = Counter(one.kind for one in found)
        categories = Counter(
            one.category
            for one in found
            if one.kind is ObservationKind.DEFECT and one.category is not None
        )
        self.kinds = [(kind, kinds[kind]) for kind in ObservationKind if kinds[kind]]
        self.categories = sorted(categories.items(), key=lambda one: (-one[1], one[0]))
        self.missing = [
            Missing(finding=one, lacks=lacks) for one in found if (lacks := _lacks(one))
        ]
        self.visits = len(self._store.visits(self.record.round_id))
        self.is_removable = self._may_be_removed()
        self.waiting = walk.waiting()
        self.drafts = drafts_begun(self._services)

    # What is missing

    @property
    def is_ended(self) -> bool:
        return self.record.ended_at is not None

    @property
    def lacks_participants(self) -> bool:
        return self.record.is_editable and not any(self.record.participants.values())

    @property
    def lacks_leader(self) -> bool:
        return self.record.is_editable and not (self.record.led_by or "").strip()

    @property
    def is_complete(self) -> bool:
        return not (self.missing or self.lacks_participants or self.lacks_leader)

    def fill_in(self, missing: Missing) -> None:
        self._open_edit(missing.finding)

    async def open_facts(self) -> None:
        """To the first of those that are missing."""
        is_first = self.lacks_participants
        await self._open_facts(FactsPart.PARTICIPANTS if is_first else FactsPart.LED_BY)

    async def end(self) -> None:
        await self._end_round()
        self.refresh()


def _lacks(one: ObservationRecord) -> tuple[Lack, ...]:
    """Of a defect, or of any observation's photo; what is approved cannot be changed any more."""
    if not one.is_editable:
        return ()
    is_defect = one.kind is ObservationKind.DEFECT
    lacks = {
        Lack.CATEGORY: is_defect and one.category is None,
        Lack.PLACE: is_defect and one.place is None,
        Lack.COVER: any(photo.is_undecided for photo in one.photos),
    }
    return tuple(lack for lack, is_lacking in lacks.items() if is_lacking)
