"""Each call to the disk fails in turn while a store takes in a file that a phone handed over.

Whoever brings the file is told that not all of it was taken; what is to be seen is whole; and the
same file again ends as if nothing had failed.
"""

from __future__ import annotations

import asyncio
import io
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flet as ft
import pytest
from sqlalchemy import select

from app.i18n import Words
from app.office.models.hand_in import HandInModel
from app.office.models.pictures import Pictures
from app.office.models.room import Room
from app.office.models.session import Session
from app.office.tray import Arrived, Failed, Progress
from sync.central.__main__ import main
from sync.central.accounts import Accounts, Role
from sync.central.composition import Store
from sync.central.engine import reading
from sync.central.tables import change_log, observation, photo, round_, stored_photo
from tests.central.a_store import DATABASE, KIRSEBERG, START, AStore
from tests.central.test_hand_in import take
from tests.disk.failing_disk import FAULTS, FailingDisk, Fault
from tests.disk.handed_file import HandedFile, a_handed_file
from tests.disk.store_on_a_disk import half_there, started
from tests.office.small_store import FAST_HASHER

Rows = dict[str, list[tuple[Any, ...]]]

COLUMNS = {
    "change_log": (change_log.c.change_id, change_log.c.device_id, change_log.c.fields),
    "round": (round_.c.id, round_.c.kind, round_.c.started_by, round_.c.clocks),
    "observation": (observation.c.id, observation.c.round_id, observation.c.text),
    "photo": (photo.c.id, photo.c.sha256, photo.c.cover, photo.c.clocks),
    "stored_photo": (stored_photo.c.sha256, stored_photo.c.size_bytes),
}
"""What does not depend on when it came."""
MOST_POINTS = 30


class OwnTray:
    """The browser's file lies outside the disk that fails."""

    picking: ft.ClientAction | None = None

    def listen(self, *, progress: Progress, arrived: Arrived, failed: Failed) -> None:
        self._arrived = arrived

    async def arrived(self, file: Path) -> None:
        await self._arrived(file)

    def done_with(self, file: Path) -> None:
        file.unlink()


@dataclass
class Taking:
    """A store that is handed one file after the other. store: as its process has it open.

    outside: where the files lie, on another disk.
    """

    disk: FailingDisk
    outside: Path
    store: Store
    stderr: Callable[[], str]
    taken: list[HandedFile] = field(default_factory=list)

    def __post_init__(self) -> None:
        desk = self.store.desk
        with self.store.services.engine.begin() as connection:
            account = Accounts(FAST_HASHER).add(
                connection,
                name="amira",
                password=os.urandom(20).hex(),
                role=Role.ADMINISTRATOR,
                areas=(),
                now=START,
            )
        session = Session(desk=desk, words=Words("sv"), account=account)
        room = Room(session=session, pictures=Pictures(session=session))
        self.tray = OwnTray()
        self.model = HandInModel(session=session, room=room, tray=self.tray)

    def by_the_office(self) -> None:
        """Looked into and taken: two presses, each of which can fail."""
        self._take(self._brought_to_the_office)

    def by_the_command(self) -> None:
        """`rundan hand-in` beside the running store."""
        self._take(self._given_to_the_command)

    def all_again(self) -> None:
        for file in self.taken:
            handed = self.store.desk.hand_in.take(
                io.BytesIO(file.content), areas=frozenset({KIRSEBERG}), received_from="amira"
            )
            assert (handed.taken, handed.photos_taken) == (0, 0)
            assert (handed.refused, handed.photos_refused) == ((), ())

    def _take(self, brought: Callable[[HandedFile], str | None]) -> None:
        file = a_handed_file()
        told = brought(file)
        if told is not None:
            assert self.disk.failed, told
            self.disk.mend()
            assert self._faults() == [], self.disk.failed
            told = brought(file)
        assert told is None, (self.disk.failed, told)
        self.disk.mend()  # what is asked here is not under test
        self.taken.append(file)
        assert self._faults() == [], self.disk.failed

    def _brought_to_the_office(self, file: HandedFile) -> str | None:
        """What the person is told when not all of it was taken."""
        path = self.outside / "tray.zip"
        path.write_bytes(file.content)
        self.model.open()
        asyncio.run(self.tray.arrived(path))
        if self.model.contents is not None:
            asyncio.run(self.model.take())
        assert not path.exists() and not self.model.is_busy
        assert self.model.refused_lines() == []
        assert (self.model.result is None) != (self.model.problem is None), "nothing was told"
        if self.model.problem is not None:
            is_known = "Ordna plats" in self.model.problem or "samma fil igen" in self.model.problem
            assert is_known, self.model.problem
        return self.model.problem

    def _given_to_the_command(self, file: HandedFile) -> str | None:
        path = self.outside / "rundan-k.zip"
        path.write_bytes(file.content)
        code, said = main(["hand-in", str(path)]), self.stderr()
        assert (code, bool(said)) in ((0, False), (2, True)), (code, said)
        return said or None

    def _faults(self) -> list[str]:
        """What can be seen half, and what was taken and is not there."""
        found = half_there(self.store, newest=2)
        with reading(self.store.services.engine) as connection:
            logged = set(connection.execute(select(change_log.c.change_id)).scalars())
        return found + [
            f"changes of file {number} are gone"
            for number, one in enumerate(self.taken)
            if not logged.issuperset(change.change_id for change in one.changes)
        ]


def rows_of(store: Store | AStore) -> Rows:
    with reading(store.services.engine) as connection:
        return {
            name: sorted(tuple(row) for row in connection.execute(select(*columns)))
            for name, columns in COLUMNS.items()
        }


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_whichever_call_fails_a_file_is_taken_whole_or_its_bringer_is_told(
    tmp_path: Path,
    migrated: Path,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of the command's calls about MOST_POINTS fail, spread evenly: it opens the store as well."""
    disk = FailingDisk(root=tmp_path / "store", fault=fault)
    monkeypatch.setenv("RUNDAN_DATA", str(disk.root))
    with disk.watched(), started(disk.root) as store:
        taking = Taking(disk, tmp_path, store, stderr=lambda: capsys.readouterr().err)
        calls = disk.at_every_call(taking.by_the_office)
        calls += disk.at_every_call(taking.by_the_command, MOST_POINTS)
        after = rows_of(store)
        taking.all_again()
        assert rows_of(store) == after
    print(f"io_errors_hand_in_{fault} {calls} calls")  # noqa: T201
    assert calls > 10
    with closing(AStore(disk.root)) as opened:
        assert half_there(opened) == []
        sound = as_if_nothing_had_failed(tmp_path / "sound", migrated, taking.taken)
        assert after == rows_of(opened) == sound


def as_if_nothing_had_failed(folder: Path, migrated: Path, files: Sequence[HandedFile]) -> Rows:
    """What a store on a sound disk has of the same files."""
    folder.mkdir()
    shutil.copy(migrated, folder / DATABASE)
    with closing(AStore(folder)) as store:
        for file in files:
            take(store, file.content)
        return rows_of(store)
