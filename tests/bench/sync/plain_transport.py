"""The client's Transport on asyncio streams, with connections kept; cheap enough for a crowd."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from sync.client.transport import Request, Response, TimedOut, Unreachable

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class PlainTransport:
    """Plain HTTP to one server that gives Content-Length, as uvicorn does."""

    def __init__(self) -> None:
        self._idle: list[Connection] = []

    async def request(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(request.timeout_s):
                return await self._exchange(request)
        except TimeoutError as error:
            raise TimedOut("no answer in time") from error
        except (OSError, EOFError, ValueError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()

    async def _exchange(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        if self._idle:
            reader, writer = self._idle.pop()
        else:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        whole = False
        try:
            writer.write(_head(request, parts.netloc, parts.path) + (request.body or b""))
            await writer.drain()
            answer = await _answer(reader, has_body=request.method != "HEAD")
            whole = True
        finally:
            if whole:
                self._idle.append((reader, writer))
            else:
                writer.close()
        return answer


def _head(request: Request, host: str, path: str) -> bytes:
    given = {"Host": host, **request.headers, "Content-Length": str(len(request.body or b""))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"{request.method} {path} HTTP/1.1\r\n{lines}\r\n".encode()


async def _answer(reader: asyncio.StreamReader, *, has_body: bool) -> Response:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ")[1])
    headers = {}
    for line in head[1:-2]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    size = int(headers.get("content-length", "0")) if has_body and status != 204 else 0
    body = await reader.readexactly(size) if size else b""
    return Response(status=status, headers=headers, body=body)
