"""The small pictures of what other phones found: fetched while there is contact, for later."""

from __future__ import annotations

import asyncio

from app.field.models.small_pictures import SmallPictures
from app.field.services import Services
from sync.client.round_store import RoundStore
from sync.domain.ids import EntityId


class OthersPictures:
    """The protocol is shown where there may be none: at the fika, in a cellar."""

    def __init__(self, services: Services, round_id: EntityId) -> None:
        self._store, self._round_id = RoundStore(services.local), round_id
        self._pictures = SmallPictures(services)
        self._fetching: asyncio.Task[None] | None = None

    def soon(self) -> None:
        """Begins to fetch what is missing, unless it is being fetched already."""
        if self._fetching is None or self._fetching.done():
            wanted = self._store.photos_of_others(self._round_id)
            if wanted:
                fetching = self._pictures.fetch(wanted)
                self._fetching = asyncio.get_running_loop().create_task(fetching)
