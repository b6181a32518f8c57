from __future__ import annotations

import os
from pathlib import Path

import pytest

from sync.central.blobs import Blobs
from tests.central.a_store import sha256_of


def test_a_photo_put_where_an_older_release_kept_it_is_found(tmp_path: Path) -> None:
    photo = os.urandom(1000)
    name = sha256_of(photo)
    folder = tmp_path / "photos" / name[:2] / name[2:4]
    folder.mkdir(parents=True)
    (folder / f"{name}.jpg").write_bytes(photo)
    blobs = Blobs.in_folder(tmp_path / "photos")
    assert blobs.exists(name)
    assert blobs.get(name) == photo
    missing = sha256_of(b"another")
    assert not blobs.exists(missing)
    with pytest.raises(FileNotFoundError):
        blobs.get(missing)


def test_what_an_interrupted_write_left_is_gone_after_the_next_start(tmp_path: Path) -> None:
    photo = os.urandom(1000)
    Blobs.in_folder(tmp_path).put(sha256_of(photo), photo)
    left_over = tmp_path / "incoming" / f"{sha256_of(photo)}-1"
    left_over.write_bytes(photo[:10])
    blobs = Blobs.in_folder(tmp_path)
    assert not left_over.exists()
    assert blobs.get(sha256_of(photo)) == photo


def test_a_photo_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = Blobs.in_folder(tmp_path)

    def full(_descriptor: int) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr("sync.central.blobs.os.fsync", full)
    with pytest.raises(OSError, match="no room"):
        blobs.put(sha256_of(b"photo"), b"photo")
    assert [path.name for path in tmp_path.rglob("*")] == ["incoming"]
