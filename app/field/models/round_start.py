"""The start of a round, as long as it can be taken back: nothing is on it and nothing begun."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.field.models.capture_model import draft_name
from app.field.models.notices import Notices, Undo, telling_when_not_kept
from app.field.models.visit_model import VISIT_DRAFT
from app.field.services import Services
from app.i18n import Words
from sync.client.records import RoundRecord
from sync.domain.ids import EntityId


class RoundStart:
    """record: the round as it is now. settle: returns when nothing begun is in memory alone.

    leave: to the start screen. again: opens the round that was brought back.
    """

    def __init__(
        self,
        services: Services,
        notices: Notices,
        words: Words,
        *,
        record: Callable[[], RoundRecord],
        settle: Callable[[], Awaitable[None]],
        leave: Callable[[], Awaitable[None]],
        saved: Callable[[], None],
        again: Callable[[EntityId], Awaitable[None]],
    ) -> None:
        self._services, self._notices, self._words = services, notices, words
        self._record, self._settle, self._leave = record, settle, leave
        self._saved, self._again = saved, again
        self._undo: Undo = self.remove

    def say_begun(self, undo: Undo | None) -> None:
        """It can be taken back until something is begun on it. undo: None when nobody planned it:
        then it is removed."""
        self._undo = undo or self.remove
        self._notices.show(self._words("home.has_started"), self._undo)

    def hold(self) -> None:
        """Something is begun on the round: its start is not offered to be taken back any more."""
        self._notices.withdraw(self._undo)

    @property
    def may_be_removed(self) -> bool:
        """Nobody planned it, and there is nothing on it and nothing begun."""
        record = self._record()
        round_id, local = record.round_id, self._services.local
        names = local.drafts()
        has_draft = draft_name(round_id) in names or any(
            name.startswith(f"{VISIT_DRAFT}{round_id}/") for name in names
        )
        is_planned = record.planned_start_at is not None
        if is_planned or has_draft or not record.is_editable:
            return False
        return self._services.walk.is_empty(round_id)

    async def remove(self) -> None:
        """It was begun by mistake. One press brings it back."""
        await self._settle()
        if not self.may_be_removed:
            self._notices.show(self._words("round.not_empty"))
            return

        async def undo() -> None:
            with telling_when_not_kept(self._notices, self._words):
                await self._services.recorder.restore_round(self._record())
                await self._again(self._record().round_id)

        with telling_when_not_kept(self._notices, self._words):
            await self._services.recorder.delete_round(self._record())
            await self._leave()
            self._saved()
            self._notices.show(self._words("round.removed"), undo)
