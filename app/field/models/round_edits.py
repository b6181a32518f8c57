"""Quick taps on the facts of a round: on disk at once, few changes, the last value wins."""

from __future__ import annotations

from app.field.services import Services
from sync.client.records import RoundRecord
from sync.domain.change import Json


class RoundEdits:
    """What is tapped while a write is under way waits for its end and becomes one change."""

    def __init__(self, services: Services, round_: RoundRecord) -> None:
        self._services, self._round = services, round_
        self._pending: dict[str, Json] = {}
        self._is_writing = False

    @property
    def pending(self) -> dict[str, Json]:
        """What is not on disk yet; it is newer than the record."""
        return dict(self._pending)

    def shows(self, round_: RoundRecord) -> None:
        """The record as the person sees it from now on."""
        self._round = round_

    async def put(self, fields: dict[str, Json]) -> None:
        """Returns at once when a write is under way: that one takes these fields along.

        Raises StorageError; what could not be written is tried again with the next tap.
        """
        self._pending.update(fields)
        if self._is_writing:
            return
        self._is_writing = True
        try:
            while self._pending:
                taken = dict(self._pending)
                await self._services.recorder.edit_round(self._round, taken)
                self._pending = {
                    name: value
                    for name, value in self._pending.items()
                    if name not in taken or value != taken[name]
                }
        finally:
            self._is_writing = False
