"""An event loop whose clock jumps to the next timer when nothing else is to be done.

Hours of waiting pass in moments. Work in threads is waited for, REAL_S at a time, before the clock
jumps; a jump while a thread still works only makes timers come early.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

REAL_S = 0.01


class _Selector(selectors.DefaultSelector):  # type: ignore[valid-type, misc]
    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(
            REAL_S if timeout is None else min(timeout, REAL_S)
        )
        if not ready and timeout is not None:
            self.now_s += timeout
        return ready


class FakeTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._fake = _Selector()
        super().__init__(self._fake)

    def time(self) -> float:
        return self._fake.now_s


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=FakeTimeLoop) as runner:
        runner.run(main)
