"""The three calls, over real HTTP, against the table of the city's service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.simulator.serving import SetClock

PHOTOS = Path(__file__).parents[1] / "data" / "photos"
JPEG = b"\xff\xd8\xff\xe0 a tiny one"
TIMEOUT_S = 10
REFUSAL = {"error": "Please Upload image of type .jpg, .jpeg, .png, .gif, .bmp"}
SERVICE_ERROR = {"Message": "An error has occurred."}


def upload(
    address: str, name: str = "a.jpg", content: bytes = JPEG, field: str = "file"
) -> requests.Response:
    files = {field: (name, content)}
    return requests.post(f"{address}/upload", files=files, timeout=TIMEOUT_S)


def a_case(**changed: object) -> dict[str, object]:
    return {
        "IssueRegistrator": "Kirseberg Samverkan",
        "IssueDescription": "Belysning\n\nRef. Rundan 7KQ2-M4",
        "IssueEasting": "13.0033650",
        "IssueNorthing": "55.6051458",
        "IssueDocuments": [],
        "IssueRegisterContactEmail": "",
        "IssueRegisterContactPhone": "",
    } | changed


def post_case(address: str, **changed: object) -> requests.Response:
    return requests.post(f"{address}/arende", json=a_case(**changed), timeout=TIMEOUT_S)


def word(address: str, case_id: object) -> str:
    answer = requests.get(f"{address}/arende/{case_id}", timeout=TIMEOUT_S)
    return str(answer.json()["IssueStatus"])


def received(address: str) -> dict[str, list[dict[str, object]]]:
    answer = requests.get(f"{address}/mottaget.json", timeout=TIMEOUT_S)
    assert answer.status_code == 200
    return dict(answer.json())


@pytest.mark.parametrize("field", ["file", "UploadedImage"])
def test_a_photo_under_either_field_name_gets_a_temp_id(address: str, field: str) -> None:
    content = (PHOTOS / "portrait_8.jpg").read_bytes()
    answer = upload(address, "portrait.JPG", content, field)
    assert answer.status_code == 200
    assert list(answer.json()) == ["tempId"]
    [photo] = received(address)["orphans"]
    assert photo["tempId"] == answer.json()["tempId"]
    assert photo["field"] == field
    assert photo["content_type"] == "image/jpeg"
    assert photo["has_exif"] is True
    stored = requests.get(f"{address}{photo['url']}", timeout=TIMEOUT_S)
    assert stored.content == content
    assert stored.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.png", "a.gif", "a.bmp", "C:\\x\\a.Jpg"])
def test_the_extension_of_the_name_decides_what_is_taken(address: str, name: str) -> None:
    assert upload(address, name, b"whatever").status_code == 200


@pytest.mark.parametrize("name", ["a.heic", "a.webp", "a.jpg.exe", "jpg", ".jpg", "a.tiff"])
def test_other_file_types_are_refused_in_the_service_s_own_words(address: str, name: str) -> None:
    answer = upload(address, name)
    assert (answer.status_code, answer.json()) == (400, REFUSAL)
    assert received(address)["orphans"] == []


def test_an_upload_that_is_not_one_file_is_refused(address: str) -> None:
    one = ("a.jpg", JPEG)
    wrong = [
        {"files": {"photo": one}},
        {"files": [("file", one), ("file", one)]},
        {"files": [("file", one), ("UploadedImage", one)]},
        {"data": {"file": "text"}},
        {"data": b"\xff\xd8\xff"},
        {"data": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}},
    ]
    for request in wrong:
        answer = requests.post(f"{address}/upload", timeout=TIMEOUT_S, **request)
        assert answer.status_code == 400
        assert "error" in answer.json()
    assert received(address)["orphans"] == []


def test_a_case_gets_the_next_number_and_keeps_what_was_sent(address: str) -> None:
    temp_ids = [upload(address).json()["tempId"], upload(address).json()["tempId"]]
    first = post_case(address, IssueDocuments=temp_ids[::-1], Unknown="kept").json()["IssueId"]
    second = post_case(address).json()["IssueId"]
    assert (first, second) == (599467, 599468)
    newest, oldest = received(address)["cases"]
    assert newest["IssueId"] == second
    assert oldest["sent"] == a_case(IssueDocuments=temp_ids[::-1], Unknown="kept")
    assert [photo["tempId"] for photo in oldest["photos"]] == temp_ids[::-1]
    assert received(address)["orphans"] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"IssueDescription": ""},
        {"IssueDescription": "  \n"},
        {"IssueDescription": None},
        {"IssueDescription": 7},
        {"IssueDescription": "half a pair \ud800"},
        {"IssueEasting": None},
        {"IssueEasting": ""},
        {"IssueNorthing": "norr"},
        {"IssueNorthing": "nan"},
        {"IssueNorthing": True},
        {"IssueDocuments": [1]},
        {"IssueDocuments": [-1]},
        {"IssueDocuments": [10**40]},
        {"IssueDocuments": ["x"]},
        {"IssueDocuments": "12345"},
        {"IssueDocuments": {"a": 1}},
    ],
    ids=repr,
)
def test_a_case_that_is_not_right_is_answered_with_the_one_error(
    address: str, changed: dict[str, object]
) -> None:
    answer = post_case(address, **changed)
    assert (answer.status_code, answer.json()) == (500, SERVICE_ERROR)
    assert received(address)["cases"] == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"a":NaN}', b" " * 1_100_000]
)
def test_a_body_that_is_no_json_object_is_answered_with_the_one_error(
    address: str, body: bytes
) -> None:
    answer = requests.post(f"{address}/arende", data=body, timeout=TIMEOUT_S)
    assert (answer.status_code, answer.json()) == (500, SERVICE_ERROR)


@pytest.mark.parametrize("case_id", ["1", "x", "-1", "9" * 400, "%00", "٣", "599467.0"])
def test_an_unknown_case_is_answered_in_plain_text(address: str, case_id: str) -> None:
    answer = requests.get(f"{address}/arende/{case_id}", timeout=TIMEOUT_S)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == "ID does not exist."


def test_the_key_is_asked_for_only_when_one_is_set(start: Callable[..., str]) -> None:
    address = start(api_key="hemlig")
    assert upload(address).status_code == 401
    for key, code in (("hemlig", 200), ("fel", 401)):
        headers = {"ApiKey": key}
        answers = [
            requests.post(
                f"{address}/upload",
                files={"file": ("a.jpg", JPEG)},
                headers=headers,
                timeout=TIMEOUT_S,
            ),
            requests.post(f"{address}/arende", json=a_case(), headers=headers, timeout=TIMEOUT_S),
            requests.get(f"{address}/arende/1", headers=headers, timeout=TIMEOUT_S),
        ]
        assert [answer.status_code for answer in answers] == [code] * 3


def test_the_status_word_moves_with_time_through_the_city_s_own_words(
    start: Callable[..., str], clock: SetClock
) -> None:
    address = start(advance_s=20)
    ids = [post_case(address).json()["IssueId"] for _ in range(4)]
    seen: dict[int, list[str]] = {case_id: [] for case_id in ids}
    for _ in range(7):
        for case_id in ids:
            seen[case_id].append(word(address, case_id))
        clock.forward(20)
    usual = ["Ej Registrerat", "Registrerat", "Pågående", "Åtgärdat", "Avslutat"]
    assert seen[599467] == usual + ["Avslutat"] * 2
    assert seen[599470] == [*usual[:3], "Vidarebefordrat", *usual[3:], "Avslutat"]


def test_what_was_received_outlives_a_restart(start: Callable[..., str]) -> None:
    first = start()
    case_id = post_case(first, IssueDocuments=[upload(first).json()["tempId"]]).json()["IssueId"]
    again = start()
    [case] = received(again)["cases"]
    assert case["IssueId"] == case_id
    assert requests.get(f"{again}{case['photos'][0]['url']}", timeout=TIMEOUT_S).content == JPEG
    assert post_case(again).json()["IssueId"] == case_id + 1
