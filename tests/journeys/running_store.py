"""The whole product as a person starts it: `python -m sync.central` in a process of its own."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.journeys.environment import ROOT, only_ours
from tests.simulator.serving import free_port

READY_S = 30.0
STOP_S = 15.0
NAME = "samordnare"


@cache
def build_the_field_app() -> None:
    """build/web as the sources have it now. A second when nothing changed, a minute at first."""
    command = [sys.executable, "-m", "app.bundle", "--out", "build/web"]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, f"the field app could not be built:\n{built.stderr}"


@dataclass(slots=True, kw_only=True)
class RunningStore:
    """folder: keeps the data, and log.txt with what the process printed at every start.

    code: of the newest start. first_password: of the office. url: without a slash.
    """

    folder: Path
    port: int
    settings: dict[str, str]
    code: str = ""
    first_password: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def start(self) -> None:
        """Returns when it has said that it is ready."""
        assert self._process is None, "the store is running"
        env = only_ours(RUNDAN_PORT=str(self.port), RUNDAN_DATA=str(self.data), **self.settings)
        said_before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sync.central"],
                cwd=ROOT,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._hear(self._until_ready(self._process, said_before))

    def stop(self) -> None:
        """Ctrl-C, which must end it cleanly."""
        process, self._process = self._process, None
        assert process is not None, "the store is not running"
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"Ctrl-C did not end it in {STOP_S} s:\n{self.said()}") from None
        assert code == 0, f"it ended with {code}:\n{self.said()}"

    def kill(self) -> None:
        """A power cut."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _until_ready(self, process: subprocess.Popen[bytes], said_before: int) -> str:
        deadline = time.monotonic() + READY_S
        while True:
            said = self.log.read_bytes()[said_before:].decode("utf-8", errors="replace")
            if "Klart: " in said:
                return said
            if process.poll() is not None:
                self._process = None
                raise AssertionError(f"the store ended at once with {process.returncode}:\n{said}")
            if time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the store is not ready after {READY_S} s:\n{said}")
            time.sleep(0.05)

    def _hear(self, said: str) -> None:
        found = re.search(r"^ +kod +([A-Z0-9]{6})$", said, re.MULTILINE)
        assert found is not None, f"no enrolment code in what the store said:\n{said}"
        self.code = found[1]
        password = re.search(r"^ +lösenord +(\S+)$", said, re.MULTILINE)
        if password is not None:
            self.first_password = password[1]


@contextmanager
def running_store(folder: Path, **settings: str) -> Iterator[RunningStore]:
    """A store on a free port; what it still does at the end of the test must end with Ctrl-C.

    One after the other is at the same address, as far as that is free: a browser keeps what it made
    of the app (its compiled code) for the address it has it from.
    """
    build_the_field_app()
    store = RunningStore(folder=folder, port=_port(), settings=settings)
    store.start()
    try:
        yield store
    except BaseException:
        store.kill()
        raise
    if store.is_running:
        store.stop()


def _port() -> int:
    try:
        with socket.create_server(("127.0.0.1", _usual_port())):
            return _usual_port()
    except OSError:
        return free_port()


@cache
def _usual_port() -> int:
    return free_port()
