"""One short message on the screen, with one thing to do about it at most."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import flet as ft

from app.device.storage.errors import StorageDamaged, StorageError, StorageFull
from app.i18n import Words

log = logging.getLogger(__name__)

Undo = Callable[[], Awaitable[None]]

NOTICE_S = 2.5
UNDO_S = 10.0
"""With gloves, or a screen reader that reads the message first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """number: makes two equal texts two messages."""

    number: int
    text: str
    undo: Undo | None = None


@ft.observable
class Notices:
    def __init__(self) -> None:
        self.shown: Notice | None = None
        self._count = 0

    def show(self, text: str, undo: Undo | None = None) -> None:
        self._count += 1
        self.shown = Notice(number=self._count, text=text, undo=undo)

    def dismiss(self) -> None:
        self.shown = None

    async def fade(self, notice: Notice) -> None:
        """It goes when its time is over; one that took its place meanwhile stays."""
        await asyncio.sleep(NOTICE_S if notice.undo is None else UNDO_S)
        if self.shown is notice:
            self.dismiss()

    def make_way(self) -> None:
        """For another page. What can be taken back stays: there is no other way to it."""
        if self.shown is not None and self.shown.undo is None:
            self.dismiss()

    def withdraw(self, undo: Undo) -> None:
        """The message that offers this, if it is up: what it offers is not possible any more."""
        if self.shown is not None and self.shown.undo == undo:
            self.dismiss()

    async def undo(self) -> None:
        """Takes back what the message tells of, once."""
        notice, self.shown = self.shown, None
        if notice is not None and notice.undo is not None:
            await notice.undo()


def trouble_key(error: StorageError, *, when_full: str = "app.storage_full.body") -> str:
    """Key of the words for a phone that could not keep something.

    Raises StorageDamaged again: that is more than a message (see AppModel.damage_noticed).
    """
    if isinstance(error, StorageDamaged):
        raise error
    return when_full if isinstance(error, StorageFull) else "app.storage_trouble"


def save_trouble_key(error: StorageError) -> str:
    """As trouble_key, where a save is pressed again once there is room."""
    return trouble_key(error, when_full="capture.save_failed")


@contextmanager
def telling_when_not_kept(notices: Notices, words: Words) -> Iterator[None]:
    """Around what writes: a phone that cannot keep it says so, and the screen stays as it is."""
    try:
        yield
    except StorageDamaged:
        raise
    except StorageError as error:
        if not isinstance(error, StorageFull):
            log.warning("the phone could not write: %s", error)
        notices.show(words(trouble_key(error)))
