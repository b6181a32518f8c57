"""Processes of the benchmark's own: started, heard, and ended by their id."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
READY_S = 60.0
RUN_S = 240.0


class Failed(Exception):
    """A process of the benchmark ended, or said nothing in time."""


@contextmanager
def serving(
    command: Sequence[str | Path],
    *,
    log: Path,
    ready: str,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that has said `ready`; it is killed at the end, as nothing of it is kept.

    cwd: where it may leave what it likes.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=dict(os.environ if env is None else env),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + READY_S
        while ready not in log.read_text(encoding="utf-8", errors="replace"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed(
                    f"{command[0]} did not start: {log.read_text(errors='replace')[-500:]}"
                )
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def together(commands: Sequence[Sequence[str | Path]]) -> list[dict[str, Any]]:
    """Starts clients, lets them begin at one moment when all are ready; what each has measured.

    A client prints `ready`, waits for a line, works, and prints one line of JSON.
    """
    clients = [
        subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for command in commands
    ]
    try:
        for client in clients:
            _expect_ready(client)
        for client in clients:
            assert client.stdin is not None
            client.stdin.write("go\n")
            client.stdin.flush()
        return [_measured(client) for client in clients]
    finally:
        for client in clients:
            client.kill()
            client.wait()


def module(name: str, **given: Any) -> list[str]:
    """The command of a client of this package; given is its one argument, as JSON."""
    return [sys.executable, "-m", f"tests.bench.sync.{name}", json.dumps(given, default=str)]


def span(measured: Sequence[Mapping[str, Any]]) -> float:
    """Seconds from when the first began until the last had ended."""
    return float(max(one["ended"] for one in measured) - min(one["began"] for one in measured))


def memory_mb(pid: int) -> float:
    """What a process has in memory now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise Failed(f"process {pid} has no memory")


def cpu_s(pid: int) -> float:
    """The processor time a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _expect_ready(client: subprocess.Popen[str]) -> None:
    assert client.stdout is not None
    if client.stdout.readline().strip() != "ready":
        raise Failed(f"{client.args!r} was not ready")


def _measured(client: subprocess.Popen[str]) -> dict[str, Any]:
    assert client.stdout is not None
    line = client.stdout.readline()
    if not line:
        raise Failed(f"{client.args!r} ended without an answer")
    measured: dict[str, Any] = json.loads(line)
    return measured
