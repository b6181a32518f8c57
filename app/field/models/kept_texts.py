"""Texts of one record while somebody types: on disk with every letter, one change when done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.field.models.typed_text import many_lines, one_line
from app.field.services import Services
from sync.domain.change import Json

Write = Callable[[dict[str, Json]], Awaitable[None]]


class KeptTexts:
    """name: of the draft. limits: field -> how many characters it can hold.

    single: fields of one line.
    """

    def __init__(
        self,
        services: Services,
        name: str,
        limits: dict[str, int],
        single: frozenset[str] = frozenset(),
    ) -> None:
        self._services, self._name, self._limits, self._single = services, name, limits, single
        kept = services.local.draft(name) or {}
        self._typed = {field: str(text) for field, text in kept.items() if field in limits}

    @property
    def is_empty(self) -> bool:
        return not self._typed

    def shown(self, field: str, recorded: str) -> str:
        """What the field shows: what is being typed in it, else what was recorded."""
        return self._typed.get(field, recorded)

    async def typed(self, field: str, text: str) -> None:
        self._typed[field] = text
        self._services.local.keep_drafts({self._name: dict(self._typed)})
        await self._services.storage.flush()

    async def settle(self, recorded: dict[str, str], write: Write) -> bool:
        """Writes what differs from what was recorded; True when there was something to write.

        The draft goes after the change is on disk: a crash between the two writes it twice.
        """
        if self.is_empty:
            return False
        taken = dict(self._typed)
        tidy = {field: self._tidy(field, text) for field, text in taken.items()}
        fields: dict[str, Json] = {
            field: text for field, text in tidy.items() if text != recorded.get(field, "")
        }
        if fields:
            await write(fields)
        left = {field: text for field, text in self._typed.items() if taken.get(field) != text}
        self._typed = left
        self._services.local.keep_drafts({self._name: left or None})
        await self._services.storage.flush()
        return bool(fields)

    def _tidy(self, field: str, text: str) -> str:
        tidy = one_line(text) if field in self._single else many_lines(text)
        return tidy[: self._limits[field]].strip()

    async def forget(self, field: str) -> None:
        """Something else was chosen than what is being typed."""
        if self._typed.pop(field, None) is not None:
            self._services.local.keep_drafts({self._name: dict(self._typed) or None})
            await self._services.storage.flush()
