"""A link with a bandwidth, a round trip, losses and cuts, between a client and a server here.

What it does, per direction: bytes are taken in segments of 1460, they leave one after the other at
the link's bandwidth (all connections share it), and arrive half a round trip later. A connection
costs one round trip before its first bytes go.

Loss: a segment is lost with the given chance. It is sent once more, which takes its bandwidth
again, and whatever follows on the same connection waits for it: one round trip (fast retransmit),
two when it was among the last three before a pause (nothing behind it tells of the loss). Other
connections go on meanwhile. There is no congestion window: a sender is as fast as the link, as with
BBR. Headers of TCP and IP are not counted.

Without a bandwidth little is on its way at any moment, as on a short fast link: a chunk or two for
each connection. The next is taken when the one before has been handed over.

A cut: after every `cut_every` bytes of both directions together, every connection is reset (RST) on
both sides, and what is on its way is gone. New ones are let through at once.

A lost answer: of every `lost_answers` answers one does not come. The server has done what it was
asked; the connection is reset at the answer's first byte.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SEGMENT = 1460
CHUNK = 4 * SEGMENT
FREE_CHUNK = FREE_ON_ITS_WAY = 4 * 1024
BUFFER = 64 * 1024
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """bits_per_s: None is as fast as it goes."""

    bits_per_s: float | None = None
    round_trip_s: float = 0.0
    loss: float = 0.0
    cut_every: int | None = None
    lost_answers: int | None = None
    seed: int = 1


@dataclass(slots=True)
class Exchange:
    """A request and its answer. size: bytes of both. seconds: between the one and the other."""

    size: int = 0
    asked_at: float = 0.0
    seconds: float | None = None
    is_answered: bool = False


@dataclass(slots=True)
class Counted:
    """up: bytes from the client."""

    up: int = 0
    down: int = 0
    connections: int = 0
    cuts: int = 0
    answers: int = 0
    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.up + self.down


class _Direction:
    """The one wire all connections share in this direction."""

    def __init__(self, line: Line, chance: random.Random) -> None:
        self._line, self._chance = line, chance
        self._free_at = 0.0

    def becomes(self, line: Line) -> None:
        self._line, self._free_at = line, 0.0

    def send(self, size: int) -> tuple[float, float]:
        """When these bytes have left, and when all of them have arrived."""
        if self._line.bits_per_s is None:
            now = time.monotonic()
            return now, now + self._line.round_trip_s / 2
        segments = -(-size // SEGMENT)
        lost = [n for n in range(segments) if self._chance.random() < self._line.loss]
        seconds = (size + len(lost) * SEGMENT) * 8 / self._line.bits_per_s
        self._free_at = max(time.monotonic(), self._free_at) + seconds
        is_tail = size < CHUNK and any(segments - n <= 3 for n in lost)
        waits = (2 if is_tail else 1) * self._line.round_trip_s if lost else 0.0
        return self._free_at, self._free_at + self._line.round_trip_s / 2 + waits


@dataclass(slots=True)
class _Connection:
    """exchange: the one going on; a connection carries one at a time."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    exchange: Exchange | None = None


