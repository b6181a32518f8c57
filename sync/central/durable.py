"""What must outlive a power cut: bytes, and the names that lead to them.

A file's fsync says nothing of its name, which is on disk when its folder is; and a folder that is
there already may be from a process that was killed before it had synced the folder above.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def sync_to_disk(path: Path) -> None:
    """Waits until a file's bytes, or a folder's list of names, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Makes it, and what is missing above it. Its name is on disk when this returns."""
    missing = [level for level in (folder, *folder.parents) if not level.exists()]
    there = missing[-1].parent if missing else folder
    with suppress(PermissionError):  # in a folder that we may not read we have made nothing
        sync_to_disk(there.parent)
    for level in reversed(missing):
        level.mkdir(exist_ok=True)
        sync_to_disk(level.parent)
