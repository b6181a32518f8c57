"""A file too large for the memory of a phone is made where the platform keeps files."""

from __future__ import annotations

import asyncio
import io
import os
import tracemalloc
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from app.device.growing_file import BrowserFile, Content, GrowingFile, MemoryFile, PageFile
from app.device.sharing import NativeSharing
from sync.domain.ids import AreaCode, Sha256
from sync.hand_over.file import write_file
from sync.hand_over.reader import read_hand_over
from tests.central.a_store import KIRSEBERG, sha256_of
from tests.disk.handed_file import a_manifest

PHOTOS, PHOTO_BYTES = 40, 500_000
FEW_BYTES = 4_000_000


def a_disk(folder: Path) -> GrowingFile:
    return NativeSharing(folder).new_file("rundan-b.zip")


def a_page(folder: Path) -> GrowingFile:
    """Whose browser keeps Blobs in files, each in one of its own."""

    def blob(parts: list[Any]) -> Path:
        path = folder / f"blob{len(list(folder.iterdir()))}"
        with path.open("wb") as file:
            for part in parts:
                file.write(part.read_bytes() if isinstance(part, Path) else part)
        return path

    return PageFile(blob)


def bytes_of(content: Content) -> bytes:
    where = content.blob if isinstance(content, BrowserFile) else content
    return where if isinstance(where, bytes) else where.read_bytes()


def made(out: GrowingFile, seen: list[Sha256]) -> Content:
    async def photos() -> AsyncIterator[tuple[Sha256, AreaCode, bytes]]:
        for _ in range(PHOTOS):
            photo = os.urandom(PHOTO_BYTES)
            seen.append(sha256_of(photo))
            yield seen[-1], KIRSEBERG, photo

    asyncio.run(write_file(out, [], photos(), a_manifest))
    out.close()
    return out.content


@pytest.mark.parametrize("kept", [a_disk, a_page])
def test_a_file_of_many_photos_takes_little_memory_and_is_whole(
    kept: Callable[[Path], GrowingFile], tmp_path: Path
) -> None:
    seen: list[Sha256] = []
    tracemalloc.start()
    try:
        content = made(kept(tmp_path), seen)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < FEW_BYTES
    assert set(read_hand_over(io.BytesIO(bytes_of(content))).photos) == set(seen)


def test_only_the_newest_file_stays_on_the_phone(tmp_path: Path) -> None:
    sharing = NativeSharing(tmp_path / "shared")
    for name in ("older.zip", "newer.zip"):
        sharing.new_file(name).close()
    assert [path.name for path in (tmp_path / "shared").rglob("*.zip")] == ["newer.zip"]


def test_in_memory_it_is_the_same_file(tmp_path: Path) -> None:
    seen: list[Sha256] = []
    content = made(MemoryFile(), seen)
    assert isinstance(content, bytes)
    assert set(read_hand_over(io.BytesIO(content)).photos) == set(seen)


IN_A_PAGE = """
import js, pyodide_js
from hashlib import sha256
from app.device.growing_file import page_file

before, told, out = pyodide_js._module.HEAP8.length, sha256(), page_file()
for number in range(pieces):
    for piece in (bytes([number]) * piece_bytes, b"", b"small"):
        out.write(piece)
        told.update(piece)
out.close()
grown = pyodide_js._module.HEAP8.length - before
blob = js.structuredClone(out.content.blob)
kept = sha256((await blob.arrayBuffer()).to_bytes())
{"grown": grown, "is_whole": kept.digest() == told.digest(), "size": blob.size}
"""


@pytest.mark.parametrize("engine", ["pyodide_lab", "webkit_lab"])
def test_in_a_browser_it_lies_outside_pythons_memory_and_goes_to_the_page_as_it_is(
    engine: str, request: pytest.FixtureRequest
) -> None:
    lab = request.getfixturevalue(engine)
    found = lab.run(IN_A_PAGE, pieces=60, piece_bytes=PHOTO_BYTES)
    assert found["is_whole"] and found["size"] == 60 * (PHOTO_BYTES + len(b"small"))
    assert found["grown"] < 10_000_000
