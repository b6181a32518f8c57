"""The page shows what came in, in safety, and its buttons do what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from fastapi import FastAPI

from sync.domain.status import CITY_WORDS
from sync.simulator import SimulatorSettings, create_simulator
from sync.simulator.life import path_of
from tests.simulator.serving import SetClock, served
from tests.simulator.test_contract import TIMEOUT_S, a_case, post_case, received, upload, word

NASTY = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&amp;"


def page(address: str) -> str:
    answer = requests.get(f"{address}/", timeout=TIMEOUT_S)
    assert answer.status_code == 200
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    return answer.text


def press(address: str, path: str, **fields: str) -> requests.Response:
    return requests.post(f"{address}{path}", data=fields, allow_redirects=False, timeout=TIMEOUT_S)


def test_every_field_of_a_case_stands_on_the_page_and_nothing_breaks_out(address: str) -> None:
    temp_id = upload(address, f"{NASTY}.jpg").json()["tempId"]
    keys = [key for key, value in a_case().items() if isinstance(value, str)]
    nasty = {key: NASTY for key in keys if not key.endswith("ing")}
    case_id = post_case(address, **nasty, IssueDocuments=[temp_id]).json()["IssueId"]
    press(address, f"/arende/{case_id}/status", word=NASTY)
    shown = page(address)
    assert "<script" not in shown
    assert "<img src=x" not in shown
    assert shown.count("&lt;script&gt;") >= 6
    assert f"Ärende {case_id}" in shown
    assert "2026-06-23 10:00:00" in shown
    assert "EPSG:4326: 55.605146 N, 13.003365 O" in shown


def test_strange_values_do_not_break_the_page(address: str) -> None:
    strange: list[object] = [None, 7, ["x"], {"a": {"b": 1}}, True, "x" * 50_000]
    for value in strange:
        answer = post_case(
            address,
            IssueRegistrator=value,
            IssueRegisterContactEmail=value,
            IssueRegistratorFeedbackType=value,
        )
        assert answer.status_code == 200
    assert f"Ärenden: {len(strange)}" in page(address)
    assert len(received(address)["cases"]) == len(strange)


@pytest.mark.parametrize(
    ("easting", "northing", "system", "warning"),
    [
        ("13.0033650", "55.6051458", "EPSG:4326", None),
        ("118699.0", "6164713.0", "EPSG:3008", None),
        ("55.6051458", "13.0033650", None, "omkastade"),
        ("6164713.0", "118699.0", None, "Ligger inte i Malmö"),
        ("0", "0", None, "Ligger inte i Malmö"),
        ("18.06", "59.33", None, "Ligger inte i Malmö"),
    ],
)
def test_coordinates_are_interpreted_and_implausible_ones_warned_of(
    address: str, easting: str, northing: str, system: str | None, warning: str | None
) -> None:
    post_case(address, IssueEasting=easting, IssueNorthing=northing)
    place = received(address)["cases"][0]["place"]
    assert place["system"] == system
    assert warning is None or warning in place["warning"]
    assert ("Varning" in page(address)) == (warning is not None)
    if system is not None:
        assert place["lat_deg"] == pytest.approx(55.6051458, abs=1e-5)
        assert place["lon_deg"] == pytest.approx(13.0033650, abs=1e-5)


def test_the_buttons_move_one_case_or_all(address: str) -> None:
    first, second = (post_case(address).json()["IssueId"] for _ in range(2))
    answer = press(address, f"/arende/{first}/stega")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/#arende-{first}")
    assert (word(address, first), word(address, second)) == ("Registrerat", "Ej Registrerat")
    press(address, "/stega")
    assert (word(address, first), word(address, second)) == ("Pågående", "Registrerat")
    for _ in range(9):
        press(address, "/stega")
    assert word(address, first) == "Avslutat"


def test_a_word_set_by_hand_stays_until_the_case_is_moved_on(address: str, clock: SetClock) -> None:
    case_id = post_case(address).json()["IssueId"]
    press(address, f"/arende/{case_id}/status", word="Utreds vidare")
    clock.forward(3600)
    assert word(address, case_id) == "Utreds vidare"
    assert "badge unknown" in page(address)
    press(address, f"/arende/{case_id}/status", word="Pågående")
    press(address, f"/arende/{case_id}/stega")
    assert word(address, case_id) == "Åtgärdat"


def test_emptying_needs_the_tick_and_never_gives_a_number_twice(address: str) -> None:
    temp_id = upload(address).json()["tempId"]
    case_id = post_case(address).json()["IssueId"]
    assert press(address, "/tom").status_code == 400
    assert len(received(address)["cases"]) == 1
    assert press(address, "/tom", sure="ja").status_code == 303
    assert received(address) == {"cases": [], "orphans": [], "faults": []}
    assert requests.get(f"{address}/foto/{temp_id}", timeout=TIMEOUT_S).status_code == 404
    assert upload(address).json()["tempId"] == temp_id + 1
    assert post_case(address).json()["IssueId"] == case_id + 1


def test_what_is_no_picture_is_never_shown_as_a_page(address: str) -> None:
    temp_id = upload(address, "x.jpg", b"<html><script>alert(1)</script>").json()["tempId"]
    answer = requests.get(f"{address}/foto/{temp_id}", timeout=TIMEOUT_S)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/arende/x/stega", "/arende/1/status", "/fel", "/tom"])
@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"word=%ff%fe", b"{", b"a" * 100_000])
@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "x"],
)
def test_bad_input_to_a_button_is_answered_with_a_sentence(
    shared_address: str, path: str, body: bytes, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    answer = requests.post(f"{shared_address}{path}", data=body, headers=headers, timeout=TIMEOUT_S)
    assert answer.status_code in (400, 404)
    assert requests.get(f"{shared_address}/", timeout=TIMEOUT_S).status_code == 200


@pytest.fixture(scope="module")
def shared_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("shared")
    with served(create_simulator(folder, SimulatorSettings(), SetClock())) as address:
        yield address


def test_links_and_redirects_keep_the_path_it_is_mounted_under(tmp_path: Path) -> None:
    outer = FastAPI()
    outer.mount("/simulator", create_simulator(tmp_path, SimulatorSettings(), SetClock()))
    with served(outer) as host:
        address = f"{host}/simulator"
        temp_id = upload(address).json()["tempId"]
        case_id = post_case(address, IssueDocuments=[temp_id]).json()["IssueId"]
        assert word(address, case_id) == "Ej Registrerat"
        shown = page(address)
        assert 'href="/simulator/stil.css"' in shown
        assert f'src="/simulator/foto/{temp_id}"' in shown
        assert f'action="/simulator/arende/{case_id}/stega"' in shown
        assert 'action="/fel"' not in shown
        [case] = received(address)["cases"]
        assert requests.get(f"{host}{case['photos'][0]['url']}", timeout=TIMEOUT_S).ok
        assert press(address, "/stega").headers["location"] == "/simulator/"


def test_the_paths_use_exactly_the_words_of_the_city() -> None:
    used = {one for case_id in range(599467, 599477) for one in path_of(case_id)}
    assert used == set(CITY_WORDS)
