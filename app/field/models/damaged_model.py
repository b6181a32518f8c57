"""The database is damaged: what can be saved, giving it away, and starting over."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import flet as ft

from app.device.sharing import SharedFile
from app.device.storage.errors import StorageError
from app.field.hand_over import file_name, made_file
from app.field.models.giving import give
from app.field.models.notices import Notices
from app.field.rescue import Rescue
from app.i18n import Words
from sync.hand_over.file import Counts

log = logging.getLogger(__name__)


@ft.observable
class DamagedModel:
    """counts: of what was salvaged, None before it has been looked for. was_offered: the file was
    made and given away, or the person changed their mind: then the app may start over."""

    def __init__(
        self,
        rescue: Rescue,
        notices: Notices,
        words: Words,
        open_again: Callable[[], Awaitable[None]],
    ) -> None:
        self.counts: Counts | None = None
        self.was_offered = False
        self.is_busy = False
        self.has_failed = False
        self._rescue, self._notices, self._words = rescue, notices, words
        self._open_again = open_again
        self._file: SharedFile | None = None

    @property
    def is_anything_there(self) -> bool:
        return self.counts is not None and self.counts.changes + self.counts.photos > 0

    @property
    def may_start_over(self) -> bool:
        return self.was_offered or (self.counts is not None and not self.is_anything_there)

    async def look(self) -> None:
        """The screen is up."""
        if self._file is not None:
            return
        try:
            self._file, manifest = await made_file(
                self._rescue.sharing,
                file_name(self._rescue.facts.get("letter"), self._rescue.now()),
                self._rescue.write_file,
            )
        except StorageError as error:
            log.warning("what could be salvaged was not made a file: %s", error)
            self.has_failed = True
            return
        self.has_failed, self.counts = False, manifest.counts

    async def save(self) -> None:
        file, sharing = self._file, self._rescue.sharing
        if file is None or sharing is None:
            await self.look()
            return
        title = self._words("end.hand_over")
        await give(sharing, file, title, "end.hand_over.saved", self._notices, self._words)
        self.was_offered = True

    async def start_over(self) -> None:
        """What could be read comes back, and is sent; the app opens as if it had just started."""
        if self.is_busy:
            return
        self.is_busy, self.has_failed = True, False
        try:
            await self._rescue.start_over()
        except StorageError as error:
            log.warning("starting over failed: %s", error)
            self.has_failed = True
            return
        finally:
            self.is_busy = False
        await self._rescue.storage.close()
        await self._open_again()
        self._notices.show(self._words("damaged.done"))
