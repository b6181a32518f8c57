"""Asking a store's application in this process, as a phone would over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

ADDRESS = ("198.51.100.7", 4711)


class Asking:
    """headers go with every request."""

    def __init__(self, app: FastAPI, headers: dict[str, str] | None = None) -> None:
        self.app, self._headers = app, headers or {}

    def __call__(
        self, method: str, path: str, *, client: tuple[str, int] = ADDRESS, **request: Any
    ) -> httpx.Response:
        return asyncio.run(self._ask(method, path, client, request))

    def with_headers(self, **headers: str) -> Asking:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Asking(self.app, {**self._headers, **named})

    def cut(self, method: str, path: str, body: bytes, **headers: str) -> None:
        """A request whose connection is cut after `body`; nobody hears the answer."""
        messages: list[dict[str, Any]] = [
            {"type": "http.request", "body": body, "more_body": True},
            {"type": "http.disconnect"},
        ]

        async def receive() -> dict[str, Any]:
            return messages.pop(0) if messages else {"type": "http.disconnect"}

        async def send(_message: object) -> None:
            return None

        named = {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": b"",
            "query_string": b"",
            "headers": [
                (name.lower().encode(), value.encode())
                for name, value in {**self._headers, **named}.items()
            ],
            "client": ADDRESS,
            "server": ("store.test", 80),
            "scheme": "http",
            "root_path": "",
        }
        asyncio.run(self.app(scope, receive, send))  # type: ignore[arg-type]

    async def _ask(
        self, method: str, path: str, client: tuple[str, int], request: dict[str, Any]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=client)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://store.test", headers=self._headers
        ) as http:
            return await http.request(method, path, **request)
