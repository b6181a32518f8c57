"""Of an upload, a request is what its header says it is: who can only GET and POST says PATCH so.

tus 1.0 asks it of every server (https://tus.io/protocols/resumable-upload, X-HTTP-Method-Override).
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from sync.central.api.uploads import PATH

HEADER = "X-HTTP-Method-Override"


class TakesMeantMethod:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PATH):
            meant = Headers(scope=scope).get(HEADER)
            if meant is not None:
                scope = {**scope, "method": meant.upper()}
        await self._app(scope, receive, send)
