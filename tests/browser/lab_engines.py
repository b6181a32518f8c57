"""Starting, killing and speaking to the two engines: Chromium over DevTools, WebKit by polling."""

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser.lab_server import LabServer

START_S = 60.0
CHROMIUM = "/usr/bin/chromium"
MINIBROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
CHROMIUM_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--lang=sv-SE",
    "--accept-lang=sv-SE",
    "--password-store=basic",
    "--remote-debugging-port=0",
)
SAFARI_FEATURES = "+StorageAPI,+AccessHandle,+FileSystem,+FileSystemWritableStream"


class BrowserMissing(Exception):
    """A program the laboratory needs is not installed; the text says what to install."""


class Engine(Protocol):
    """One running browser with the laboratory's page open."""

    def call(self, job: dict[str, Any], *, timeout_s: float) -> dict[str, Any]: ...
    def start(self, job: dict[str, Any]) -> None: ...
    def reload(self) -> None: ...
    def set_offline(self, offline: bool) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...


def _needed(program: str, package: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise BrowserMissing(f"{program} is missing: apt-get install -y {package}")
    return found


def _wait(what: str, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_S
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} within {START_S:.0f} s")
        time.sleep(0.02)


def _end_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Ends the process group that `process` leads (each browser is started as a leader)."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Chromium:
    """Chromium with a profile folder, steered over DevTools.

    The page lives in the browser's own (persistent) context. A context made by Playwright's
    `new_context` is a private window: what it stores is forgotten, so journeys about storage
    must use a persistent context.

    Playwright runs in a thread of its own: while its event loop lives in a thread, asyncio.run
    does not work there, which other tests need.
    """

    def __init__(self, server: LabServer, profile: Path, *, private: bool) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lab-chromium")
        port_file = profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                _needed(CHROMIUM, "chromium"),
                *CHROMIUM_OPTIONS,
                f"--user-data-dir={profile}",
                *(["--incognito"] if private else []),
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait("Chromium answers", lambda: port_file.exists() and "\n" in port_file.read_text())
            self._do(self._connect, port_file.read_text().split()[0], server.url + "/")
        except BaseException:
            self.kill()
            raise

    def _do(self, work: Callable[..., Any], *args: Any) -> Any:
        return self._thread.submit(work, *args).result()

    def _connect(self, port: str, url: str) -> None:
        self._playwright = sync_playwright().start()
        browser = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self._context: BrowserContext = browser.contexts[0]
        self._page: Page = self._context.pages[0]
        self._page.goto(url)
        self._page.wait_for_function("globalThis.labReady")

    def call(self, job: dict[str, Any], *, timeout_s: float) -> dict[str, Any]:
        if job["kind"] == "close":
            self._do(self._page.evaluate, "(name) => labClose(name)", job["worker"])
            return {}
        limit = {"ms": timeout_s * 1000, "job": job}
        result: dict[str, Any] = self._do(self._page.evaluate, _RUN_WITHIN, limit)
        return result

    def start(self, job: dict[str, Any]) -> None:
        self._do(self._page.evaluate, "(job) => void labRun(job)", job)

    def reload(self) -> None:
        self._do(self._page.reload)
        self._do(self._page.wait_for_function, "globalThis.labReady")

    def set_offline(self, offline: bool) -> None:
        self._do(self._context.set_offline, offline)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        _end_group(self._process, how)
        if hasattr(self, "_playwright"):
            self._do(self._playwright.stop)
        self._thread.shutdown()


_RUN_WITHIN = """({ms, job}) => Promise.race([labRun(job), new Promise((done) => setTimeout(
    () => done({error: `no answer within ${ms} ms`, kind: "TimeoutError"}), ms))])"""


class WebKit:
    """WebKitGTK's MiniBrowser on a display of its own, its page polling for jobs.

    Not through WebDriver: a browser under automation is a private window, so it would never
    show the storage an iPhone has.
    """

    def __init__(self, server: LabServer, profile: Path, *, private: bool) -> None:
        self._server = server
        self._display = _start_display()
        server.forget_page()
        home = {f"XDG_{kind}_HOME": str(profile / kind.lower()) for kind in _XDG_FOLDERS}
        self._process = subprocess.Popen(
            [
                _needed(MINIBROWSER, "webkit2gtk-driver"),
                f"--features={SAFARI_FEATURES}",
                *(["--private"] if private else []),
                server.url + "/?poll",
            ],
            env={
                **os.environ,
                **home,
                **_swedish(),
                **WEBKIT_ENVIRONMENT,
                "DISPLAY": self._display[1],
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait("WebKit opens the page", server.page_seen.is_set)
        except BaseException:
            self.kill()
            raise

    def call(self, job: dict[str, Any], *, timeout_s: float) -> dict[str, Any]:
        try:
            return self._server.submit(job).get(timeout=timeout_s)
        except queue.Empty:
            return {"error": f"no answer within {timeout_s} s", "kind": "TimeoutError"}

    def start(self, job: dict[str, Any]) -> None:
        self._server.submit(job)

    def reload(self) -> None:
        answer = self._server.submit({"kind": "reload"})
        answer.get(timeout=START_S)
        self._server.forget_page()
        _wait("WebKit opens the page again", self._server.page_seen.is_set)

    def set_offline(self, offline: bool) -> None:
        raise NotImplementedError("WebKitGTK has no offline switch: stop the server instead")

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        _end_group(self._process, how)
        _end_group(self._display[0], signal.SIGTERM)


_XDG_FOLDERS = ("CACHE", "CONFIG", "DATA", "STATE")
WEBKIT_ENVIRONMENT = {
    "GDK_BACKEND": "x11",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "NO_AT_BRIDGE": "1",
    "JSC_useOMGJIT": "0",
}
"""Without its last compiler a start of Python costs 4 s of processor time, with it 10 s."""


def _start_display() -> tuple[subprocess.Popen[bytes], str]:
    read_fd, write_fd = os.pipe()
    process = subprocess.Popen(
        [
            *(_needed("Xvfb", "xvfb"), "-displayfd", str(write_fd)),
            *("-screen", "0", "800x1000x24", "-nolisten", "tcp"),
        ],
        pass_fds=[write_fd],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(write_fd)
    with os.fdopen(read_fd) as told:
        number = told.readline().strip()
    if not number:
        raise BrowserMissing("Xvfb did not start: apt-get install -y xvfb")
    return process, f":{number}"


def _swedish() -> dict[str, str]:
    """LANG for WebKit, which takes its language from the locale; made with localedef if missing."""
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout
    locale = {"LANG": "sv_SE.UTF-8", "LC_ALL": "sv_SE.UTF-8"}
    if "sv_se.utf8" in known.lower().split():
        return locale
    folder = Path(tempfile.gettempdir()) / f"rundan-locale-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    if not (folder / "sv_SE.UTF-8").exists():
        localedef = [_needed("localedef", "locales"), "-i", "sv_SE", "-f", "UTF-8"]
        made = subprocess.run([*localedef, str(folder / "sv_SE.UTF-8")], capture_output=True)
        if made.returncode:
            raise BrowserMissing("localedef has no sv_SE: apt-get install -y locales")
    return {**locale, "LOCPATH": str(folder)}


ENGINES: dict[str, type[Chromium] | type[WebKit]] = {"chromium": Chromium, "webkit": WebKit}


@contextlib.contextmanager
def profile_folder() -> Iterator[Path]:
    """A folder for a browser's profile; a dying browser may still be writing to it at the end."""
    with tempfile.TemporaryDirectory(prefix="rundan-lab-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
