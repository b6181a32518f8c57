"""Every answer of the interface says which store gave it, a refusal too (see sync.wire)."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.headers import STORE_HEADER


class SaysWhoseItIs:
    def __init__(self, app: ASGIApp, store_id: str) -> None:
        self._app, self._store_id = app, store_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[STORE_HEADER] = self._store_id
            await send(message)

        is_ours = scope["type"] == "http" and scope["path"].startswith(("/api", "/healthz"))
        await self._app(scope, receive, send_named if is_ours else send)
