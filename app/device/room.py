"""How much room there is on the phone, and how much of it is Rundan's."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from app.device.page import page_call

LOW_BYTES = 50_000_000
"""Below this a walk's photos may not all fit: about 150 of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """used_bytes: by everything that Rundan keeps, the app itself included in a browser."""

    free_bytes: int
    used_bytes: int

    @property
    def is_low(self) -> bool:
        return self.free_bytes < LOW_BYTES


AskRoom = Callable[[], Awaitable[Room | None]]
"""None where the phone does not tell."""


async def page_room() -> Room | None:
    """What the browser gives to this site: less than what the phone has."""
    answer: dict[str, object] | None = await page_call("room")
    if answer is None:
        return None
    quota, used = int(str(answer["quota"])), int(str(answer["usage"]))
    return Room(free_bytes=max(0, quota - used), used_bytes=used)


def native_room(folder: Path) -> AskRoom:
    async def ask() -> Room:
        used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        return Room(free_bytes=shutil.disk_usage(folder).free, used_bytes=used)

    return ask
