"""The store as a process: how it starts, stops, and says why it cannot."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import text

from sync.central.engine import open_engine
from sync.central.settings import BadSettings, read_settings
from sync.client.schedule import WATCH_S
from tests.simulator.serving import free_port

PROJECT = Path(__file__).resolve().parent.parent.parent
START_S = 30.0


def started(folder: Path, port: int, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RUNDAN_")},
        "RUNDAN_DATA": str(folder),
        "RUNDAN_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        **settings,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "sync.central", *arguments],
        cwd=PROJECT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def printed_until_ready(process: subprocess.Popen[str]) -> str:
    """All it printed up to the line that says it is ready; fails when that line never comes."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Klart:"):
            return "".join(lines)
    raise AssertionError(f"it stopped: {''.join(lines)} {process.stderr and process.stderr.read()}")


@contextmanager
def a_store(folder: Path, port: int, *arguments: str, **settings: str) -> Iterator[str]:
    process = started(folder, port, *arguments, **settings)
    try:
        yield printed_until_ready(process)
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors, errors


def refusal(folder: Path, port: int, **settings: str) -> str:
    """What it says when it cannot start: one sentence on stderr, and exit code 2."""
    process = started(folder, port, **settings)
    _, errors = process.communicate(timeout=START_S)
    assert process.returncode == 2, errors
    said = errors.strip().splitlines()
    assert "Traceback" not in errors
    return said[-1]


def test_the_first_start_prints_what_a_person_needs_and_answers(tmp_path: Path) -> None:
    port = free_port()
    with a_store(tmp_path / "data", port) as printed:
        code = re.search(r"^  kod     ([2-9A-HJKMNP-Z]{6})$", printed, re.M)
        assert code is not None
        assert f"http://127.0.0.1:{port}/#/anslut/{code[1]}" in printed
        assert re.search(r"^  lösenord  [a-z0-9-]{12,}$", printed, re.M)
        assert "█" in printed
        base = f"http://127.0.0.1:{port}"
        health = requests.get(f"{base}/healthz", timeout=5).json()
        assert health["status"] == "ok"
        for path in ("/", "/kontor", "/kontor/", "/api/docs", "/simulator/"):
            assert requests.get(base + path, timeout=10).status_code == 200, path


def test_what_the_api_does_not_have_is_said_as_a_problem(tmp_path: Path) -> None:
    port = free_port()
    with a_store(tmp_path / "data", port):
        base = f"http://127.0.0.1:{port}"
        for method, path, status in (
            ("GET", "/api/v1/nope", 404),
            ("GET", "/api/v1/sync", 405),
            ("DELETE", "/api/v1/sync", 405),
            ("PUT", "/healthz", 405),
        ):
            answer = requests.request(method, base + path, timeout=10)
            assert answer.status_code == status, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
        assert requests.head(f"{base}/healthz", timeout=10).status_code == 200


def test_a_phone_that_asks_every_fifteen_seconds_keeps_its_connection(tmp_path: Path) -> None:
    """The usual five seconds of a server would end it between any two of its questions."""
    port = free_port()
    with a_store(tmp_path / "data", port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        ours = connection.sock
        ours.settimeout(WATCH_S / 2)
        with pytest.raises(TimeoutError):
            ours.recv(1)  # b"" would be the store's goodbye
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        assert connection.sock is ours
        connection.close()


def test_the_second_start_keeps_the_store_and_its_password(tmp_path: Path) -> None:
    port = free_port()
    with a_store(tmp_path / "data", port) as first:
        store = requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).json()["store_id"]
    with a_store(tmp_path / "data", port) as second:
        again = requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).json()["store_id"]
    password = re.compile(r"^  lösenord  (\S+)$", re.M)
    assert store == again
    assert password.findall(first) == password.findall(second) != []


def test_an_occupied_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refusal(tmp_path / "data", port)
    assert str(port) in said and "RUNDAN_PORT" in said


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    said = refusal(tmp_path / "data", free_port())
    assert str(tmp_path / "data") in said and "RUNDAN_DATA" in said


def test_a_read_only_folder_is_told_in_one_sentence() -> None:
    said = refusal(Path("/proc/rundan"), free_port())
    assert "/proc/rundan" in said and "RUNDAN_DATA" in said


def test_a_damaged_database_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "rundan.sqlite").write_bytes(b"this is no database" * 100)
    said = refusal(tmp_path, free_port())
    assert str(tmp_path) in said and "skadad" in said


