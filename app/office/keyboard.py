"""Shortcuts in the room: J/K or arrows, G to approve, A to reject; never while text is typed."""

from __future__ import annotations

import flet as ft

from app.office.screens.office_app import Doors


class Keyboard:
    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def pressed(self, event: ft.KeyboardEvent) -> None:
        models = self._doors.models()
        if models is None or event.ctrl or event.alt or event.meta:
            return
        decision = models.decision
        is_asking = (
            decision.question is not None or models.phones.is_open or models.password.is_open
        )
        if is_asking or not models.room.takes_shortcuts:
            return
        match event.key.upper():
            case "J" | "ARROW DOWN":
                await decision.next()
            case "K" | "ARROW UP":
                await decision.previous()
            case "G":
                await decision.approve()
            case "A":
                decision.ask_to_reject()
