"""HTTP with the browser's fetch: other coroutines run while it waits."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sync.client.transport import Request, Response, TimedOut, Unreachable

if TYPE_CHECKING:
    from pyodide.ffi import JsProxy

HIDDEN_REDIRECT = 302


@contextmanager
def _fetch_errors() -> Iterator[None]:
    from pyodide.ffi import JsException

    try:
        yield
    except JsException as error:
        raise Unreachable(f"{error.name}: {error.message}") from error


class BrowserTransport:
    """A redirect comes back as a bare 302: a browser shows neither its status nor its target."""

    async def request(self, request: Request) -> Response:
        import js

        controller = js.AbortController.new()
        try:
            with _fetch_errors():
                async with asyncio.timeout(request.timeout_s):
                    answer = await js.fetch(request.url, self._options(request, controller))
                if answer.type == "opaqueredirect":
                    return Response(status=HIDDEN_REDIRECT)
                headers = {pair[0]: pair[1] for pair in answer.headers}
                body = await self._body(answer, request.timeout_s)
        except TimeoutError as error:
            raise TimedOut(f"silent for {request.timeout_s} s") from error
        finally:
            controller.abort()
        if request.method != "HEAD":
            _check_complete(headers, body)
        return Response(status=answer.status, headers=headers, body=body)

    @staticmethod
    def _options(request: Request, controller: "JsProxy") -> "JsProxy":
        import js
        from pyodide.ffi import to_js

        options = {
            "method": request.method,
            "headers": dict(request.headers),
            "redirect": "manual",
            "cache": "no-store",
            "credentials": "omit",
            "signal": controller.signal,
        }
        if request.body is not None:
            options["body"] = to_js(request.body)
        return to_js(options, dict_converter=js.Object.fromEntries)

    @staticmethod
    async def _body(answer: "JsProxy", silence_s: float) -> bytes:
        if answer.body is None:
            return b""
        reader = answer.body.getReader()
        pieces: list[bytes] = []
        while True:
            async with asyncio.timeout(silence_s):
                piece = await reader.read()
            if piece.done:
                return b"".join(pieces)
            pieces.append(piece.value.to_bytes())


def _check_complete(headers: dict[str, str], body: bytes) -> None:
    """Not every engine takes a connection that ended too early for a fault."""
    length = headers.get("content-length", "")
    if length.isdecimal() and "content-encoding" not in headers and int(length) != len(body):
        raise Unreachable(f"{len(body)} of {length} bytes came")
