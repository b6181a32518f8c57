"""The hybrid logical clock (Kulkarni et al. 2014) that orders changes of many devices.

A stamp is (wall time in ms, counter, device). Whatever a device has seen lies before what it
writes next, however wrong its wall clock is. Nothing here reads a clock: the wall time comes in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sync.domain.ids import DeviceId, checked_device
from sync.domain.instants import LATEST_MS

MAX_COUNTER = 0xFFFFF
LATEST_STAMP_MS = 32_503_680_000_000
"""Year 3000. The store takes no stamp from then on, so that its own have room after all others."""
_TEXT = re.compile(r"(\d{15})-([0-9a-f]{5})-([a-z0-9]{1,32})")


class BadStamp(ValueError):
    """Text that is not a stamp, or a stamp no clock can give."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Hlc:
    """A stamp; the order of the fields is the order of time. Its text sorts the same way."""

    wall_ms: int
    counter: int
    device: DeviceId

    def __post_init__(self) -> None:
        if not 0 <= self.wall_ms <= LATEST_MS:
            raise BadStamp(f"wall time {self.wall_ms} ms is outside the years 1970-9999")
        if not 0 <= self.counter <= MAX_COUNTER:
            raise BadStamp(f"counter {self.counter} is outside 0..{MAX_COUNTER}")
        checked_device(self.device)

    def to_text(self) -> str:
        return f"{self.wall_ms:015d}-{self.counter:05x}-{self.device}"

    @staticmethod
    def from_text(text: object) -> Hlc:
        match = _TEXT.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise BadStamp("made_at must look like 001795170000000-00000-device")
        return Hlc(wall_ms=int(match[1]), counter=int(match[2], 16), device=DeviceId(match[3]))


def tick(last: Hlc, now_ms: int) -> Hlc:
    """The stamp of the next local change: after `last`, at the wall time if that is later."""
    if now_ms > last.wall_ms:
        return Hlc(wall_ms=now_ms, counter=0, device=last.device)
    if last.counter < MAX_COUNTER:
        return Hlc(wall_ms=last.wall_ms, counter=last.counter + 1, device=last.device)
    return Hlc(wall_ms=last.wall_ms + 1, counter=0, device=last.device)


def witness(last: Hlc, *seen: Hlc) -> Hlc:
    """The clock after stamps of other devices were seen: never before any of them."""
    latest = max((last, *seen), key=lambda stamp: (stamp.wall_ms, stamp.counter))
    return last if latest is last else replace(latest, device=last.device)
