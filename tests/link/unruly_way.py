"""A way to the store on which requests come twice, late, overtaken by others, or without an answer.

A die with a seed decides of each request. Every one that is sent again or later really goes to the
store, beside whatever the phone asks meanwhile; how late is told in requests, not in seconds.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from sync.client.transport import Request, Response, Transport, TransportError, Unreachable

LATEST = 12
"""Requests that pass before one that is late comes through."""
PATIENCE_S = 0.2
"""How long one that is to be overtaken waits when nobody else asks for anything."""


class Fate(StrEnum):
    STRAIGHT = "straight"
    TWINS = "twins, answered by either"
    ASKED_AGAIN = "answered only the second time"
    GHOST = "answered, and there again much later"
    OVERTAKEN = "overtaken"
    NO_ANSWER = "no answer"
    LATE = "given up, and there much later"


WEIGHTS = {
    Fate.STRAIGHT: 6,
    Fate.TWINS: 2,
    Fate.ASKED_AGAIN: 2,
    Fate.GHOST: 2,
    Fate.OVERTAKEN: 3,
    Fate.NO_ANSWER: 1,
    Fate.LATE: 1,
}


@dataclass
class UnrulyWay:
    """real: what carries a request. met: how often each fate was met."""

    real: Transport
    seed: int
    met: Counter[Fate] = field(default_factory=Counter)
    _late: list[tuple[int, Request]] = field(default_factory=list)
    _asked: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._next = asyncio.Event()

    async def request(self, request: Request) -> Response:
        self._asked += 1
        self._next.set()
        self._next = asyncio.Event()
        self._send_what_is_due()
        fate = self._dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        self.met[fate] += 1
        match fate:
            case Fate.TWINS:
                return await self._twins(request)
            case Fate.ASKED_AGAIN:
                await self.real.request(request)
            case Fate.GHOST:
                self._send_later(request)
            case Fate.OVERTAKEN:
                await self._be_overtaken()
            case Fate.NO_ANSWER:
                await self.real.request(request)
                raise Unreachable("the answer was lost")
            case Fate.LATE:
                self._send_later(request)
                raise Unreachable("it is under way for too long")
            case Fate.STRAIGHT:
                pass
        return await self.real.request(request)

    async def all_arrives(self) -> None:
        """Whatever is still under way reaches the store."""
        self._asked += LATEST
        self._send_what_is_due()
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _twins(self, request: Request) -> Response:
        both = [asyncio.create_task(self.real.request(request)) for _ in range(2)]
        answers = await asyncio.gather(*both)
        return self._dice.choice(answers)

    async def _be_overtaken(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._next.wait()
        except TimeoutError:
            return

    def _send_later(self, request: Request) -> None:
        self._late.append((self._asked + self._dice.randint(1, LATEST), request))

    def _send_what_is_due(self) -> None:
        due = [request for at, request in self._late if at <= self._asked]
        self._late = [(at, request) for at, request in self._late if at > self._asked]
        for request in due:
            task = asyncio.create_task(self._send(request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, request: Request) -> None:
        """Nobody waits for its answer."""
        try:
            await self.real.request(request)
        except TransportError as error:
            raise AssertionError(f"the store did not answer what came late: {error}") from error
