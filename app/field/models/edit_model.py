"""Changing a defect that is saved already."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.device.storage.errors import StorageError, StorageFull
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.place_model import PlaceModel
from app.field.models.typed_text import many_lines
from app.field.services import Services
from app.i18n import Words
from sync.client.records import ObservationRecord
from sync.domain.fields import Place
from sync.domain.words import Category


@ft.observable
class EditModel:
    def __init__(
        self,
        services: Services,
        finding: ObservationRecord,
        notices: Notices,
        words: Words,
        done: Callable[[], None],
    ) -> None:
        self.category = finding.category
        self.text = finding.text
        self.is_saving = False
        self.problem: str | None = None
        self.place = PlaceModel(services.location, services.now)
        self.place.restore(finding.place)
        self.finding = finding
        self._services, self._notices, self._words, self._done = services, notices, words, done

    def choose(self, category: Category) -> None:
        self.category = None if self.category is category else category

    def set_text(self, event: ft.Event[ft.TextField]) -> None:
        self.text = str(event.control.value)

    def cancel(self) -> None:
        self._done()

    async def save(self) -> None:
        if self.is_saving:
            return
        self.is_saving, before = True, self.finding
        try:
            await self._services.recorder.change_defect(
                before, category=self.category, text=many_lines(self.text), place=self.place.chosen
            )
        except StorageError as error:
            is_full = isinstance(error, StorageFull)
            self.problem = "capture.save_failed" if is_full else "app.storage_trouble"
            return
        finally:
            self.is_saving = False
        self._done()
        after = self._services.walk.observation(before.observation_id)

        async def undo() -> None:
            if after is not None:
                with telling_when_not_kept(self._notices, self._words):
                    await self._services.recorder.change_defect(
                        after, category=before.category, text=before.text, place=before.place
                    )
            self._done()

        if after is not None and _typed(after) != _typed(before):
            self._notices.show(self._words("list.changed"), undo)


def _typed(record: ObservationRecord) -> tuple[Category | None, str, Place | None]:
    """What a person changes here; receipts change by themselves meanwhile."""
    return record.category, record.text, record.place
