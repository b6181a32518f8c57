"""HTTP with the browser's fetch (assets/web/transport.js): other coroutines run while it waits."""

from typing import TYPE_CHECKING

from app.device.page import load_page_module
from sync.client.transport import Request, Response, TimedOut, Unreachable

if TYPE_CHECKING:
    from pyodide.ffi import JsProxy

MODULE = "transport.js"


class BrowserTransport:
    """A redirect comes back as a bare 302: a browser shows neither its status nor its target."""

    def __init__(self) -> None:
        self._module: JsProxy | None = None

    async def request(self, request: Request) -> Response:
        import js
        from pyodide.ffi import to_js

        if self._module is None:
            self._module = await load_page_module(MODULE)
        asked: dict[str, object] = {"method": request.method, "headers": dict(request.headers)}
        if request.body is not None:
            asked["body"] = request.body
        controller = self._module.aborter()
        try:
            options = to_js(asked, dict_converter=js.Object.fromEntries)
            silent_ms, send_ms = request.timeout_s * 1000, request.send_s * 1000
            told = await self._module.exchange(controller, request.url, options, silent_ms, send_ms)
        finally:
            controller.abort()  # frees the connection if this coroutine was cancelled
        match told.outcome:
            case "answer":
                return _response(request, told)
            case "timed-out":
                raise TimedOut(f"silent for {request.timeout_s} s")
            case _:
                raise Unreachable(told.text)


def _response(request: Request, told: "JsProxy") -> Response:
    headers: dict[str, str] = {pair[0]: pair[1] for pair in told.headers}
    body: bytes = told.body.to_bytes()
    length = headers.get("content-length", "")
    counted = request.method != "HEAD" and length.isdecimal() and "content-encoding" not in headers
    if counted and int(length) != len(body):
        # Not every engine takes a connection that ended too early for a fault.
        raise Unreachable(f"{len(body)} of {length} bytes came")
    return Response(status=told.status, headers=headers, body=body)
