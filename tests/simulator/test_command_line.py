"""`python -m sync.simulator` starts, answers, stops, and says in one sentence why it cannot."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.simulator.test_contract import TIMEOUT_S, post_case, word

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_S = 60


def simulator(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sync.simulator", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_it_starts_alone_serves_the_calls_at_the_root_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    running = simulator("--port", "0", "--data", str(tmp_path / "sim"), "--advance-s", "0")
    try:
        assert running.stdout is not None
        address = running.stdout.readline().split()[2].rstrip("/")
        case_id = post_case(address).json()["IssueId"]
        assert word(address, case_id) == "Ej Registrerat"
        assert "Mottagna" in requests.get(f"{address}/", timeout=TIMEOUT_S).text
        running.send_signal(signal.SIGINT)
        _, complaints = running.communicate(timeout=STARTS_WITHIN_S)
    finally:
        running.kill()
        running.communicate()
    assert (running.returncode, complaints) == (0, "")


@pytest.mark.parametrize("what", ["port", "folder", "key"])
def test_what_keeps_it_from_starting_is_one_sentence(tmp_path: Path, what: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        (tmp_path / "file").write_text("not a folder")
        port = str(occupied.getsockname()[1])
        arguments, sentence = {
            "port": (["--port", port, "--data", str(tmp_path / "sim")], f"port {port}"),
            "folder": (["--data", str(tmp_path / "file")], "cannot be used"),
            "key": (["--data", str(tmp_path / "sim"), "--api-key", " "], "api_key"),
        }[what]
        running = simulator(*arguments)
        _, complaint = running.communicate(timeout=STARTS_WITHIN_S)
    assert running.returncode == 2
    assert sentence in complaint
    assert complaint.count("\n") == 1
