"""What is begun and not saved goes to disk by itself: the latest of each draft, soon."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from app.device.storage.errors import StorageError, is_damage
from app.field.models.notices import trouble_key
from sync.client.local_store import LocalStore

log = logging.getLogger(__name__)

TYPING_S = 0.4
"""So long is waited for the next letter: half a second behind at most, with the writing."""

Draft = dict[str, Any]


class DraftKeeper:
    """One for a round. Drafts have names: new/<round>, edit/<observation>.

    not_kept: told once, with the key of the words, when the phone cannot write; again only after
    it could.
    """

    def __init__(
        self,
        local: LocalStore,
        flush: Callable[[], Awaitable[None]],
        not_kept: Callable[[str], None],
    ) -> None:
        self._local, self._flush, self._not_kept = local, flush, not_kept
        self._waiting: dict[str, Callable[[], Draft | None]] = {}
        self._under_way: dict[str, Callable[[], Draft | None]] = {}
        self._typing: asyncio.Task[None] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._trouble: StorageError | None = None

    def kept(self, name: str) -> Draft | None:
        """As it stands on the phone."""
        return self._local.draft(name)

    def changed(self, name: str, made: Callable[[], Draft | None], *, typing: bool = False) -> None:
        """To be written now, or when nobody has typed for a moment, but no later than TYPING_S
        after the first letter.

        made: asked for the draft when it is written, so that the latest wins; None forgets it.
        """
        self._waiting[name] = made
        if not typing:
            self._start()
        elif self._typing is None:
            self._typing = asyncio.get_running_loop().create_task(self._when_typed())

    def unwritten(self) -> dict[str, Draft]:
        """What could not be written, as it is now."""
        made = {name: make() for name, make in {**self._under_way, **self._waiting}.items()}
        return {name: draft for name, draft in made.items() if draft is not None}

    def dropped(self, name: str) -> None:
        """Nothing more is written of it: what replaces it forgets it in its own transaction."""
        self._waiting.pop(name, None)
        self._under_way.pop(name, None)

    async def now(self) -> None:
        """Returns when all drafts are on disk. Raises StorageError."""
        await self.try_now()
        if self._trouble is not None:
            raise self._trouble

    async def try_now(self) -> None:
        """The app may be about to end: what can be written is."""
        self._start()
        if self._writer is not None:
            await self._writer

    async def _when_typed(self) -> None:
        await asyncio.sleep(TYPING_S)
        self._typing = None
        self._start()

    def _start(self) -> None:
        if self._typing is not None:
            self._typing.cancel()
            self._typing = None
        if self._waiting and (self._writer is None or self._writer.done()):
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        """What cannot be written waits for the next time that something is."""
        while self._waiting:
            self._under_way, self._waiting = self._waiting, {}
            drafts = {name: made() for name, made in self._under_way.items()}
            try:
                self._local.keep_drafts(drafts)
                await self._flush()
            except StorageError as error:
                log.warning("a draft could not be written: %s", error)
                if self._trouble is None and not is_damage(error):
                    self._not_kept(trouble_key(error))
                self._trouble, is_newer = error, bool(self._waiting)
                self._waiting = {**self._under_way, **self._waiting}
                self._under_way = {}
                if not is_newer:
                    return
            else:
                self._under_way = {}
                self._trouble = None
