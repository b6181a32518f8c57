"""A change of a saved observation that was begun and not saved: offered until it is answered."""

from __future__ import annotations

import flet as ft

from app.field.models.draft_keeper import DraftKeeper
from app.field.models.edit_model import EDIT_DRAFT, edit_draft_name
from app.field.models.notices import Notices
from app.field.services import Services
from app.i18n import Words
from sync.client.records import ObservationRecord
from sync.domain.ids import EntityId


@ft.observable
class UnsavedEdits:
    """finding: the one whose change waits; None when none does."""

    def __init__(
        self,
        services: Services,
        round_id: EntityId,
        drafts: DraftKeeper,
        notices: Notices,
        words: Words,
    ) -> None:
        self.finding: ObservationRecord | None = None
        self._services, self._round_id, self._drafts = services, round_id, drafts
        self._notices, self._words = notices, words
        self.refresh()

    def refresh(self) -> None:
        found = [
            self._services.walk.observation(EntityId(name.removeprefix(EDIT_DRAFT)))
            for name, draft in self._services.local.drafts().items()
            if name.startswith(EDIT_DRAFT) and draft.get("round_id") == self._round_id
        ]
        open_ = [one for one in found if one is not None and one.is_editable]
        self.finding = open_[0] if open_ else None

    async def discard(self) -> None:
        """One press brings it back."""
        if self.finding is None:
            return
        name = edit_draft_name(self.finding.observation_id)
        draft = self._drafts.kept(name)
        await self._write(name, None)

        async def undo() -> None:
            await self._write(name, draft)

        self._notices.show(self._words("edit.draft_discarded"), undo)

    async def _write(self, name: str, draft: dict[str, object] | None) -> None:
        self._drafts.changed(name, lambda: draft)
        await self._drafts.try_now()
        self.refresh()
