"""What this phone could not send, as a file for the coordinator."""

from __future__ import annotations

import io
from datetime import datetime

from app.field.services import Services
from sync.client.hand_over import write_hand_over
from sync.hand_over.file import Manifest


async def export_unsent(services: Services) -> tuple[str, bytes, Manifest]:
    """File name, zip (see sync.client.hand_over) and what is in it.

    All of that still waits on the phone too. Raises StorageError when the database cannot be read.
    """
    out, now = io.BytesIO(), services.now()
    manifest = await write_hand_over(out, services.local, services.storage.photos, now)
    return file_name(manifest.letter, now), out.getvalue(), manifest


def file_name(letter: str | None, now: datetime) -> str:
    owner = "".join(c for c in letter or "" if c.isascii() and c.isalnum()) or "telefon"
    return f"rundan-{owner.lower()}-{now:%Y%m%d-%H%M%S}.zip"
