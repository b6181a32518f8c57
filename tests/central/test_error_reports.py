from __future__ import annotations

import stat

import httpx
import pytest

from sync.central.error_reports import KEPT, MAX_CHARS
from tests.central.a_store import AStore, Phone, code_of


def send(phone: Phone, text: object = "StorageFull at save") -> httpx.Response:
    return phone.ask("POST", "/api/v1/error-reports", json={"text": text})


def test_a_report_is_a_file_with_date_and_phone(store: AStore) -> None:
    phone = store.a_phone()
    answer = send(phone, "StorageFull at save\r\n  in line 3\x1b[2J")
    assert answer.status_code == 201
    file = store.folder / "error-reports" / answer.json()["name"]
    assert file.name.startswith(f"2026-11-20T090000-{phone.device_id}-")
    text = file.read_text()
    assert text.startswith("date: 2026-11-20T09:00:00Z\n")
    assert f"device: {phone.device_id}\n" in text
    assert text.endswith("StorageFull at save\n  in line 3[2J\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "  ", None, 7, "x" * (MAX_CHARS + 1)])
def test_a_report_is_text_of_some_length(store: AStore, text: object) -> None:
    answer = send(store.a_phone(), text)
    assert (answer.status_code, code_of(answer)) == (422, "bad_value")
    assert not (store.folder / "error-reports").exists()


def test_a_large_body_is_not_even_read(store: AStore) -> None:
    phone = store.a_phone()
    answer = phone.ask("POST", "/api/v1/error-reports", content=b" " * 200_000)
    assert (answer.status_code, code_of(answer)) == (413, "too_large")
    broken = phone.ask("POST", "/api/v1/error-reports", content=b"{")
    assert code_of(broken) == "bad_request"


def test_a_phone_sends_a_few_an_hour_and_others_are_not_stopped_by_it(store: AStore) -> None:
    phone, other = store.a_phone(), store.a_phone()
    assert [send(phone).status_code for _ in range(5)] == [201] * 5
    stopped = send(phone)
    assert (stopped.status_code, code_of(stopped)) == (429, "too_many_reports")
    assert stopped.headers["retry-after"] == "3600"
    assert send(other).status_code == 201
    store.clock.forward(hours=1)
    assert send(phone).status_code == 201


def test_the_oldest_files_give_way(store: AStore) -> None:
    phone = store.a_phone()
    folder = store.folder / "error-reports"
    folder.mkdir()
    for number in range(KEPT):
        (folder / f"2025-01-01T{number:06}-x-00.txt").touch()
    send(phone)
    names = sorted(file.name for file in folder.iterdir())
    assert len(names) == KEPT
    assert names[0].startswith("2025-01-01T000001") and names[-1].startswith("2026-11-20")


def test_nobody_without_a_token_reports_anything(store: AStore) -> None:
    answer = store.ask("POST", "/api/v1/error-reports", json={"text": "x"})
    assert code_of(answer) == "unknown_token"
