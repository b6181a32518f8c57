"""An answer that never arrives: the request was carried out, then the line goes dead."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_PROMISED_BYTES = 512


class LostAnswer(Response):
    """Cuts the TCP connection without a byte of answer.

    ASGI has no word for that, so uvicorn's transport is taken from the `receive` it handed over.
    Where a middleware or another server hides it, the second best is an answer that promises
    more bytes than it sends: every server cuts the connection then.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        abort = _abort_of(receive)
        if abort is not None:
            abort()
            while (await receive())["type"] != "http.disconnect":
                continue
            return
        promised = [(b"content-length", str(_PROMISED_BYTES).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": promised})
        raise ConnectionAbortedError("the simulator was told to lose this answer")


def _abort_of(receive: Receive) -> Callable[[], None] | None:
    """uvicorn's cycle has the transport, asyncio's or uvloop's, which share no class."""
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    abort = getattr(transport, "abort", None)
    return abort if callable(abort) else None
