"""Each call to the disk fails in turn: a phone says so, keeps what it has, and goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from app.device.storage.errors import StorageError, StorageFull, StorageUnavailable
from app.device.storage.native import NativePhotos
from sync.client.records import RoundRecord
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
        phone = await self._start(folder)
        await self._step(_later(phone.enrol))
        round_ = await self._step(phone.start_round)
        await self._save(phone, round_, photos=2)
        await self._step(phone.hand_in)
        await phone.close()
        self._phone = None
        phone = await self._start(folder)
        await self._save(phone, round_, photos=1)
        await phone.close()

    async def _start(self, folder: Path) -> PhoneOnDisk:
        self._phone = await self._step(lambda: PhoneOnDisk.opened(folder))
        return self._phone

    async def _save(self, phone: PhoneOnDisk, round_: RoundRecord, *, photos: int) -> None:
        new = phone.to_save("Lampan är trasig", photos=photos)
        await self._step(lambda: phone.keep(round_, new))
        self.saved.append(new)

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
        assert observations(phone) == len(walk.saved) == 2
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


def test_a_phone_that_writes_photos_in_their_place_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_place(photos: NativePhotos, name: str, content: bytes) -> None:
        try:
            with (photos.folder / name).open("wb") as file:
                file.write(content)
        except OSError as error:
            raise StorageFull(str(error)) from error

    monkeypatch.setattr(NativePhotos, "_write", in_place)
    calls = asyncio.run(walk_with(tmp_path / "none", NO_ROOM, 0))[0].calls
    with pytest.raises(AssertionError, match="other bytes"):
        for at in range(1, calls + 1):
            asyncio.run(walk_with(tmp_path / str(at), NO_ROOM, at))
