"""Fault reports of phones: small texts without places or tokens, kept as files for the keeper."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sync.central.durable import sync_to_disk
from sync.domain.ids import DeviceId

FOLDER = "error-reports"
MAX_CHARS = 20_000
PER_DEVICE = 5
IN_ALL = 100
WINDOW = timedelta(hours=1)
KEPT = 500
"""So many files at most; the oldest give way."""


class ErrorReports:
    """now: the store's clock. random: n random bytes."""

    def __init__(
        self, folder: Path, *, now: Callable[[], datetime], random: Callable[[int], bytes]
    ) -> None:
        self._folder, self._now, self._random = folder / FOLDER, now, random
        self._taken: deque[tuple[datetime, DeviceId]] = deque()
        self._lock = threading.Lock()

    def wait_s(self, device_id: DeviceId) -> int:
        """Whole seconds until this phone may send another; 0 for now. Counts it when 0."""
        with self._lock:
            now = self._now()
            while self._taken and self._taken[0][0] <= now - WINDOW:
                self._taken.popleft()
            own = [at for at, who in self._taken if who == device_id]
            if len(own) >= PER_DEVICE:
                return _seconds(own[-PER_DEVICE] + WINDOW - now)
            if len(self._taken) >= IN_ALL:
                return _seconds(self._taken[0][0] + WINDOW - now)
            self._taken.append((now, device_id))
            return 0

    def keep(self, device_id: DeviceId, version: str, text: str) -> str:
        """The file's name, which has the date and the phone. Raises OSError."""
        now = self._now()
        self._folder.mkdir(exist_ok=True, mode=0o700)
        sync_to_disk(self._folder.parent)
        name = f"{now:%Y-%m-%dT%H%M%S}-{device_id}-{self._random(2).hex()}.txt"
        head = f"date: {now:%Y-%m-%dT%H:%M:%SZ}\ndevice: {device_id}\nstore: {version}\n\n"
        file = self._folder / name
        file.write_text(head + text.rstrip() + "\n", encoding="utf-8")
        file.chmod(0o600)
        sync_to_disk(file)
        sync_to_disk(self._folder)
        for old in sorted(self._folder.glob("*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)
        return name


def _seconds(wait: timedelta) -> int:
    return max(1, -(-int(wait.total_seconds() * 1000) // 1000))
