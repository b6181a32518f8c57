"""What a person is told before a round begins: little room left, and why the phone will ask.

Room is told of in the middle of a round too, when a save finds little of it left.
"""

from __future__ import annotations

import asyncio
import logging
from enum import StrEnum

import flet as ft

from app.device.permissions import Needed, Permission
from app.device.room import Room
from app.device.storage.errors import StorageDamaged, StorageError
from app.field.preferences import kept_preferences
from app.field.services import Services

log = logging.getLogger(__name__)

EXPLAINED = "explained"
"""Fact: the permissions whose reason has been told, with a blank between them."""

IN_USE_DAYS = 1
"""What was sent more recently may be on a screen, or come back by undo, while the app is in use."""


class Hurdle(StrEnum):
    LOW_STORAGE = "low_storage"
    PERMISSIONS = "permissions"


@ft.observable
class BeforeRoundModel:
    """hurdle: what is shown instead of the round, None when nothing stands before it.

    needs: what the phone is about to ask the person for. room: when it is low.
    """

    def __init__(self, services: Services) -> None:
        self.hurdle: Hurdle | None = None
        self.needs: list[Needed] = []
        self.room: Room | None = None
        self._services = services
        self._is_room_told = False
        self._looking: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Finds out what has to be said; nothing is asked for yet."""
        await self._find_room()
        told = (self._services.local.fact(EXPLAINED) or "").split()
        self.needs = [one for one in Needed if one not in told and await self._will_ask(one)]
        self._next()

    def saved(self) -> None:
        """Something was saved: a person who went on with little room is not told again."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self.look_at_room())

    async def look_at_room(self) -> None:
        await self._find_room()
        self._next()

    async def _find_room(self) -> None:
        """Photos that were sent long ago give way first."""
        services = self._services
        room = await services.ask_room()
        if room is not None and room.is_low:
            keep_days = kept_preferences(services.local).keep_photos_days
            try:
                await services.sweep_photos(max(keep_days, IN_USE_DAYS))
            except StorageDamaged:
                raise
            except StorageError as error:
                log.warning("sent photos could not give way: %s", type(error).__name__)
            room = await services.ask_room()
        self.room = room if room is not None and room.is_low else None
        if self.room is None:
            self._is_room_told = False

    async def go_on(self) -> None:
        if self.hurdle is Hurdle.LOW_STORAGE:
            self._is_room_told = True
        elif self.hurdle is Hurdle.PERMISSIONS:
            told = (self._services.local.fact(EXPLAINED) or "").split()
            names = dict.fromkeys([*told, *(one.value for one in self.needs)])
            try:
                self._services.local.set_facts({EXPLAINED: " ".join(names)})
            except StorageError as error:
                log.warning("what was explained is not kept: %s", type(error).__name__)
            self.needs = []
        self._next()

    def _next(self) -> None:
        if self.room is not None and not self._is_room_told:
            self.hurdle = Hurdle.LOW_STORAGE
        else:
            self.hurdle = Hurdle.PERMISSIONS if self.needs else None

    async def _will_ask(self, needed: Needed) -> bool:
        state = await self._services.ask_permission(needed)
        return state in (Permission.PROMPT, Permission.UNKNOWN)
