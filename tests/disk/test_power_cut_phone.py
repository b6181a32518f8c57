"""What a phone has said is saved is there after a power cut, wherever it comes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from stat import S_ISDIR

import pytest

from app.device.storage import native
from app.device.storage.native import NativeStorage
from sync.domain.ids import EntityId
from tests.disk.power_cut import Cut, LossyDisk
from tests.disk.walk_on_a_disk import Saved, Taken, integrity, opened, whole_walk

BASE = "telefon/appens mapp/data"
"""A new phone: none of these folders is there yet."""


def cuts_of_a_walk(tmp_path: Path, every: int) -> list[Cut]:
    disk = LossyDisk(root=tmp_path / "disk", into=tmp_path / "cuts", every=every)
    disk.root.mkdir()
    with disk.watched():
        asyncio.run(whole_walk(disk.root / BASE, disk.promise))
    return disk.cuts


async def lost(cut: Cut) -> list[str]:
    async with opened(cut.folder / BASE) as phone:
        faults = await phone.half_there()
        for promised in cut.promised:
            match promised:
                case Saved():
                    faults += await phone.missing(promised)
                case Taken():
                    if not phone.is_taken(promised.sha256):
                        faults.append("a receipt of the store is forgotten")
                case str() as round_id:
                    if phone.walk.round(EntityId(round_id)) is None:
                        faults.append("the round is gone")
                case _:
                    raise AssertionError(promised)
        round_ = phone.walk.round(EntityId(str(cut.promised[0]))) if cut.promised else None
        if round_ is not None:
            after = await phone.save(round_, "Efter strömavbrottet", photos=1)
            faults += await phone.missing(after)
    found = integrity(cut.folder / BASE / "rundan.db")
    return faults if found == "ok" else [*faults, found]


def losses(cuts: list[Cut]) -> dict[str, list[str]]:
    found = {cut.name: asyncio.run(lost(cut)) for cut in cuts}
    return {name: faults for name, faults in found.items() if faults}


def test_what_a_phone_said_is_saved_survives_a_power_cut_at_any_moment(tmp_path: Path) -> None:
    cuts = cuts_of_a_walk(tmp_path, every=1)
    print(f"power_cuts_phone {len(cuts)} cuts")  # noqa: T201
    assert len(cuts) > 100
    assert len(cuts[-1].promised) == 18
    assert losses(cuts) == {}


def forget_new_folders(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(native, "_sync_folder", lambda _: None)


class OnlyFoldersAreSynced:
    """The module os, for storage that leaves out the fsync of files."""

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    @staticmethod
    def fsync(descriptor: int) -> None:
        if S_ISDIR(os.fstat(descriptor).st_mode):
            os.fsync(descriptor)


def forget_photos(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(native, "os", OnlyFoldersAreSynced())


def forget_commits(patch: pytest.MonkeyPatch) -> None:
    slack = tuple(pragma.replace("FULL", "NORMAL") for pragma in NativeStorage.pragmas)
    assert slack != NativeStorage.pragmas
    patch.setattr(NativeStorage, "pragmas", slack)


@pytest.mark.parametrize("forget", [forget_new_folders, forget_photos, forget_commits])
def test_a_phone_that_leaves_out_one_kind_of_fsync_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forget: Callable[[pytest.MonkeyPatch], None]
) -> None:
    with monkeypatch.context() as patch:
        forget(patch)
        cuts = cuts_of_a_walk(tmp_path, every=7)
    assert any(losses([cut]) for cut in reversed(cuts))
