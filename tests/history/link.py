"""A link in memory that loses requests and answers, repeats requests later, and dies half-way."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from enum import StrEnum

import httpx

from sync.client.transport import Request, Response, Unreachable


class Killed(BaseException):
    """The phone's process ends here: nothing after this line runs."""


class Fate(StrEnum):
    ARRIVES = "arrives"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    REPEATED_LATER = "repeated later"
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"


BAD = {
    Fate.ARRIVES: 80,
    Fate.REQUEST_LOST: 5,
    Fate.ANSWER_LOST: 7,
    Fate.REPEATED_LATER: 4,
    Fate.KILLED_BEFORE: 1,
    Fate.KILLED_AFTER: 3,
}
MOST_IN_FLIGHT = 50


class Network:
    """app: gives the store's application as it is now. is_good: every request arrives once."""

    def __init__(self, app: Callable[[], httpx.ASGITransport], chance: random.Random) -> None:
        self._app, self._chance = app, chance
        self._in_flight: list[Request] = []
        self.is_good = False
        self.fates: Counter[str] = Counter()

    async def carry(self, request: Request) -> Response:
        fate = Fate.ARRIVES if self.is_good else self._fate()
        self.fates[fate.value] += 1
        if fate is Fate.KILLED_BEFORE:
            raise Killed
        if fate is Fate.REQUEST_LOST:
            raise Unreachable("the request was lost")
        if fate is Fate.REPEATED_LATER:
            self._in_flight = [*self._in_flight[-MOST_IN_FLIGHT:], request]
        answer = await self._deliver(request)
        if fate is Fate.KILLED_AFTER:
            raise Killed
        if fate is Fate.ANSWER_LOST:
            raise Unreachable("the answer was lost")
        return answer

    async def repeat_an_old_one(self) -> None:
        """Whoever sent it is not told of this answer."""
        if self._in_flight:
            at = self._chance.randrange(len(self._in_flight))
            await self._deliver(self._in_flight.pop(at))

    def _fate(self) -> Fate:
        return self._chance.choices(list(BAD), weights=list(BAD.values()))[0]

    async def _deliver(self, request: Request) -> Response:
        async with httpx.AsyncClient(transport=self._app()) as client:
            answer = await client.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                content=request.body or b"",
            )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status_code, headers=headers, body=answer.content)


class Link:
    """One phone's way to the network; cut by a partition."""

    def __init__(self, network: Network) -> None:
        self._network, self.is_up = network, True

    async def request(self, request: Request) -> Response:
        if not self.is_up:
            raise Unreachable("the phone is cut off")
        return await self._network.carry(request)
