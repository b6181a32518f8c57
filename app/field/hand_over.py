"""What this phone could not send, as a file for the coordinator."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import datetime

from app.device.growing_file import GrowingFile, MemoryFile
from app.device.sharing import ZIP, SharedFile, Sharing
from app.field.services import Services
from sync.client.hand_over import write_hand_over
from sync.hand_over.file import Manifest

log = logging.getLogger(__name__)


async def export_unsent(services: Services) -> tuple[SharedFile, Manifest]:
    """The zip (see sync.client.hand_over) and what is in it.

    All of that still waits on the phone too. Raises StorageError when the database cannot be read.
    """
    local, now = services.local, services.now()
    return await made_file(
        services.sharing,
        file_name(local.fact("letter"), now),
        lambda out: write_hand_over(out, local, services.storage.photos, now),
    )


async def made_file(
    sharing: Sharing | None, name: str, write: Callable[[GrowingFile], Awaitable[Manifest]]
) -> tuple[SharedFile, Manifest]:
    """In memory where there is no room for a file: a full phone is no reason to keep it back."""
    out: GrowingFile = MemoryFile()
    try:
        out = out if sharing is None else sharing.new_file(name)
        with closing(out):
            manifest = await write(out)
    except OSError as error:
        log.warning("the file is made in memory: %s", error)
        out = MemoryFile()
        manifest = await write(out)
    return SharedFile(name=name, media_type=ZIP, content=out.content), manifest


def file_name(letter: str | None, now: datetime) -> str:
    owner = "".join(c for c in letter or "" if c.isascii() and c.isalnum()) or "telefon"
    return f"rundan-{owner.lower()}-{now:%Y%m%d-%H%M%S}.zip"
