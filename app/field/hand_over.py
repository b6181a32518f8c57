"""What this phone could not send, as a file for the coordinator."""

from __future__ import annotations

import io
from datetime import datetime

from app.field.services import Services
from sync.client.hand_over import write_hand_over


async def export_unsent(services: Services) -> tuple[str, bytes]:
    """File name and zip (see sync.client.hand_over). What is in it still waits on the phone too.

    Raises StorageError when a photo cannot be read.
    """
    out, now = io.BytesIO(), services.now()
    manifest = await write_hand_over(out, services.local, services.storage.photos, now)
    return file_name(manifest.letter, now), out.getvalue()


def file_name(letter: str | None, now: datetime) -> str:
    owner = "".join(c for c in letter or "" if c.isascii() and c.isalnum()) or "telefon"
    return f"rundan-{owner.lower()}-{now:%Y%m%d-%H%M%S}.zip"
