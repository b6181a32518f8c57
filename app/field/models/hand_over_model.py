"""What this phone could not send, made into a file that somebody else can bring to the store."""

from __future__ import annotations

import logging

import flet as ft

from app.device.sharing import Shared, SharedFile
from app.device.storage.errors import StorageDamaged, StorageError
from app.field.hand_over import export_unsent
from app.field.models.giving import give
from app.field.models.notices import Notices, telling_when_not_kept
from app.field.models.sync_model import drafts_begun
from app.field.services import Services
from app.i18n import Words
from sync.client.hand_over import HANDED_OVER, is_anything_unsent
from sync.client.seal import last_position

log = logging.getLogger(__name__)


@ft.observable
class HandOverModel:
    """is_making: the file is being made. was_given: it has left the app.

    unread: photos that are not in it, because the phone could not read them just then.
    """

    def __init__(self, services: Services, notices: Notices, words: Words) -> None:
        self.is_making = False
        self.was_given = False
        self.unread = 0
        self._services, self._notices, self._words = services, notices, words
        self._ready: tuple[int, SharedFile] | None = None  # for the next press

    @property
    def is_needed(self) -> bool:
        """Something of this phone is not at the store."""
        return is_anything_unsent(self._services.local)

    @property
    def left_out(self) -> int:
        """Photos that stay on the phone, because nobody has looked for faces in them."""
        return self._services.walk.waiting().undecided

    @property
    def drafts(self) -> int:
        """What was begun and not saved, which is in no file."""
        return drafts_begun(self._services)

    async def give(self) -> None:
        """Makes the file and gives it away; a press that comes meanwhile does nothing."""
        if self.is_making:
            return
        made = await self._made()
        if made is None:
            return
        position, file = made
        words = self._words
        answer = await give(
            self._services.sharing,
            file,
            words("end.hand_over"),
            "end.hand_over.saved",
            self._notices,
            words,
        )
        self._ready = made if answer is Shared.PRESS_AGAIN else None
        if answer is not Shared.DONE:
            return
        self.was_given = True
        if self.unread:
            return
        with telling_when_not_kept(self._notices, words):
            self._services.local.set_facts({HANDED_OVER: str(position)})
            await self._services.storage.flush()

    async def _made(self) -> tuple[int, SharedFile] | None:
        """The last place in the outbox before it was made, and the file."""
        self.is_making = True
        try:
            position = last_position(self._services.local)
            if self._ready is not None and self._ready[0] == position:
                return self._ready
            file, manifest = await export_unsent(self._services)
            self.unread = manifest.counts.photos_unread
        except StorageDamaged:  # more than a message: see AppModel.damage_noticed
            raise
        except StorageError as error:
            log.warning("the file could not be made: %s", type(error).__name__)
            self._notices.show(self._words("end.share.failed"))
            return None
        finally:
            self.is_making = False
        return position, file
