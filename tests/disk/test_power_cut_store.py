"""What the store has acknowledged is there after a power cut, wherever it comes."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.central import blobs, durable, engine, parts
from tests.central.a_store import a_jpeg, sha256_of
from tests.disk.power_cut import Cut, LossyDisk
from tests.disk.store_on_a_disk import faults_of, whole_day

BASE = "srv/rundan"
"""A new store: none of these folders is there yet."""


@pytest.fixture(autouse=True)
def quiet() -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)


def cuts_of_a_day(tmp_path: Path, every: int) -> list[Cut]:
    disk = LossyDisk(root=tmp_path / "disk", into=tmp_path / "cuts", every=every)
    disk.root.mkdir()
    with disk.watched():
        whole_day(disk.root / BASE, disk.promise)
    return disk.cuts


def losses(cuts: list[Cut]) -> dict[str, list[str]]:
    found = {
        cut.name: faults_of(cut.folder / BASE, cut.promised, going_on="some" in cut.name)
        for cut in cuts
    }
    return {name: faults for name, faults in found.items() if faults}


def test_what_the_store_acknowledged_survives_a_power_cut_at_any_moment(tmp_path: Path) -> None:
    cuts = cuts_of_a_day(tmp_path, every=1)
    print(f"power_cuts_store {len(cuts)} cuts")  # noqa: T201
    assert len(cuts) > 100
    assert len(cuts[-1].promised) == 21
    assert losses(cuts) == {}


@pytest.mark.parametrize("made", range(1, 4))
def test_a_folder_of_a_process_that_was_killed_is_made_durable_by_the_next(
    tmp_path: Path, made: int
) -> None:
    disk = LossyDisk(root=tmp_path / "disk", into=tmp_path / "cuts", every=1_000_000)
    disk.root.mkdir()
    data = a_jpeg()
    path = disk.root / BASE / "photos" / blobs.blob_path(sha256_of(data))
    levels = list(reversed(path.relative_to(disk.root).parents))[1:]
    with disk.watched():
        for level in levels[:made]:
            durable.sync_to_disk((disk.root / level).parent.parent)
            (disk.root / level).mkdir()  # and it was killed after the last of these
        durable.make_folder(disk.root / BASE)
        blobs.Blobs.in_folder(disk.root / BASE / "photos").put(sha256_of(data), data)
    left = disk.cuts[0].folder / path.relative_to(disk.root)
    assert "nothing" in disk.cuts[0].name
    assert left.exists() and left.read_bytes() == data


def forget_new_folders(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(durable, "sync_to_disk", lambda _: None)


def forget_photos_names(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(blobs, "sync_to_disk", lambda _: None)


def forget_photos_bytes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(blobs, "os", NoSync())


def forget_pieces_names(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(parts, "sync_to_disk", lambda _: None)


def forget_pieces_bytes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(parts, "os", NoSync())


def forget_commits(patch: pytest.MonkeyPatch) -> None:
    def slack(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous = NORMAL")

    prepare = engine._prepare_sqlite
    patch.setattr(engine, "_prepare_sqlite", slack)


FORGETS = (
    forget_new_folders,
    forget_photos_names,
    forget_photos_bytes,
    forget_pieces_names,
    forget_pieces_bytes,
    forget_commits,
)


@pytest.mark.parametrize("forget", FORGETS)
def test_a_store_that_leaves_out_one_kind_of_fsync_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forget: Callable[[pytest.MonkeyPatch], None]
) -> None:
    with monkeypatch.context() as patch:
        forget(patch)
        cuts = cuts_of_a_day(tmp_path, every=5)
    assert any(losses([cut]) for cut in reversed(cuts))


class NoSync:
    """The module os, for whoever leaves out fsync."""

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    @staticmethod
    def fsync(_descriptor: int) -> None:
        return None
