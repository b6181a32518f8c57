"""Asking an ASGI application in this process with requests, without a port and a server."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from starlette.types import ASGIApp
from urllib3 import HTTPResponse

ADDRESS = "http://in-process.invalid"
"""A name that never resolves (RFC 6761): what asks it can only mean the application here."""


class InProcess(BaseAdapter):
    """runner: an event loop that is not running; calls are made one at a time."""

    def __init__(self, app: ASGIApp, runner: asyncio.Runner) -> None:
        super().__init__()
        self._app, self._runner = app, runner

    def session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.mount(ADDRESS, self)
        return session

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Raises requests.ConnectionError when the application cuts its answer short."""
        try:
            status, headers, body = self._runner.run(self._call(request))
        except ConnectionAbortedError as error:
            raise requests.ConnectionError("the answer was cut short") from error
        response = requests.Response()
        response.request, response.url = request, request.url or ""
        response.status_code = status
        response.headers.update(headers)
        response.raw = HTTPResponse(body=io.BytesIO(body), status=status, preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is kept open."""

    async def _call(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(request.url or "")
        body = request.body or b""
        pieces = [body.encode() if isinstance(body, str) else bytes(body)]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "server": (parts.hostname, 80),
            "client": ("127.0.0.1", 0),
            "root_path": "",
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": [
                (name.lower().encode("latin-1"), _bytes(value))
                for name, value in request.headers.items()
            ],
        }
        status = 0
        headers: dict[str, str] = {}
        answer = bytearray()

        async def receive() -> dict[str, Any]:
            if pieces:
                return {"type": "http.request", "body": pieces.pop(), "more_body": False}
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers.update((k.decode(), v.decode("latin-1")) for k, v in message["headers"])
            elif message["type"] == "http.response.body":
                answer.extend(message.get("body", b""))

        await self._app(scope, receive, send)
        return status, headers, bytes(answer)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")
