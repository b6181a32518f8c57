"""The office: the log-in screen, or the room of whoever is logged in."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.office.models.choices import Choices
from app.office.models.decision import Decision
from app.office.models.hand_in import HandInModel
from app.office.models.login import LoginModel
from app.office.models.password import PasswordModel
from app.office.models.phones import Phones
from app.office.models.pictures import Pictures
from app.office.models.room import Room
from app.office.models.rounds import Rounds
from app.office.models.session import Session
from app.office.screens.login_screen import LoginScreen
from app.office.screens.room_screen import RoomScreen
from app.office.tray import Tray


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomModels:
    """Made anew for everyone who logs in: nothing of the one before is left."""

    account_id: str
    room: Room
    decision: Decision
    pictures: Pictures
    phones: Phones
    password: PasswordModel
    rounds: Rounds
    choices: Choices
    hand_in: HandInModel


class Doors:
    """Which room is open in this visit; the keyboard goes to it."""

    def __init__(self, session: Session, tray: Tray) -> None:
        self.session, self._tray = session, tray
        self.login = LoginModel(session=session)
        self._models: RoomModels | None = None

    def models(self) -> RoomModels | None:
        account = self.session.account
        if account is None:
            self._models = None
        elif self._models is None or self._models.account_id != account.id:
            self._models = _room_for(self.session, account.id, self._tray)
        return self._models

    def away(self) -> None:
        """The browser is gone, perhaps for a moment."""
        if self._models is not None:
            self._models.room.away()

    def back(self) -> None:
        if self._models is not None:
            self._models.room.back()

    def leave(self) -> None:
        """The visit is over: what keeps the room fresh ends with the log-out."""
        self.session.log_out()


@ft.component
def OfficeApp(session: Session, doors: Doors) -> ft.Control:
    models = doors.models()
    return ft.Container(
        expand=True,
        rtl=session.words.is_right_to_left,
        content=LoginScreen(session, doors.login)
        if models is None
        else RoomScreen(
            session,
            models.room,
            models.decision,
            models.pictures,
            models.phones,
            models.password,
            models.rounds,
            models.choices,
            models.hand_in,
        ),
    )


def _room_for(session: Session, account_id: str, tray: Tray) -> RoomModels:
    pictures = Pictures(session=session)
    room = Room(session=session, pictures=pictures)
    rounds = Rounds(session=session, room=room)
    return RoomModels(
        account_id=account_id,
        room=room,
        decision=Decision(session=session, room=room),
        pictures=pictures,
        phones=Phones(session=session),
        password=PasswordModel(session=session),
        rounds=rounds,
        choices=Choices(session=session, room=room, rounds=rounds),
        hand_in=HandInModel(session=session, room=room, tray=tray),
    )
