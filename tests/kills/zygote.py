"""A process that has everything imported and no thread, from which others are forked in no time.

{"fork": "phone", "arguments": {...}}  ->  {"pid": 4711}
{"wait": true}                         ->  {"pid": 4711, "signal": 9} of the next one that ends
{"wait": false}                        ->  the same, or {"pid": 0} when none has ended
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FORKS_NEED = (
    "anyio._backends._asyncio",
    "uvicorn.lifespan.off",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
)
"""What every fork would import by itself, once more each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """signal: 0 for a process that ended by itself, with success."""

    pid: int
    signal: int


class Zygote:
    """troubles: a folder where a process that fails leaves its traceback."""

    def __init__(self, troubles: Path) -> None:
        self._troubles = troubles
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(troubles)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def fork(self, role: str, **arguments: Any) -> int:
        return int(self._ask({"fork": role, "arguments": arguments})["pid"])

    def wait(self) -> Ended:
        """The next one that ends."""
        ended = self._ended({"wait": True})
        assert ended is not None
        return ended

    def ended(self) -> Ended | None:
        """One that has ended and of which nothing has been said yet."""
        return self._ended({"wait": False})

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        ended = self.wait()
        assert ended.pid == pid, ended

    def close(self) -> None:
        """Its children end with it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _ended(self, what: dict[str, Any]) -> Ended | None:
        answer = self._ask(what)
        if not answer["pid"]:
            return None
        assert not answer["code"], "\n".join(
            trouble.read_text() for trouble in self._troubles.glob("*.trouble")
        )
        return Ended(pid=answer["pid"], signal=answer["signal"])

    def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def _die_with_parent() -> None:
    """Also when the tests are killed, nothing is left running. Linux: prctl(PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _serve(roles: dict[str, Callable[..., None]], troubles: Path) -> None:
    _die_with_parent()
    gc.collect()
    gc.freeze()  # children share what is here instead of copying it when they collect
    for line in iter(sys.stdin.readline, ""):
        asked = json.loads(line)
        if "fork" in asked:
            pid = os.fork()
            if pid == 0:
                _child(roles[asked["fork"]], asked["arguments"], troubles)
            answer = {"pid": pid}
        else:
            pid, status = os.waitpid(-1, 0 if asked["wait"] else os.WNOHANG)
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            answer = {"pid": pid, "signal": number, "code": code}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _child(role: Callable[..., None], arguments: dict[str, Any], troubles: Path) -> None:
    """Does not return, and leaves the zygote's pipes alone."""
    code = 0
    try:
        _die_with_parent()
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        role(**arguments)
    except BaseException:
        # The edge of the process: whatever went wrong is what the test has to say.
        (troubles / f"{os.getpid()}.trouble").write_text(traceback.format_exc())
        code = 1
    os._exit(code)


if __name__ == "__main__":
    from importlib import import_module

    from PIL import Image

    from tests.kills.phone_process import live
    from tests.kills.store_process import serve

    for name in FORKS_NEED:
        import_module(name)
    Image.init()

    _serve({"phone": live, "store": serve}, Path(sys.argv[1]))