class Link:
    """Runs in a thread of its own. url: what the client is given in the server's place."""

    def __init__(self, server_url: str, line: Line) -> None:
        parts = urlsplit(server_url)
        self._server = (parts.hostname or "", parts.port or 80)
        self._line = line
        chance = random.Random(line.seed)
        self._up, self._down = _Direction(line, chance), _Direction(line, chance)
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.counted = Counted()
        self.url = ""

    def becomes(self, line: Line) -> None:
        """Faster or slower from the next bytes on: for somebody who walks on while it is used."""
        self._line = line
        for direction in (self._up, self._down):
            direction.becomes(line)

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        listener = socket.socket()
        if self._line != Line():
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        listener.bind(("127.0.0.1", 0))
        server = await asyncio.start_server(self._connected, sock=listener)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        ready.set()
        await stop.wait()
        server.close()
        self._reset_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, asks: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.counted.connections += 1
        answers, server = await asyncio.open_connection(*self._server)
        both = {client, server}
        for writer in both:
            writer.transport.set_write_buffer_limits(high=0)
            if self._line.bits_per_s is None:
                sock = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, FREE_ON_ITS_WAY)
        self._open |= both
        connection = _Connection(client=client, server=server)
        try:
            await asyncio.sleep(self._line.round_trip_s)
            with suppress(ConnectionError, asyncio.CancelledError):
                await asyncio.gather(
                    self._pump(asks, connection, is_up=True),
                    self._pump(answers, connection, is_up=False),
                )
        finally:
            self._open -= both
            self._tasks.discard(task)
            for writer in both:
                writer.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, connection: _Connection, *, is_up: bool
    ) -> None:
        direction = self._up if is_up else self._down
        writer = connection.server if is_up else connection.client
        most_on_its_way = 0 if self._line.bits_per_s else 1
        arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(most_on_its_way)
        delivery = asyncio.create_task(_deliver(arriving, writer))
        last = 0.0
        try:
            while data := await reader.read(CHUNK if self._line.bits_per_s else FREE_CHUNK):
                data = self._count(data, connection, is_up=is_up)
                if not is_up and self._is_lost(connection):
                    self._cut_off()
                    return
                left_at, arrives_at = direction.send(len(data))
                last = max(last, arrives_at)
                await arriving.put((last, data))
                if self._is_cut():
                    await asyncio.sleep(0)
                    self._cut_off()
                    return
                if (wait := left_at - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
            await arriving.put((last, b""))
            await delivery
        finally:
            delivery.cancel()
            with suppress(ConnectionError, asyncio.CancelledError):
                await delivery

    def _count(self, data: bytes, connection: _Connection, *, is_up: bool) -> bytes:
        """The part of it that still goes over the link before the next cut."""
        counted = self.counted
        if self._line.cut_every is not None:
            data = data[: (counted.cuts + 1) * self._line.cut_every - counted.total]
        exchange = connection.exchange
        if is_up:
            counted.up += len(data)
            if exchange is None or exchange.seconds is not None:
                exchange = connection.exchange = Exchange()
                counted.exchanges.append(exchange)
            exchange.asked_at = time.monotonic()
        else:
            counted.down += len(data)
            if exchange is not None and exchange.seconds is None:
                exchange.seconds = time.monotonic() - exchange.asked_at
        if exchange is not None:
            exchange.size += len(data)
        return data

    def _is_cut(self) -> bool:
        counted, every = self.counted, self._line.cut_every
        return every is not None and counted.total >= (counted.cuts + 1) * every

    def _is_lost(self, connection: _Connection) -> bool:
        exchange, every = connection.exchange, self._line.lost_answers
        if every is None or exchange is None or exchange.is_answered:
            return False
        exchange.is_answered = True
        self.counted.answers += 1
        return self.counted.answers % every == 0

    def _cut_off(self) -> None:
        self.counted.cuts += 1
        self._reset_all()

    def _reset_all(self) -> None:
        for writer in self._open:
            sock = writer.get_extra_info("socket")
            with suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
        self._open.clear()


async def _deliver(
    arriving: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
) -> None:
    """Hands over what arrives when it does; empty bytes are the end of it."""
    while True:
        at, data = await arriving.get()
        if (wait := at - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        if not data:
            writer.write_eof()
            return
        writer.write(data)
        await writer.drain()


@contextmanager
def a_link(server_url: str, line: Line) -> Iterator[Link]:
    link = Link(server_url, line)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(
        target=loop.run_until_complete, args=(link.serve(ready, stop),), name="link", daemon=True
    )
    thread.start()
    if not ready.wait(10):
        raise RuntimeError("the link did not open")
    try:
        yield link
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
