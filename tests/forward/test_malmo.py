"""Malmö's connector against the simulator: what arrives, and what every fault is called."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from sync.domain.geo import GeoPoint
from sync.domain.status import CITY_WORDS
from sync.forward.connector import (
    CannotSend,
    CaseRef,
    CityStatus,
    Connector,
    ForwardError,
    NoStatus,
    NotSent,
    Unauthorized,
    Uncertain,
    UnknownCase,
)
from sync.forward.malmo import Feedback, MalmoSettings, PhotoField
from sync.forward.malmo_coordinates import CoordinateSystem
from sync.simulator import SimulatorSettings, create_simulator
from tests.forward.malmo_reports import (
    TIMEOUT_S,
    a_connector,
    a_photo,
    a_report,
    received,
    switch_on,
)
from tests.simulator.serving import SetClock, answering, free_port, raw_answer, served

JSON_OK = "200 OK"
PORTAL = raw_answer(JSON_OK, "<html>Logga in på nätet</html>", "text/html")
PHOTO_TAKEN = raw_answer(JSON_OK, '{"tempId": 12345}')


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., str]]:
    with ExitStack() as stack:

        def started(**settings: Any) -> str:
            chosen = SimulatorSettings(**settings)
            return stack.enter_context(
                served(create_simulator(tmp_path / "sim", chosen, SetClock()))
            )

        yield started


@pytest.fixture
def city(start: Callable[..., str]) -> str:
    return start()


@pytest.mark.parametrize("photo_field", PhotoField)
@pytest.mark.parametrize("system", CoordinateSystem)
def test_a_report_arrives_whole(
    city: str, photo_field: PhotoField, system: CoordinateSystem
) -> None:
    connector: Connector = a_connector(
        city, photo_field=photo_field, coordinate_system=system, feedback=Feedback.EMAIL
    )
    photos = (a_photo("foto-1.jpg"), a_photo("foto-2.jpg", b"\xff\xd8\xff the second"))
    report = a_report(photos=photos, contact_email="samverkan@example.org")
    case_ref = connector.send(report)
    [case] = received(city)["cases"]
    assert case_ref == str(case["IssueId"])
    assert case["sent"] == {
        "IssueRegistrator": "Kirseberg Samverkan",
        "IssueDescription": report.text,
        "IssueEasting": "13.0033650" if system is CoordinateSystem.WGS84 else "118699.0",
        "IssueNorthing": "55.6051458" if system is CoordinateSystem.WGS84 else "6164713.0",
        "IssueDocuments": [12345, 12346],
        "IssueRegisterContactEmail": "samverkan@example.org",
        "IssueRegisterContactPhone": "",
        "IssueRegistratorFeedbackType": 2,
    }
    assert [photo["name"] for photo in case["photos"]] == ["foto-1.jpg", "foto-2.jpg"]
    assert {photo["field"] for photo in case["photos"]} == {photo_field.value}
    stored = [
        requests.get(city + photo["url"], timeout=TIMEOUT_S).content for photo in case["photos"]
    ]
    assert stored == [photo.jpeg for photo in photos]
    assert connector.status(case_ref) == CityStatus(word="Ej Registrerat", known=True, final=False)


def test_follow_up_is_not_asked_for_without_the_address_it_needs(city: str) -> None:
    a_connector(city, feedback=Feedback.SMS).send(a_report(contact_email="a@example.org"))
    assert "IssueRegistratorFeedbackType" not in received(city)["cases"][0]["sent"]


def test_the_key_goes_with_every_call_and_a_wrong_one_is_unauthorized(
    start: Callable[..., str],
) -> None:
    city = start(api_key="hemlig")
    right = a_connector(city, api_key="hemlig")
    case_ref = right.send(a_report(photos=(a_photo(),)))
    assert right.status(case_ref).known
    for key in (None, "fel"):
        wrong = a_connector(city, api_key=key)
        for photos in ((), (a_photo(),)):
            with pytest.raises(Unauthorized):
                wrong.send(a_report(photos=photos))
        with pytest.raises(Unauthorized):
            wrong.status(case_ref)
    assert len(received(city)["cases"]) == 1
    assert "hemlig" not in repr(MalmoSettings(base_url=city, api_key="hemlig"))


def test_a_lost_answer_is_uncertain_and_there_is_exactly_one_case(city: str) -> None:
    switch_on(city, kind="lose_answer", call="arende", times=1)
    with pytest.raises(Uncertain):
        a_connector(city).send(a_report(photos=(a_photo(),)))
    [case] = received(city)["cases"]
    assert "7KQ2-M4" in case["sent"]["IssueDescription"]


def test_an_answer_that_is_too_slow_is_uncertain(city: str) -> None:
    switch_on(city, kind="slow", call="arende", times=1, seconds=20)
    with pytest.raises(Uncertain):
        a_connector(city, read_timeout_s=0.5).send(a_report())
    assert len(received(city)["cases"]) == 1


@pytest.mark.parametrize("kind", ["error_500", "empty_id"])
@pytest.mark.parametrize("call", ["upload", "arende"])
def test_a_failure_the_service_owns_up_to_is_not_sent_and_the_next_try_goes_through(
    city: str, kind: str, call: str
) -> None:
    switch_on(city, kind=kind, call=call, times=1)
    connector, report = a_connector(city), a_report(photos=(a_photo(),))
    with pytest.raises(NotSent):
        connector.send(report)
    assert received(city)["cases"] == []
    connector.send(report)
    assert len(received(city)["cases"]) == 1


@pytest.mark.parametrize("kind", ["lose_answer", "slow", "error_500", "empty_id"])
def test_a_photo_that_fails_keeps_the_case_from_being_sent(city: str, kind: str) -> None:
    switch_on(city, kind=kind, call="upload", times="always", seconds=20)
    with pytest.raises(NotSent):
        a_connector(city, read_timeout_s=0.5).send(a_report(photos=(a_photo(), a_photo())))
    assert received(city)["cases"] == []
    assert len(received(city)["orphans"]) <= 1


@pytest.mark.parametrize("photos", [(), (a_photo(),)])
def test_a_refused_port_is_not_sent(photos: tuple[Any, ...]) -> None:
    connector = a_connector(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NotSent):
        connector.send(a_report(photos=photos))
    with pytest.raises(NoStatus):
        connector.status(CaseRef("599467"))


def test_a_host_that_does_not_exist_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(NotSent):
        a_connector("http://rundan.invalid").send(a_report())


@pytest.mark.parametrize(
    ("upload", "arende", "error"),
    [
        (PORTAL, b"", NotSent),
        (raw_answer("302 Found", ""), b"", NotSent),
        (raw_answer("413 Too Large", ""), b"", CannotSend),
        (raw_answer("400 Bad Request", '{"error": "Please Upload"}'), b"", CannotSend),
        (b"", b"", NotSent),
        (PHOTO_TAKEN, b"", Uncertain),
        (PHOTO_TAKEN, PORTAL, Uncertain),
        (PHOTO_TAKEN, b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"Issue', Uncertain),
        (PHOTO_TAKEN, b"not HTTP at all\r\n\r\n", Uncertain),
        (PHOTO_TAKEN, raw_answer(JSON_OK, "x" * 200_000), Uncertain),
    ],
)
def test_an_answer_that_is_not_the_service_s(
    upload: bytes, arende: bytes, error: type[ForwardError]
) -> None:
    answers = {"/upload": upload, "/arende": arende}
    with answering(answers) as address, pytest.raises(error):
        a_connector(address).send(a_report(photos=(a_photo(),)))


@pytest.mark.parametrize(
    "changed",
    [
        {"text": " \n"},
        {"text": "x" * 4001},
        {"text": "Belysning, men utan vår beteckning"},
        {"place": GeoPoint(lat_deg=55.7, lon_deg=13.0)},
        {"place": GeoPoint(lat_deg=13.0, lon_deg=55.6)},
        {"photos": (a_photo("foto.heic"),)},
        {"photos": (a_photo(jpeg=b""),)},
        {"photos": (a_photo(), a_photo(jpeg=b"<html>"))},
    ],
    ids=lambda changed: ",".join(changed),
)
def test_what_can_never_be_accepted_is_stopped_before_anything_is_sent(
    city: str, changed: dict[str, Any]
) -> None:
    connector = a_connector(city)
    with pytest.raises(CannotSend):
        connector.check(a_report(**changed))
    with pytest.raises(CannotSend):
        connector.send(a_report(**changed))
    assert received(city) == {"cases": [], "orphans": [], "faults": []}


@pytest.mark.parametrize("word", [*CITY_WORDS, "Utreds vidare"])
def test_every_status_word_comes_back_with_what_it_means(city: str, word: str) -> None:
    connector = a_connector(city)
    case_ref = connector.send(a_report())
    requests.post(f"{city}/arende/{case_ref}/status", data={"word": word}, timeout=TIMEOUT_S)
    status = connector.status(case_ref)
    final = word in ("Åtgärdat", "Avslutat")
    assert status == CityStatus(word=word, known=word in CITY_WORDS, final=final)


@pytest.mark.parametrize("case_ref", ["1", "../mottaget.json", "x y", "599467?"])
def test_a_case_the_service_does_not_know_is_said_so(city: str, case_ref: str) -> None:
    with pytest.raises((UnknownCase, NoStatus)):
        a_connector(city).status(CaseRef(case_ref))


@pytest.mark.parametrize("kind", ["lose_answer", "slow", "error_500", "empty_id"])
def test_no_status_is_learned_from_a_fault(city: str, kind: str) -> None:
    connector = a_connector(city, read_timeout_s=0.5)
    case_ref = connector.send(a_report())
    switch_on(city, kind=kind, call="status", times=1, seconds=20)
    with pytest.raises(NoStatus):
        connector.status(case_ref)
    assert connector.status(case_ref).word == "Ej Registrerat"


@pytest.mark.parametrize(
    "settings",
    [
        {"base_url": "felanmalan.example"},
        {"base_url": "ftp://felanmalan.example"},
        {"base_url": "https://a:b@felanmalan.example"},
        {"base_url": "https://felanmalan.example", "api_key": "rad\nbryt"},
        {"base_url": "https://felanmalan.example", "read_timeout_s": 0},
    ],
    ids=repr,
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        MalmoSettings(**settings)
