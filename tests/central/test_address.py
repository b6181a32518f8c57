from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import pytest

from sync.central.api.app import create_api
from sync.central.api.services import open_services
from sync.central.areas import Area, KnownPlace, put_area
from sync.central.geocoder import Geocoder, Pace
from sync.domain.geo import GeoPoint
from tests.central.a_store import KIRSEBERG, AStore, Phone, a_phone_of_its_own, code_of
from tests.central.asking import Asking
from tests.central.fake_nominatim import FakeNominatim, a_nominatim

CHURCH = KnownPlace(name="Kirsebergs kyrka", point=GeoPoint(lat_deg=55.60899, lon_deg=13.04144))
TORG = KnownPlace(name="Kirsebergs torg", point=GeoPoint(lat_deg=55.6110, lon_deg=13.0320))
OUTLINE = {"type": "Polygon", "coordinates": [[[13.0, 55.6], [13.1, 55.6], [13.1, 55.7]]]}


@dataclass
class Time:
    """A clock that moves when somebody sleeps."""

    at: float = 1000.0
    slept: list[float] = dataclass_field(default_factory=list)

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


@pytest.fixture
def nominatim() -> Iterator[FakeNominatim]:
    with a_nominatim() as fake:
        yield fake


def a_phone(store: AStore, geocoder: Geocoder | None) -> Phone:
    """A phone of a store with two known places."""
    store.services = open_services(
        engine=store.services.engine,
        data_folder=store.folder,
        version="0.1.0",
        now=store.clock,
        random=os.urandom,
        geocoder=geocoder,
    )
    store.ask = Asking(create_api(store.services))
    with store.services.engine.begin() as connection:
        area = Area(code=KIRSEBERG, name="Kirseberg", outline=OUTLINE, places=(CHURCH, TORG))
        put_area(connection, area)
    made = a_phone_of_its_own()
    store.enrol(store.code(KIRSEBERG), made)
    return store.phone(made)


def address(phone: Phone, lat_deg: float = 55.6090, lon_deg: float = 13.0414) -> dict[str, object]:
    answer = phone.ask("GET", f"/api/v1/address?lat_deg={lat_deg}&lon_deg={lon_deg}")
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


def test_without_a_geocoder_the_nearest_known_place_is_told(store: AStore) -> None:
    phone = a_phone(store, None)
    assert address(phone) == {
        "address": None,
        "nearest": {"name": "Kirsebergs kyrka", "distance_m": 3},
    }
    assert phone.ask("GET", "/api/v1/briefing").json()["has_address_lookup"] is False


def test_the_street_address_comes_from_the_geocoder(
    store: AStore, nominatim: FakeNominatim
) -> None:
    phone = a_phone(store, Geocoder(nominatim.url, "rundan kirseberg"))
    assert address(phone)["address"] == "Vattenverksvägen 25"
    asked = nominatim.asked[0]
    assert (asked["lat"], asked["lon"], asked["agent"]) == ("55.609", "13.0414", "rundan kirseberg")
    assert asked["accept-language"] == "sv"
    assert phone.ask("GET", "/api/v1/briefing").json()["has_address_lookup"] is True


def test_the_same_ten_metres_are_asked_about_once_and_remembered_over_a_restart(
    store: AStore, nominatim: FakeNominatim
) -> None:
    phone = a_phone(store, Geocoder(nominatim.url, "rundan"))
    address(phone, 55.60901, 13.04142)
    address(phone, 55.60899, 13.04138)
    phone = a_phone(store, Geocoder(nominatim.url, "rundan"))
    assert address(phone, 55.60902, 13.04141)["address"] == "Vattenverksvägen 25"
    assert len(nominatim.asked) == 1
    store.clock.forward(days=366)
    address(phone, 55.60902, 13.04141)
    assert len(nominatim.asked) == 2


def test_at_most_one_question_a_second_goes_out_over_all_phones(
    store: AStore, nominatim: FakeNominatim
) -> None:
    time = Time()
    pace = Pace(monotonic=time.monotonic, sleep=time.sleep)
    phone = a_phone(store, Geocoder(nominatim.url, "rundan", pace=pace))
    for step in range(3):
        address(phone, 55.61 + step / 1000)
    assert time.slept == [1.0, 1.0]


def test_the_pace_holds_when_phones_ask_at_the_same_time(nominatim: FakeNominatim) -> None:
    time = Time()
    pace = Pace(every_s=0.3, monotonic=time.monotonic, sleep=time.sleep)
    geocoder = Geocoder(nominatim.url, "rundan", pace=pace)
    threads = [
        threading.Thread(
            target=geocoder.street_address, args=(GeoPoint(lat_deg=55.6 + n, lon_deg=13.0),)
        )
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(nominatim.times) == 3
    assert time.slept == pytest.approx([0.3, 0.3])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>not json</html>"),
        (200, b'"text"'),
        (200, b'{"lat": "x", "lon": "13", "display_name": "y"}'),
        (429, b"slow down"),
        (403, b"no"),
        (500, b""),
    ],
)
def test_a_geocoder_in_trouble_is_quiet_for_the_phone_and_left_in_peace(
    store: AStore, nominatim: FakeNominatim, status: int, body: bytes
) -> None:
    time = Time()
    pace = Pace(monotonic=time.monotonic, sleep=time.sleep)
    phone = a_phone(store, Geocoder(nominatim.url, "rundan", pace=pace))
    nominatim.status, nominatim.body = status, body
    first = address(phone)
    assert first["address"] is None and first["nearest"] is not None
    address(phone, 55.62)
    assert (len(nominatim.asked), time.slept) == (1, [])
    nominatim.status, nominatim.body = 200, None
    time.at += 61
    assert address(phone)["address"] == "Vattenverksvägen 25"


def test_a_geocoder_that_is_silent_or_gone_costs_little_time(
    store: AStore, nominatim: FakeNominatim
) -> None:
    nominatim.delay_s = 2.0
    phone = a_phone(store, Geocoder(nominatim.url, "rundan", timeout_s=0.2))
    assert address(phone)["address"] is None
    gone = a_phone(store, Geocoder("http://127.0.0.1:9", "rundan", timeout_s=0.2))
    assert address(gone)["address"] is None


def test_a_place_without_a_street_is_remembered_too(
    store: AStore, nominatim: FakeNominatim
) -> None:
    nominatim.address = {"park": "Beijers park", "city": "Malmö"}
    phone = a_phone(store, Geocoder(nominatim.url, "rundan"))
    assert [address(phone)["address"], address(phone)["address"]] == [None, None]
    nominatim.body = b'{"error": "Unable to geocode"}'
    assert address(phone, 55.62)["address"] is None
    assert address(phone, 55.62)["address"] is None
    assert len(nominatim.asked) == 2


@pytest.mark.parametrize(
    "query", ["", "?lat_deg=55.6", "?lat_deg=91&lon_deg=13", "?lat_deg=nan&lon_deg=1"]
)
def test_a_point_that_is_none_is_refused(store: AStore, query: str) -> None:
    answer = a_phone(store, None).ask("GET", f"/api/v1/address{query}")
    assert (answer.status_code, code_of(answer)) == (422, "bad_value")


def test_nobody_without_a_token_is_told_an_address(store: AStore) -> None:
    answer = store.ask("GET", "/api/v1/address?lat_deg=55.6&lon_deg=13")
    assert code_of(answer) == "unknown_token"
