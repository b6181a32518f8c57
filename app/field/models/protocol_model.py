"""The protocol of a round on this phone: made when it is wanted, shown, shared, printed."""

from __future__ import annotations

import logging

import flet as ft

from app.device.sharing import HTML, Shared, SharedFile
from app.device.storage.errors import StorageError
from app.field.models.giving import give
from app.field.models.notices import Notices
from app.field.protocol.collect import collect
from app.field.protocol.page import file_name, page
from app.field.protocol.pictures import Pictures
from app.field.services import Services
from app.i18n import Words
from sync.domain.ids import EntityId

log = logging.getLogger(__name__)


@ft.observable
class ProtocolModel:
    """is_making: it is being made. is_showing: it lies over the app."""

    def __init__(
        self, services: Services, round_id: EntityId, notices: Notices, words: Words
    ) -> None:
        self.is_making = False
        self.is_showing = False
        self._services, self._round_id = services, round_id
        self._notices, self._words = notices, words
        self._pictures = Pictures(services.storage.photos, services.codec)

    async def get_ready(self) -> None:
        """Reads the pictures, which takes the longest, while the person looks at the screen."""
        try:
            await collect(self._services.local, self._round_id, self._pictures)
        except (LookupError, StorageError) as error:
            log.info(
                "the protocol is not ready: %s", type(error).__name__
            )  # told when it is asked for

    async def show(self) -> Shared | None:
        """Over the whole app, until it is closed; where that cannot be, by the share sheet.

        Returns how it was left; None when it could not be made.
        """
        made = await self.made()
        if made is None:
            return None
        self.is_showing = True
        try:
            answer = await self._services.sharing.show(
                made,
                self._words("end.protocol"),
                close=self._words("end.protocol.close"),
                help=self._words("help.open"),
            )
        finally:
            self.is_showing = False
        if answer is Shared.NOT_HERE:
            await self.share()
        return answer

    async def hide(self) -> None:
        await self._services.sharing.hide()

    async def share(self) -> None:
        made = await self.made()
        if made is not None:
            await give(
                self._services.sharing,
                made,
                self._words("end.protocol"),
                "end.protocol.saved",
                self._notices,
                self._words,
            )

    async def save(self) -> None:
        made = await self.made()
        if made is not None and await self._services.sharing.save(made) is Shared.DONE:
            self._notices.show(self._words("end.protocol.saved"))

    async def print(self) -> None:
        made = await self.made()
        if made is None:
            return
        if await self._services.sharing.print(made, self._words("end.protocol")) is not Shared.DONE:
            self._notices.show(self._words("end.share.failed"))

    @property
    def can_print(self) -> bool:
        return self._services.sharing.can_show

    async def made(self) -> SharedFile | None:
        """As the database has it now; pictures that were read once are not read again.

        None when it cannot be made, which the person is told, or is being made already.
        """
        if self.is_making:
            return None
        self.is_making = True
        try:
            document = await collect(self._services.local, self._round_id, self._pictures)
            content = page(document, self._words).encode()
            return SharedFile(name=file_name(document), media_type=HTML, content=content)
        except (LookupError, StorageError) as error:
            log.warning("the protocol could not be made: %s", type(error).__name__)
            self._notices.show(self._words("end.share.failed"))
            return None
        finally:
            self.is_making = False
