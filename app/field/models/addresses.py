"""The words for where something is: a street address when there is contact, else a known place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from app.device.storage.errors import StorageError
from app.field.models.surroundings import Surroundings
from app.field.services import Services
from sync.client.address import look_up
from sync.client.briefing import read_briefing
from sync.client.records import ObservationRecord
from sync.domain.fields import MAX_PLACE_NAME, Place
from sync.domain.ids import EntityId

log = logging.getLogger(__name__)


class Addresses:
    """Nothing waits for an address: it comes later, as an edit, or not at all."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._under_way: set[asyncio.Task[None]] = set()

    def known(self, place: Place | None, surroundings: Surroundings) -> str | None:
        """What can be said at once: the name of a place that is near."""
        if place is None:
            return None
        near = surroundings.near(place.point)
        return None if near is None else near.place.name[:MAX_PLACE_NAME]

    def complete(self, record: ObservationRecord | None, written: Callable[[], None]) -> None:
        """Asks for the street, if the store has somebody to ask, and writes it when it comes.

        record: as it is on disk. written: called when it has been changed.
        """
        if record is None or record.place is None:
            return
        if not read_briefing(self._services.local).has_address_lookup:
            return
        task = asyncio.get_running_loop().create_task(
            self._complete(record.observation_id, record.place, written)
        )
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _complete(
        self, observation_id: EntityId, place: Place, written: Callable[[], None]
    ) -> None:
        services = self._services
        api = services.store_api
        street = await look_up(api, place.point)
        record = services.walk.observation(observation_id)
        if street is None or record is None or not record.is_editable or record.place != place:
            return  # nothing was learned, or it is about something else by now
        try:
            content = replace(record.content, address=street)
            await services.recorder.change_observation(record, content)
        except StorageError as error:
            log.warning("an address could not be kept: %s", type(error).__name__)
            return
        written()
