"""Sending what waits and fetching what is new, message by message, whatever one of them meets.

A message that the store cannot take as a whole (an error of its own, or too large) is halved until
the change at fault is alone. That one stands aside, or is refused, and all others go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from sync.client.errors import MessageNotTaken, NotTheStore
from sync.client.gone_from_store import went_back
from sync.client.local_store import LocalStore
from sync.client.outbox import Outbox
from sync.client.own_store import NAMED
from sync.client.scope import FILL, missing
from sync.client.spoken import ask_in_its_version
from sync.client.store_api import StoreApi
from sync.client.store_clock import heard
from sync.domain.change import Change
from sync.domain.ids import ChangeId, EntityId
from sync.wire import MAX_CHANGES, SyncAnswer, SyncRequest

Facts: TypeAlias = Mapping[str, str | None]

MAX_MESSAGES = 10_000
"""More messages than any round needs: a store that says "more" for ever is a broken store."""
FASTER = 8
MAX_ALONE = 8
"""So many changes that the store fails with, one by one, and the round ends. When the store answers
without them, they stand aside: what is behind them has its turn in the next round."""
REFUSALS = {413: "too_large", 400: "not_understood", 422: "not_understood"}
"""What a status means when a message has one change: it will be the same for ever."""


class Flush(Protocol):
    async def __call__(self) -> None:
        """Returns when all that was committed so far is on disk."""
        ...


@dataclass(slots=True)
class Exchanged:
    sent: int = 0
    fetched: int = 0


class Exchange:
    """at_most: changes of the first message; every message that gets through lets more into the

    next.

    own_first: on a link that has just failed, what is new is fetched once all that waits is sent:
    an answer of a few kilobytes may never come whole, and nothing would ever have a receipt.

    done: what has been sent and fetched, also after an error.
    """

    def __init__(
        self,
        *,
        local: LocalStore,
        api: StoreApi,
        flush: Flush,
        progress: Callable[[], None],
        at_most: int = MAX_CHANGES,
        own_first: bool = False,
    ) -> None:
        self._local, self._api, self._flush, self._progress = local, api, flush, progress
        self._outbox = Outbox(local)
        self._at_most, self._own_first = at_most, own_first
        self._alone: dict[ChangeId, MessageNotTaken | None] = {}
        self.done = Exchanged()
        self._settled, self._unanswered = 0, 0
        self._asked_for: tuple[EntityId, ...] = ()
        self._fetched_from: tuple[int, str | None] | None = None

    async def run(self) -> None:
        """Returns when nothing waits and nothing is left to fetch. Raises SyncError."""
        size = self._at_most
        for _ in range(MAX_MESSAGES):
            changes = self._outbox.next_message(size, without=self._alone)
            try:
                (answer, spoken), _ = await asyncio.gather(
                    self._ask(changes), self._read_ahead(size, changes)
                )
            except MessageNotTaken as error:
                if not changes:
                    raise
                if self._blamed >= MAX_ALONE:
                    await self._keep([], *await self._ask([]))
                    raise
                size = await self._smaller(changes, error)
                continue
            await self._keep(changes, answer, spoken)
            self.done.sent += len(answer.accepted)
            self.done.fetched += len(answer.changes)
            if answer.more and self._fetched_from == (answer.cursor, answer.fill):
                raise NotTheStore("the store has more, and always the same")
            size = self._at_most = min(MAX_CHANGES, size * FASTER)
            is_whole = not answer.more and not missing(self._local)
            if is_whole and not self._outbox.has_more(without=self._alone):
                if self._unanswered and not self._settled:
                    raise NotTheStore("the store answered for none of what was sent")
                return
        raise NotTheStore("the store never stopped sending")

    @property
    def _blamed(self) -> int:
        """Changes that the store failed with when they were alone, and that do not stand aside."""
        return sum(error is not None for error in self._alone.values())

    async def _ask(self, changes: list[Change]) -> tuple[SyncAnswer, Facts]:
        cursor, fill = int(self._local.fact("cursor") or "0"), self._local.fact(FILL)
        fetches = not (self._own_first and changes)
        self._fetched_from = (cursor, fill) if fetches else None
        self._asked_for = missing(self._local) if fetches else ()
        request = SyncRequest(
            changes=tuple(changes),
            cursor=cursor,
            fill=fill,
            missing=self._asked_for,
            fetch=fetches,
            texts=self._outbox.texts,
        )
        return await ask_in_its_version(self._local, self._api, request)

    async def _read_ahead(self, size: int, on_their_way: Sequence[Change]) -> None:
        """What will probably go next."""
        if on_their_way:
            ids = [change.change_id for change in on_their_way]
            self._outbox.read_ahead(size * FASTER, without=[*self._alone, *ids])

    async def _smaller(self, changes: list[Change], error: MessageNotTaken) -> int:
        """The size to try next. With one change that is at fault: it is left out from here on.

        Once, before anything is left out, the store is asked without changes: one that fails with
        that too is in trouble as a whole, and no change is to blame.
        """
        if len(changes) > 1:
            return len(changes) // 2
        if not self._alone and error.status not in REFUSALS:
            await self._keep([], *await self._ask([]))
        self._alone[changes[0].change_id] = error
        return self._at_most

    async def _keep(self, changes: list[Change], answer: SyncAnswer, spoken: Facts) -> None:
        """Only what was asked about is settled by an answer."""
        asked = {change.change_id for change in changes}
        cursor = int(self._local.fact("cursor") or "0")
        accepted = [one for one in answer.accepted if one in asked]
        refused = [one for one in answer.refused if one.change_id in asked]
        self._local.apply_answer(
            accepted=accepted,
            refused=refused,
            changes=answer.changes,
            facts={
                "cursor": str(answer.cursor),
                "synced_at": answer.now,
                NAMED: "1" if self._api.is_named else None,
                **went_back(cursor, answer.cursor),
                **spoken,
                **heard(self._local, answer.now),
                FILL: answer.fill,
            },
            asked_for=self._asked_for,
        )
        unanswered = asked - {*accepted, *(one.change_id for one in refused)}
        self._settled += len(asked) - len(unanswered)
        self._unanswered += len(unanswered)
        self._set_aside(unanswered)
        await self._flush()
        self._progress()

    def _set_aside(self, unanswered: set[ChangeId]) -> None:
        """The store works: what it failed with, or said nothing of, is what is wrong."""
        for change_id, error in self._alone.items():
            code = None if error is None else REFUSALS.get(error.status)
            if code is not None:
                self._outbox.refuse(change_id, code, str(error))
            elif error is not None:
                self._outbox.stand_aside([change_id])
        self._outbox.stand_aside(unanswered)
        self._alone = dict.fromkeys([*self._alone, *unanswered])
