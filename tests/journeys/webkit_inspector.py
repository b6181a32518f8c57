"""WebKit's own inspector protocol, through WEBKIT_INSPECTOR_HTTP_SERVER.

Not WebDriver: a WebKit under automation is a private window, which keeps nothing on disk. A page's
target changes when it is loaded anew, so the newest one is spoken to.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

ANSWER_S = 30.0
OPEN_S = 30.0


@contextmanager
def inspected(address: str) -> Iterator[WebKitInspector]:
    """address: host:port of the inspector's server, which may still be starting."""
    with connect(f"ws://{address}{_page(address)}", max_size=None) as socket:
        yield WebKitInspector(socket)


class WebKitInspector:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._target: str | None = None
        self._last_id = 0

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page, or of its promise."""
        asked = {
            "expression": f"Promise.resolve({expression}).then(JSON.stringify)",
            "objectGroup": "journey",
        }
        promise = self._call("Runtime.evaluate", asked)
        awaited = {"promiseObjectId": promise["objectId"], "returnByValue": True}
        answer = self._call("Runtime.awaitPromise", awaited)
        text = answer.get("value")
        return None if text is None else json.loads(text)

    def reload(self) -> None:
        self._send("Page.reload", {"ignoreCache": False})

    def _call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        number = self._send(method, params)
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            answer = self._hear(deadline - time.monotonic())
            if answer.get("id") == number:
                if "error" in answer:
                    raise InspectorError(f"{method}: {answer['error']['message']}")
                if answer["result"].get("wasThrown"):
                    raise InspectorError(answer["result"]["result"].get("description", method))
                return dict(answer["result"]["result"])
        raise InspectorError(f"{method}: no answer within {ANSWER_S:.0f} s")

    def _send(self, method: str, params: dict[str, Any]) -> int:
        deadline = time.monotonic() + OPEN_S
        while self._target is None:
            self._hear(deadline - time.monotonic())
        self._last_id += 1
        inner = {"id": self._last_id, "method": method, "params": params}
        outer = {"targetId": self._target, "message": json.dumps(inner)}
        message = {"id": -self._last_id, "method": "Target.sendMessageToTarget", "params": outer}
        self._socket.send(json.dumps(message))
        return self._last_id

    def _hear(self, within_s: float) -> dict[str, Any]:
        """The next message: of the page itself, or {} for what only tells of targets."""
        try:
            heard = json.loads(self._socket.recv(timeout=max(0.01, within_s)))
        except TimeoutError:
            raise InspectorError("the page says nothing") from None
        params = heard.get("params", {})
        match heard.get("method"):
            case "Target.targetCreated" if params["targetInfo"]["type"] == "page":
                if not params["targetInfo"].get("isProvisional"):
                    self._target = params["targetInfo"]["targetId"]
            case "Target.didCommitProvisionalTarget":
                self._target = params["newTargetId"]
            case "Target.dispatchMessageFromTarget":
                return dict(json.loads(params["message"]))
        return {}


class InspectorError(Exception):
    """The page did not do what was asked; the text says why."""


def _page(address: str) -> str:
    """The path of the one page's socket."""
    deadline = time.monotonic() + OPEN_S
    while True:
        try:
            listing = httpx.get(f"http://{address}/").text
        except httpx.TransportError:
            listing = ""
        if found := re.search(r"/socket/[\w/]+WebPage", listing):
            return found[0]
        assert time.monotonic() < deadline, f"no page to inspect at {address}: {listing}"
        time.sleep(0.1)
