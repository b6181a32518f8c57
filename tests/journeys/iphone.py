"""The field app in WebKit, the iPhone's engine, in an ordinary window with a profile on disk."""

from __future__ import annotations

import base64
import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.lab_engines import (
    _XDG_FOLDERS,
    MINIBROWSER,
    SAFARI_FEATURES,
    WEBKIT_ENVIRONMENT,
    BrowserMissing,
    _end_group,
    _needed,
    _start_display,
    _swedish,
)
from tests.journeys.environment import only_ours
from tests.journeys.webkit_inspector import InspectorError, WebKitInspector, inspected

SEE_S = 30.0
START_S = 90.0
POLL_S = 0.1
PIECE = 64_000
"""Letters at a time: the inspector's server takes messages of 128 KiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IPhone:
    inspector: WebKitInspector

    def tap(self, name: str) -> None:
        self._does(_TAP, name)

    def fill(self, label: str, text: str) -> None:
        self._does(_FILL, label, text)
        self.sees(text)

    def pick_photo(self, photo: Path) -> None:
        """Without a person's touch WebKit opens no dialog, so the file is put where it belongs."""
        self.tap("Välj bild")
        content = base64.b64encode(photo.read_bytes()).decode()
        self.inspector.evaluate("window.pieces = []")
        for start in range(0, len(content), PIECE):
            self.inspector.evaluate(f"window.pieces.push('{content[start : start + PIECE]}')")
        self._does(_GIVE_FILE, photo.name)

    def reload(self) -> None:
        self.inspector.evaluate("window.beforeReload = true")
        self.inspector.reload()
        self._until(lambda: self.inspector.evaluate("!window.beforeReload") is True, START_S)

    def offline_ready(self) -> None:
        ready = "document.documentElement.dataset.offline === 'ready'"
        assert self._until(lambda: self.inspector.evaluate(ready) is True, START_S)

    def sees(self, text: str | re.Pattern[str], within_s: float = SEE_S) -> None:
        wanted = re.compile(re.escape(text)) if isinstance(text, str) else text
        is_there = self._until(lambda: wanted.search(self.screen_text()) is not None, within_s)
        assert is_there, f"{wanted.pattern!r} is not on the screen:\n{self.screen_text()}"

    def screen_text(self) -> str:
        return "\n".join(self.inspector.evaluate(f"({_SCREEN_TEXT})()"))

    def _does(self, action: str, *arguments: str) -> None:
        """Tries until the page has what is to be touched."""
        call = f"({action})({', '.join(json.dumps(one) for one in arguments)})"
        done = self._until(lambda: self.inspector.evaluate(call) is True, SEE_S)
        assert done, f"{arguments[0]!r} cannot be touched:\n{self.screen_text()}"

    def _until(self, is_so: Callable[[], bool], within_s: float) -> bool:
        deadline = time.monotonic() + within_s
        while True:
            try:
                if is_so():
                    return True
            except InspectorError:  # the page is being loaded anew
                if time.monotonic() > deadline:
                    raise
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_S)


@contextmanager
def iphone(url: str, profile: Path) -> Iterator[IPhone]:
    try:
        browser, environment = _needed(MINIBROWSER, "webkit2gtk-driver"), _swedish()
        display, name = _start_display()
    except BrowserMissing as missing:
        pytest.fail(str(missing))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    home = {f"XDG_{kind}_HOME": str(profile / kind.lower()) for kind in _XDG_FOLDERS}
    screen = {"DISPLAY": name, "WEBKIT_INSPECTOR_HTTP_SERVER": address}
    process = subprocess.Popen(
        [browser, f"--features={SAFARI_FEATURES}", "--geometry=412x915", url],
        env=only_ours(**home, **environment, **WEBKIT_ENVIRONMENT, **screen),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with inspected(address) as inspector:
            yield IPhone(inspector=inspector)
    finally:
        _end_group(process, signal.SIGTERM)
        _end_group(display, signal.SIGTERM)


_TAP = """(name) => {
    for (const node of document.querySelectorAll("flt-semantics[role=button]")) {
        const is = node.getAttribute("aria-label") ?? node.textContent;
        if (is.includes(name) && node.getAttribute("aria-disabled") !== "true") {
            node.click();
            return true;
        }
    }
    return false;
}"""

_FILL = """(label, text) => {
    const fields = [...document.querySelectorAll("flt-semantics-host :is(input, textarea)")];
    const field = fields.find((one) => one.getAttribute("aria-label") === label);
    if (!field) return false;
    field.focus();
    return new Promise((done) => setTimeout(() => {
        field.select();
        done(document.execCommand("insertText", false, text));
    }, 200));
}"""

_GIVE_FILE = """(name) => {
    const input = document.querySelector("body > input[type=file]");
    if (!input) return false;
    const bytes = Uint8Array.from(atob(window.pieces.join("")), (letter) => letter.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], name, { type: "image/jpeg" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
    return true;
}"""

_SCREEN_TEXT = """() => {
    const found = [];
    for (const node of document.querySelectorAll("flt-semantics-host *")) {
        const label = node.getAttribute("aria-label");
        if (label) found.push(label);
        if (node.value) found.push(node.value);
        for (const child of node.childNodes) {
            if (child.nodeType === 3 && child.textContent.trim()) found.push(child.textContent);
        }
    }
    return found;
}"""
