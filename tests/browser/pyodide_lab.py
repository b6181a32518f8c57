"""Runs Python of the field app where it runs for real: in Pyodide, in a worker, in a browser.

    def test_a_photo_becomes_smaller(pyodide_lab: PyodideLab) -> None:
        pyodide_lab.run("from app.device.photo_codec.browser import ...")
        small = pyodide_lab.run("await prepare(original)", original=jpeg_bytes)

* The value of the last expression comes back: anything JSON knows, and bytes. Names live on
  between runs until the next reload. What the code raises arrives as `PythonError` with the
  traceback's text.
* `await note(value)` inside the code tells the test something while the code is still running
  (`lab.notes`), which is how a test knows what was promised before it killed the browser.
* `worker="other"` runs in a second worker of the same page, which for locks and files is what a
  second tab is.
* The profile outlives `reload` and `kill`. `private=True` opens a private window.
"""

import base64
import contextlib
import json
import time
from types import TracebackType
from typing import Any, Self

from tests.browser.lab_engines import ENGINES, Engine, profile_folder
from tests.browser.lab_server import PURE_PACKAGES, LabServer

RUN_S = 120.0
MAIN_WORKER = "main"


class PythonError(Exception):
    """What the code under test raised; `kind` is the class's name, the text its traceback."""

    def __init__(self, text: str, kind: str) -> None:
        super().__init__(text)
        self.kind = kind


def _wire(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return {"__bytes__": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: _wire(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_wire(each) for each in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"__bytes__"}:
        return base64.b64decode(value["__bytes__"])
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


class PyodideLab:
    """engine: "chromium" or "webkit". modules: files of assets/web the worker imports first."""

    def __init__(
        self,
        engine: str = "chromium",
        *,
        modules: tuple[str, ...] = (),
        packages: tuple[str, ...] = PURE_PACKAGES,
        private: bool = False,
    ) -> None:
        self.engine = engine
        self._modules = modules
        self._packages = packages
        self._private = private
        self._browser: Engine | None = None
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._profile = stack.enter_context(profile_folder())
            self._server = LabServer(modules=self._modules, pure_packages=self._packages)
            stack.callback(self._server.stop)
            stack.callback(self.stop)
            self.open()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def notes(self) -> list[Any]:
        return [_plain(each) for each in self._server.notes]

    def open(self) -> None:
        """Opens the browser again, on the same profile, after kill() or stop()."""
        assert self._browser is None, "the browser is already open"
        start = ENGINES[self.engine]
        self._browser = start(self._server, self._profile, private=self._private)

    def run(
        self, code: str, *, worker: str = MAIN_WORKER, timeout_s: float = RUN_S, **data: Any
    ) -> Any:
        """Runs `code` (top-level await is fine) with `data` as its names."""
        result = self._open_browser.call(self._job(code, worker, data), timeout_s=timeout_s)
        if "error" in result:
            raise PythonError(result["error"], result.get("kind", "Error"))
        return _plain(result["value"])

    def start(self, code: str, *, worker: str = MAIN_WORKER, **data: Any) -> None:
        """Starts `code` and does not wait for it: follow it through `notes`."""
        self._open_browser.start(self._job(code, worker, data))

    def wait_for_notes(self, count: int, *, timeout_s: float = RUN_S) -> list[Any]:
        deadline = time.monotonic() + timeout_s
        while len(self._server.notes) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self._server.notes)} of {count} notes: {self.notes}")
            time.sleep(0.005)
        return self.notes

    def forget_notes(self) -> None:
        self._server.notes.clear()

    def close_worker(self, worker: str) -> None:
        """Ends a worker at once, as closing its tab does; the next run there starts anew."""
        self._open_browser.call({"kind": "close", "worker": worker}, timeout_s=RUN_S)

    def reload(self) -> None:
        self._open_browser.reload()

    def set_offline(self, offline: bool = True) -> None:
        self._open_browser.set_offline(offline)

    def stop(self) -> None:
        """Asks the browser to end."""
        if self._browser is not None:
            self._browser.stop()
            self._browser = None

    def kill(self) -> None:
        """SIGKILL to the whole browser, as when the phone takes the memory back."""
        self._open_browser.kill()
        self._browser = None

    @property
    def _open_browser(self) -> Engine:
        assert self._browser is not None, "the browser is closed: call open()"
        return self._browser

    @staticmethod
    def _job(code: str, worker: str, data: dict[str, Any]) -> dict[str, Any]:
        return {"kind": "run", "code": code, "worker": worker, "data": json.dumps(_wire(data))}
