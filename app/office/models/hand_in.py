"""Taking in the file of a phone that could not send: look at it first, then take it, then read on.

Two presses: the first shows whose file it is, because it may be a phone that was shut out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import flet as ft

from app.office.models.room import Room
from app.office.models.session import Session
from app.office.tray import MAX_FILE_BYTES, Tray
from sync.central.hand_in import Contents, HandedIn, said_in


@ft.observable
@dataclass
class HandInModel:
    """progress: of the upload, 0 to 1; None when none is under way. is_busy: the store works.

    problem: why nothing was taken. contents: of the file that waits for a yes. result: of the one
    that was taken.
    """

    session: Session
    room: Room
    tray: Tray
    is_open: bool = False
    progress: float | None = None
    is_busy: bool = False
    problem: str | None = None
    contents: Contents | None = None
    result: HandedIn | None = None
    _file: Path | None = field(default=None, repr=False)

    def open(self) -> None:
        self._forget()
        self.is_open = True
        self.tray.listen(progress=self._uploading, arrived=self._look, failed=self._failed)

    def close(self) -> None:
        self._forget()
        self.is_open = False

    @property
    def picking(self) -> ft.ClientAction | None:
        return self.tray.picking

    async def take(self) -> None:
        """The person has seen whose file it is."""
        account, file = self.session.account, self._file
        if account is None or file is None or self.is_busy:
            return
        self.is_busy = True
        result = await self.session.ask(self.session.desk.take_in, account, file)
        self.is_busy = False
        self._forget()
        self.result, self.problem = result, self._told()
        await self.room.refresh()

    def _uploading(self, progress: float) -> None:
        self._forget()
        self.progress = progress

    def _failed(self, key: str) -> None:
        self._forget()
        megabytes = MAX_FILE_BYTES // (1024 * 1024)
        self.problem = self.session.words.text(key, megabytes=megabytes)

    async def _look(self, file: Path) -> None:
        account = self.session.account
        if account is None or not self.is_open:  # closed, or logged out, while it was on its way
            self.tray.done_with(file)
            return
        self.progress, self.is_busy, self._file = None, True, file
        contents = await self.session.ask(self.session.desk.look_into, account, file)
        self.is_busy = False
        if contents is None:
            self._forget()
        self.contents, self.problem = contents, self._told()

    def _told(self) -> str | None:
        """What the desk declined with is shown in this dialog, not behind it."""
        problem, words = self.session.problem, self.session.words
        self.session.dismiss()
        if problem is None and self.session.unreachable:
            return words("office.hand_in.unavailable")
        return problem

    def _forget(self) -> None:
        if self._file is not None:
            self.tray.done_with(self._file)
        self._file = None
        self.progress, self.problem, self.contents, self.result = None, None, None, None

    # What the screen says

    def refused_lines(self) -> list[str]:
        """One for each thing that was not taken: what it is, and why."""
        words = self.session.words
        if self.result is None:
            return []
        lines = []
        for one in self.result.refused:
            name, said = (
                words(f"office.hand_in.what.{one.change.entity.value}"),
                said_in(one.change),
            )
            what = f"{name} ”{said}”" if said else name
            lines.append(f"{what}: {self._why(one.code)}")
        for photo in self.result.photos_refused:
            lines.append(f"{words('office.hand_in.refused.photo')}: {self._why(photo.code)}")
        return lines

    def _why(self, code: str) -> str:
        key = f"office.hand_in.why.{code}"
        told = self.session.words(key)
        return self.session.words("office.hand_in.why.other") if told == key else told
