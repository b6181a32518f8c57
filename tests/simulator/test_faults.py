"""Every fault does what its name says, as often as it was asked to."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.simulator import SimulatorSettings, create_simulator
from tests.simulator.serving import SetClock, served
from tests.simulator.test_contract import SERVICE_ERROR, TIMEOUT_S, post_case, received, upload


def switch_on(address: str, **fault: object) -> None:
    answer = requests.post(f"{address}/fel", json=fault, timeout=TIMEOUT_S)
    assert answer.status_code == 200, answer.text


def test_a_lost_answer_leaves_one_case_and_not_a_byte_of_answer(address: str) -> None:
    switch_on(address, kind="lose_answer", call="arende", times=1)
    with pytest.raises(requests.ConnectionError, match="without response"):
        post_case(address)
    assert len(received(address)["cases"]) == 1
    assert post_case(address).status_code == 200


def test_an_answer_is_lost_behind_a_middleware_too(tmp_path: Path) -> None:
    simulator = create_simulator(tmp_path, SimulatorSettings(), SetClock())
    with served(_hiding_the_transport(simulator)) as address:
        switch_on(address, kind="lose_answer", call="arende")
        with pytest.raises(requests.RequestException):
            post_case(address)
        assert len(received(address)["cases"]) == 1


def test_an_error_500_leaves_nothing_behind(address: str) -> None:
    switch_on(address, kind="error_500", call="all", times=2)
    for answer in (upload(address), post_case(address)):
        assert (answer.status_code, answer.json()) == (500, SERVICE_ERROR)
    assert upload(address).status_code == 200
    assert received(address)["cases"] == []


def test_empty_ids_come_with_200_and_leave_nothing_behind(address: str) -> None:
    case_id = post_case(address).json()["IssueId"]
    switch_on(address, kind="empty_id", call="all", times="always")
    assert upload(address).json() == {"tempId": ""}
    assert post_case(address).json() == {"IssueId": ""}
    status = requests.get(f"{address}/arende/{case_id}", timeout=TIMEOUT_S)
    assert (status.status_code, status.json()) == (200, {"IssueStatus": ""})
    requests.post(f"{address}/fel/av", json={}, timeout=TIMEOUT_S)
    assert len(received(address)["cases"]) == 1
    assert upload(address).json()["tempId"]


def test_a_slow_answer_comes_after_the_time_that_was_set(address: str) -> None:
    switch_on(address, kind="slow", call="arende", seconds=0.5)
    began = time.monotonic()
    assert post_case(address).status_code == 200
    assert 0.5 <= time.monotonic() - began < 5


def test_the_call_s_own_fault_goes_before_the_one_for_all(address: str) -> None:
    switch_on(address, kind="error_500", call="all", times="always")
    switch_on(address, kind="empty_id", call="arende", times=1)
    assert post_case(address).status_code == 200
    assert post_case(address).status_code == 500
    assert received(address)["faults"] == [
        {"call": "all", "kind": "error_500", "times": "always", "seconds": 30.0}
    ]


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"kind": "none"},
        {"kind": "slow", "seconds": "soon"},
        {"kind": "slow", "seconds": 1e9},
        {"kind": "slow", "seconds": "nan"},
        {"kind": "slow", "call": "photo"},
        {"kind": "slow", "times": 0},
        {"kind": "slow", "times": -1},
    ],
    ids=repr,
)
def test_a_fault_that_makes_no_sense_is_refused_with_a_sentence(
    address: str, fault: dict[str, object]
) -> None:
    answer = requests.post(f"{address}/fel", json=fault, timeout=TIMEOUT_S)
    assert answer.status_code == 400
    assert "måste vara" in answer.json()["error"]
    assert received(address)["faults"] == []


def _hiding_the_transport(app: ASGIApp) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def my_receive() -> Message:
            return await receive()

        await app(scope, my_receive, send)

    return wrapped
