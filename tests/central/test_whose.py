"""Every answer says which store gave it; what changes a phone is sealed."""

from __future__ import annotations

import hashlib

import pytest

from sync.central.api.app import create_api
from sync.headers import DIGEST_HEADER, STORE_HEADER, STORED_HEADER
from tests.central.a_store import TUS, AStore, a_change, a_jpeg, sha256_of
from tests.central.asking import Asking


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/api/v1/briefing", 200),
        ("GET", "/api/v1/dreams", 404),
        ("GET", "/api/v1/sync", 405),
        ("POST", "/api/v1/sync", 400),
        ("OPTIONS", "/api/v1/photos", 204),
        ("POST", "/api/v1/photos", 412),
    ],
)
def test_an_answer_of_any_kind_says_whose_it_is(
    store: AStore, method: str, path: str, status: int
) -> None:
    answer = store.a_phone().ask(method, path)
    assert answer.status_code == status
    assert answer.headers[STORE_HEADER] == store.services.store_id


def test_a_no_to_a_stranger_says_it_too(store: AStore) -> None:
    for path in ("/api/v1/briefing", f"/api/v1/photos/{'0' * 64}"):
        answer = store.ask("GET", path)
        assert answer.status_code == 401
        assert answer.headers[STORE_HEADER] == store.services.store_id


def test_an_unchanged_briefing_says_it_without_a_body(store: AStore) -> None:
    phone = store.a_phone()
    etag = phone.ask("GET", "/api/v1/briefing").headers["etag"]
    again = phone.ask("GET", "/api/v1/briefing", headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.headers[STORE_HEADER] == store.services.store_id


def test_an_answer_after_a_fault_of_ours_says_it(store: AStore) -> None:
    app = create_api(store.services)

    @app.get("/api/broken")
    def broken() -> None:
        raise RuntimeError("a fault")

    answer = Asking(app)("GET", "/api/broken")
    assert answer.status_code == 500
    assert answer.headers[STORE_HEADER] == store.services.store_id


def test_other_rooms_of_the_same_house_do_not(store: AStore) -> None:
    assert STORE_HEADER not in store.ask("GET", "/kontor").headers


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_changes_a_phone_carries_the_digest_of_its_plain_body(
    store: AStore, encoding: str
) -> None:
    store.a_phone().sync(*(a_change(text="Lampan är trasig " * 10) for _ in range(5)))
    phone = store.a_phone()
    headers = {"Accept-Encoding": encoding}
    body = b'{"v":1,"changes":[],"cursor":0}'
    synced = phone.ask("POST", "/api/v1/sync", content=body, headers=headers)
    assert ("content-encoding" in synced.headers) == (encoding == "gzip")
    briefed = phone.ask("GET", "/api/v1/briefing", headers=headers)
    for answer in (synced, briefed):
        assert answer.headers[DIGEST_HEADER] == hashlib.sha256(answer.content).hexdigest()


def test_a_photo_is_named_in_the_answer_only_once_it_is_stored(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    begun = phone.create(photo, first=1000)
    assert STORED_HEADER not in begun.headers
    assert STORED_HEADER not in phone.offset(name).headers
    assert phone.append(name, 1000, photo[1000:]).headers[STORED_HEADER] == name
    assert phone.offset(name).headers[STORED_HEADER] == name
    assert phone.create(photo).headers[STORED_HEADER] == name
    assert phone.ask("HEAD", f"/api/v1/photos/{name}", headers=TUS).status_code == 200
