"""What a hand and an ear are told when something is safely kept: a short buzz and a short sound."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from app.device.page import page_call

log = logging.getLogger(__name__)

SOUND = Path(__file__).resolve().parent.parent.parent / "assets" / "sounds" / "saved.wav"
BUZZ_MS = 60


class Signals(Protocol):
    """Both can be switched off, and neither is there on every phone: nothing follows from that."""

    has_sound: bool
    has_vibration: bool

    def saved(self) -> None:
        """A record is on disk: to be called when the screen says so. Returns at once."""
        ...

    def noticed(self) -> None:
        """Something came up that is worth a look: a buzz alone. Returns at once."""
        ...


class PhoneSignals:
    """buzz, play: the phone's own; what they cannot do is logged and never stops a save."""

    def __init__(
        self, buzz: Callable[[], Awaitable[object]], play: Callable[[], Awaitable[object]]
    ) -> None:
        self.has_sound = self.has_vibration = True
        self._buzz, self._play = buzz, play
        self._under_way: set[asyncio.Task[None]] = set()

    def saved(self) -> None:
        self._give((self.has_vibration, self._buzz), (self.has_sound, self._play))

    def noticed(self) -> None:
        self._give((self.has_vibration, self._buzz))

    def _give(self, *wanted: tuple[bool, Callable[[], Awaitable[object]]]) -> None:
        for is_on, give in wanted:
            if is_on:
                task = asyncio.get_running_loop().create_task(_tried(give))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)


async def _tried(give: Callable[[], Awaitable[object]]) -> None:
    try:
        await give()
    except Exception as error:
        # The edge of the device: a phone without a speaker must not spoil a save.
        log.info("no signal: %s", type(error).__name__)


def page_signals() -> PhoneSignals:
    """In the browser. An iPhone's has no vibration; the page answers false then."""

    async def buzz() -> None:
        await page_call("vibrate", {"ms": BUZZ_MS})

    async def play() -> None:
        await page_call("chime")

    return PhoneSignals(buzz, play)


def native_signals() -> PhoneSignals:
    """In a packaged app. The player is made at the first sound, inside the page's context."""
    import flet as ft

    haptic = ft.HapticFeedback()
    players: list[ft.Service] = []

    async def play() -> None:
        import flet_audio as fa

        if not players:
            players.append(fa.Audio(src=SOUND.read_bytes(), release_mode=fa.ReleaseMode.STOP))
            await asyncio.sleep(0)
        player = players[0]
        assert isinstance(player, fa.Audio)
        await player.play()

    return PhoneSignals(haptic.medium_impact, play)
