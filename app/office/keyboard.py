"""Shortcuts in the room: J/K or arrows, G to approve, A to reject; never while text is typed."""

from __future__ import annotations

import flet as ft

from app.office.screens.office_app import Doors, RoomModels


class Keyboard:
    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def pressed(self, event: ft.KeyboardEvent) -> None:
        models = self._doors.models()
        if models is None or event.ctrl or event.alt or event.meta:
            return
        if event.key == "Escape":
            _close_dialog(models)
        elif not _is_asking(models) and models.room.takes_shortcuts:
            await _act(event.key, models)


async def _act(key: str, models: RoomModels) -> None:
    match key.upper():
        case "J" | "ARROW DOWN":
            await models.decision.next()
        case "K" | "ARROW UP":
            await models.decision.previous()
        case "G":
            await models.decision.approve()
        case "A":
            models.decision.ask_to_reject()


def _is_asking(models: RoomModels) -> bool:
    dialogs = (models.phones.is_open, models.password.is_open, models.rounds.shown is not None)
    return models.decision.question is not None or any(dialogs)


def _close_dialog(models: RoomModels) -> None:
    """The one that is on top."""
    if models.phones.revoking is not None:
        models.phones.keep()
    elif models.phones.is_open:
        models.phones.close()
    elif models.password.is_open:
        models.password.close()
    elif models.rounds.shown is not None:
        models.rounds.close()
    else:
        models.decision.cancel()
