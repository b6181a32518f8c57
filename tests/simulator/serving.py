"""An ASGI app, or a few bytes, served over real HTTP on a free port of this machine."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import uvicorn
from starlette.types import ASGIApp

STOP_WITHIN_S = 10


@dataclass
class SetClock:
    """A clock that moves when it is told to."""

    now: datetime = field(default_factory=lambda: datetime(2026, 6, 23, 8, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@contextlib.contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The address, without a slash at its end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STOP_WITHIN_S)
            assert not thread.is_alive()


@contextlib.contextmanager
def answering(answers: dict[str, bytes]) -> Iterator[str]:
    """A server that is not the service: whole raw answers by path, one per connection.

    An empty answer cuts the connection after the request has been read.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer_all, args=(listener, answers))
        thread.start()
        host, port = listener.getsockname()
        try:
            yield f"http://{host}:{port}"
        finally:
            with socket.create_connection((host, port)) as last:
                last.sendall(b"STOP\r\n\r\n")
            thread.join(STOP_WITHIN_S)
            assert not thread.is_alive()


def _answer_all(listener: socket.socket, answers: dict[str, bytes]) -> None:
    while True:
        caller, _ = listener.accept()
        with caller, caller.makefile("rb") as incoming:
            first = incoming.readline().decode()
            if first.startswith("STOP"):
                return
            length = 0
            while (line := incoming.readline()) not in (b"\r\n", b""):
                name, _, value = line.decode("latin-1").partition(":")
                if name.lower() == "content-length":
                    length = int(value)
            incoming.read(length)
            caller.sendall(answers[first.split()[1]])


def raw_answer(status: str, body: str, content_type: str = "application/json") -> bytes:
    content = body.encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + content


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
