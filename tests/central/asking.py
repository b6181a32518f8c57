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

    async def _ask(
        self, method: str, path: str, client: tuple[str, int], request: dict[str, Any]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=client)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://store.test", headers=self._headers
        ) as http:
            return await http.request(method, path, **request)
