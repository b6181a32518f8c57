"""The built site behind a real server on a free port, with a count of the bytes that left it."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.central.static import create_static_app

HEADER_OVERHEAD_BYTES = 40
"""The status line and the two headers uvicorn adds."""


@dataclass(slots=True, kw_only=True)
class ServedSite:
    """url ends without a slash. sent: path → bytes that left for it, headers included."""

    url: str
    app: ASGIApp
    sent: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def serve(self, directory: Path) -> None:
        """From now on, another folder: a new version has been put in place."""
        self.app = create_static_app(directory)


class _Counting:
    def __init__(self, site: ServedSite) -> None:
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            path = scope["path"]
            if message["type"] == "http.response.start":
                self.site.asked[path] += 1
                self.site.sent[path] += HEADER_OVERHEAD_BYTES
                self.site.sent[path] += sum(len(k) + len(v) + 4 for k, v in message["headers"])
            elif message["type"] == "http.response.body":
                self.site.sent[path] += len(message.get("body", b""))
            await send(message)

        await self.site.app(scope, receive, counted if scope["type"] == "http" else send)


@contextmanager
def served(directory: Path) -> Iterator[ServedSite]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    site = ServedSite(url=url, app=create_static_app(directory))
    server = uvicorn.Server(uvicorn.Config(_Counting(site), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
