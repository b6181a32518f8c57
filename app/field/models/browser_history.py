"""The browser's history: it gets the path of every screen, so that "back" has somewhere to go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

ECHOES = 8
"""How many paths that we pushed ourselves may still be on their way back to us."""


class BrowserHistory:
    """push: puts a path into it. Pushes are told late: after two quick ones the first must not
    count as "back"."""

    def __init__(self, push: Callable[[str], Awaitable[None]]) -> None:
        self._push = push
        self._stands_at = "/"
        self._echoes: list[str] = []

    async def show(self, path: str) -> None:
        if path != self._stands_at:
            self._stands_at = path
            self._echoes = [*self._echoes, path][-ECHOES:]
            await self._push(path)

    def went_to(self, path: str) -> bool:
        """It stands at `path` now. False when that tells of our own push."""
        if path in self._echoes:
            self._echoes = self._echoes[self._echoes.index(path) + 1 :]
            return False
        if path == self._stands_at:
            return False
        self._stands_at = path
        return True