def test_every_wrong_setting_is_named_at_once(tmp_path: Path) -> None:
    said = refusal(
        tmp_path, free_port(), RUNDAN_POLL_S="soon", RUNDAN_MALMO_URL="malmo", RUNDAN_TLS_CERT="no"
    )
    assert all(name in said for name in ("RUNDAN_POLL_S", "RUNDAN_MALMO_URL", "RUNDAN_TLS_CERT"))


def test_a_port_that_is_no_port_says_what_it_must_be(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="RUNDAN_PORT är '99999'; det ska vara ett heltal"):
        read_settings({"RUNDAN_PORT": "99999", "RUNDAN_DATA": str(tmp_path)})


def test_a_store_for_every_address_must_be_told_which_one_phones_use() -> None:
    with pytest.raises(BadSettings, match="RUNDAN_PUBLIC_URL"):
        read_settings({"RUNDAN_HOST": "0.0.0.0"})


def test_a_store_behind_a_proxy_does_not_show_the_simulators_page(tmp_path: Path) -> None:
    port = free_port()
    with a_store(tmp_path / "data", port, RUNDAN_PUBLIC_URL="https://rundan.example") as printed:
        assert requests.get(f"http://127.0.0.1:{port}/simulator/", timeout=10).status_code == 404
        inner = re.search(r"^  (http://127\.0\.0\.1:\d+/) \(bara", printed, re.M)
        assert inner is not None
        assert requests.get(inner[1], timeout=10).status_code == 200
    assert "https://rundan.example/#/anslut/" in printed


def test_a_second_store_on_the_same_folder_is_told_so(tmp_path: Path) -> None:
    with a_store(tmp_path / "data", free_port()):
        said = refusal(tmp_path / "data", free_port())
    assert "RUNDAN_DATA" in said and "igång" in said


def test_a_store_that_sent_to_the_simulator_never_asks_the_real_city(tmp_path: Path) -> None:
    with a_store(tmp_path / "data", free_port()):
        pass
    engine = open_engine(f"sqlite:///{tmp_path / 'data' / 'rundan.sqlite'}")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO report (id, area, case_ref, clocks) VALUES ('r', 'k', '599467', '{}')"
            )
        )
    engine.dispose()
    said = refusal(tmp_path / "data", free_port(), RUNDAN_MALMO_URL="http://127.0.0.1:9")
    assert "simulatorn" in said and "RUNDAN_DATA" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RUNDAN_GRACE_S", "1e20"),
        ("RUNDAN_POLL_S", "1e19"),
        ("RUNDAN_MALMO_API_KEY", "nyckelå"),
        ("RUNDAN_MALMO_URL", "https://u:p@x.invalid"),
        ("RUNDAN_PUBLIC_URL", "http://x:notaport"),
    ],
)
def test_a_value_that_would_break_later_is_refused_now(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read_settings({name: value})


def test_a_certificate_that_is_none_is_refused_before_anything_is_printed(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("no certificate")
    file = str(tmp_path / "c.pem")
    with pytest.raises(BadSettings, match="RUNDAN_TLS_CERT"):
        read_settings({"RUNDAN_TLS_CERT": file, "RUNDAN_TLS_KEY": file})


def test_a_host_that_is_not_this_machines_is_told_apart_from_a_busy_port(tmp_path: Path) -> None:
    said = refusal(
        tmp_path / "data",
        free_port(),
        RUNDAN_HOST="192.0.2.1",
        RUNDAN_PUBLIC_URL="http://192.0.2.1:8000",
    )
    assert "RUNDAN_HOST" in said and "upptagen" not in said


def test_a_secret_is_never_in_the_text_of_the_settings() -> None:
    settings = read_settings({"RUNDAN_MALMO_API_KEY": "hemlig-nyckel"})
    assert "hemlig-nyckel" not in repr(settings)


def test_examples_are_never_sent_to_the_real_city(tmp_path: Path) -> None:
    with a_store(tmp_path / "data", free_port(), "--demo") as printed:
        assert "Exempel är inlagda" in printed
    said = refusal(tmp_path / "data", free_port(), RUNDAN_MALMO_URL="http://127.0.0.1:9")
    assert "RUNDAN_MALMO_URL" in said


def test_stopping_waits_for_no_office_that_is_open(tmp_path: Path) -> None:
    port = free_port()
    process = started(tmp_path / "data", port)
    printed_until_ready(process)
    with socket.create_connection(("127.0.0.1", port)) as kept_open:
        kept_open.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n")
        assert kept_open.recv(100)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0
