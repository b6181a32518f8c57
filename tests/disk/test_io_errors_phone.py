"""One call to the disk fails, every one in turn: a phone says so, keeps what it has, and goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from app.device.storage.errors import StorageError, StorageFull, StorageUnavailable
from tests.disk.failing_disk import FAULTS, NO_ROOM, FailingDisk, Fault
from tests.disk.walk_on_a_disk import PhoneOnDisk, Saved, integrity, opened

T = TypeVar("T")


class Walk:
    """Each step is tried; when it fails the disk is mended and the same step done again."""

    def __init__(self, disk: FailingDisk) -> None:
        self._disk = disk
        self._phone: PhoneOnDisk | None = None
        self.saved: list[Saved] = []
        self.errors: list[StorageError] = []

    async def all_of_it(self, folder: Path) -> None:
        for start in ("Lampan", "Bänken"):
            self._phone = phone = await self._step(lambda: PhoneOnDisk.opened(folder))
            await self._step(_later(phone.enrol))
            round_ = await self._step(phone.start_round)
            for number in range(2):
                new = phone.to_save(f"{start} {number} är trasig", photos=2)
                await self._step(lambda: phone.keep(round_, new))  # noqa: B023
                self.saved.append(new)
            await self._step(phone.hand_in)
            await phone.close()
            self._phone = None

    async def _step(self, step: Callable[[], Awaitable[T]]) -> T:
        try:
            return await step()
        except StorageError as error:
            self.errors.append(error)
            self._disk.mend()
            if self._phone is not None:
                await self._check(self._phone)
            return await step()

    async def _check(self, phone: PhoneOnDisk) -> None:
        """What was promised is there, and of what failed nothing is to be seen."""
        assert await missing(phone, self.saved) == []
        assert await phone.half_there() == []
        assert observations(phone) == len(self.saved)


async def missing(phone: PhoneOnDisk, saved: list[Saved]) -> list[str]:
    return [fault for one in saved for fault in await phone.missing(one)]


def observations(phone: PhoneOnDisk) -> int:
    return int(phone.local.db.execute("SELECT COUNT(*) FROM observation").fetchone()[0])


def _later(call: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def step() -> None:
        call()

    return step


async def walk_with(folder: Path, fault: Fault, at: int) -> tuple[FailingDisk, Walk]:
    disk = FailingDisk(root=folder, fault=fault, at=at)
    walk = Walk(disk)
    with disk.watched():
        await walk.all_of_it(folder)
    assert integrity(folder / "rundan.db") == "ok"
    async with opened(folder) as phone:
        assert await missing(phone, walk.saved) == []
        assert await phone.half_there() == []
        assert observations(phone) == len(walk.saved) == 4
        assert [name for name in await phone.storage.photos.names() if "." in name] == []
    return disk, walk


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_whichever_call_fails_a_phone_says_so_and_goes_on(tmp_path: Path, fault: Fault) -> None:
    counted, _ = asyncio.run(walk_with(tmp_path / "none", fault, 0))
    assert counted.calls > 20
    print(f"io_errors_phone_{fault} {counted.calls} calls")  # noqa: T201
    for at in range(1, counted.calls + 1):
        disk, walk = asyncio.run(walk_with(tmp_path / str(at), fault, at))
        assert disk.failed, f"call {at} of {counted.calls} did not come"
        for error in walk.errors:
            right = StorageFull if fault is NO_ROOM else StorageUnavailable
            assert isinstance(error, StorageFull | StorageUnavailable), (disk.failed, error)
            if disk.failed[0].startswith("write"):
                assert isinstance(error, right), (disk.failed, error)
