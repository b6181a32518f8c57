from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from sync.central.api.sync import MAX_BODY_BYTES
from sync.central.engine import reading
from sync.central.tables import device
from sync.wire import SyncRequest, answer_from_bytes, change_to_json, request_to_bytes
from tests.central.a_store import (
    KIRSEBERG,
    ROSENGARD,
    AStore,
    Phone,
    a_change,
    code_of,
    zipped_zeros,
)


def post(phone: Phone, content: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return phone.ask("POST", "/api/v1/sync", content=content, headers=named)


def test_one_request_hands_in_and_fetches(store: AStore) -> None:
    sam, anna = store.a_phone(), store.a_phone()
    hers, his = a_change(), a_change()
    anna.sync(hers)
    answer = sam.sync(his)
    assert answer.accepted == (his.change_id,)
    assert answer.changes == (hers,)
    assert (answer.store_id, answer.more) == (store.services.store_id, False)
    assert answer.now == "2026-11-20T09:00:00.000Z"
    assert anna.sync(cursor=1).changes == (his,)


def test_a_request_whose_answer_was_lost_can_be_sent_again(store: AStore) -> None:
    sam, anna = store.a_phone(), store.a_phone()
    changes = [a_change() for _ in range(3)]
    first = sam.sync(*changes)
    store.restart()
    sam = store.phone({"device_id": sam.device_id, "token": sam.token})
    assert sam.sync(*changes) == first
    anna = store.phone({"device_id": anna.device_id, "token": anna.token})
    assert anna.sync().changes == tuple(changes)


def test_a_phone_hears_nothing_of_areas_that_are_not_its_own(store: AStore) -> None:
    store.a_phone(ROSENGARD).sync(a_change(area=ROSENGARD))
    phone = store.a_phone(KIRSEBERG)
    assert phone.sync().changes == ()
    refused = phone.sync(a_change(area=ROSENGARD)).refused
    assert [refusal.code for refusal in refused] == ["not_your_area"]


def test_a_refused_change_holds_up_none_behind_it(store: AStore) -> None:
    good = a_change()
    bad = {**change_to_json(a_change()), "fields": {"category": "drakar"}}
    body = {"v": 1, "changes": [bad, {"nonsense": True}, change_to_json(good)]}
    answer = answer_from_bytes(post(store.a_phone(), json.dumps(body).encode()).content)
    assert answer.accepted == (good.change_id,)
    assert [refusal.code for refusal in answer.refused] == ["unreadable", "bad_value"]


def test_bodies_are_compressed_both_ways(store: AStore) -> None:
    sam, anna = store.a_phone(), store.a_phone()
    changes = tuple(a_change(text="lampan är trasig " * 20) for _ in range(30))
    plain = request_to_bytes(SyncRequest(changes=changes, cursor=0))
    sent = post(sam, gzip.compress(plain), content_encoding="gzip")
    assert len(answer_from_bytes(sent.content).accepted) == 30
    empty = request_to_bytes(SyncRequest(changes=(), cursor=0))
    fetched = post(anna, empty, accept_encoding="gzip")
    assert fetched.headers["content-encoding"] == "gzip"
    assert int(fetched.headers["content-length"]) < len(plain) / 4
    assert answer_from_bytes(fetched.content).changes == changes
    assert "content-encoding" not in post(anna, empty, accept_encoding="identity").headers


def test_a_sync_with_nothing_new_is_small_and_writes_nothing(store: AStore) -> None:
    phone = store.a_phone()
    phone.sync()
    database = store.folder / "rundan.sqlite-wal"
    before = database.stat()
    answer = post(phone, b'{"v":1,"changes":[],"cursor":0}')
    assert len(answer.content) < 1024
    after = database.stat()
    assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_request"),
        (b"<html>Log in to the Wi-Fi</html>", 400, "bad_request"),
        (b"\xff\xfe\x00", 400, "bad_request"),
        (b"[]", 400, "bad_request"),
        (b"[" * 100_000, 400, "bad_request"),
        (b'{"v":0,"changes":[]}', 400, "wrong_version"),
        (b'{"v":99,"changes":[]}', 400, "wrong_version"),
        (b'{"v":true,"changes":[]}', 400, "wrong_version"),
        (b"{}", 400, "wrong_version"),
        (b'{"v":1,"changes":{}}', 400, "bad_request"),
        (b'{"v":1,"changes":[1]}', 400, "bad_request"),
        (b'{"v":1,"cursor":-1}', 400, "bad_request"),
        (b'{"v":1,"cursor":"0"}', 400, "bad_request"),
        (b'{"v":1,"cursor":' + b"9" * 5000 + b"}", 400, "bad_request"),
        (json.dumps({"v": 1, "changes": [{}] * 501}).encode(), 413, "too_large"),
        (b'{"v":1,"changes":[]' + b" " * MAX_BODY_BYTES + b"}", 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_what_it_lacks(
    store: AStore, body: bytes, status: int, code: str
) -> None:
    answer = post(store.a_phone(), body)
    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (zipped_zeros(50_000_000), "gzip", 413),
        (gzip.compress(zipped_zeros(100)), "gzip", 400),
        (b"not gzip", "gzip", 400),
        (gzip.compress(b'{"v":1}')[:-4], "gzip", 400),
        (gzip.compress(b'{"v":1}') + b"more", "gzip", 400),
        (b'{"v":1}', "br", 415),
    ],
    ids=["bomb", "twice", "plain", "cut", "followed", "brotli"],
)
def test_a_compressed_body_never_grows_beyond_what_was_agreed(
    store: AStore, body: bytes, encoding: str, status: int
) -> None:
    answer = post(store.a_phone(), body, content_encoding=encoding)
    assert answer.status_code == status, answer.text
    code_of(answer)


@pytest.mark.parametrize(
    "fields",
    [
        {"category": {}},
        {"place": {"lat_deg": 1e999, "lon_deg": 0, "source": "pin"}},
        {"later": [[[[[]]]]] * 3},
        {"text": "\ud800"},
        {"text": "\x00"},
        {"width_px": True},
    ],
)
def test_strange_values_never_make_the_store_fail(store: AStore, fields: dict[str, Any]) -> None:
    raw = {**change_to_json(a_change()), "fields": fields}
    answer = post(store.a_phone(), json.dumps({"v": 1, "changes": [raw]}).encode())
    assert answer.status_code == 200, answer.text
    answer_from_bytes(answer.content)


def test_deep_nesting_is_refused_and_not_fatal(store: AStore) -> None:
    raw = {**change_to_json(a_change()), "fields": "DEEP"}
    body = json.dumps({"v": 1, "changes": [raw]}).encode()
    for depth in (100, 500, 900, 950, 990, 2000):
        nested = b'{"later":' + b"[" * depth + b"]" * depth + b"}"
        assert post(store.a_phone(), body.replace(b'"DEEP"', nested)).status_code in (200, 400)


def test_when_a_phone_was_last_seen_is_written_at_most_once_a_minute(store: AStore) -> None:
    phone = store.a_phone()

    def seen() -> str | None:
        with reading(store.services.engine) as connection:
            return connection.execute(select(device.c.last_seen_at)).scalar()

    phone.sync()
    first = seen()
    store.clock.forward(seconds=30)
    phone.sync(a_change())
    assert seen() == first
    store.clock.forward(seconds=30)
    phone.sync()
    assert seen() != first


def test_who_asks_for_nothing_new_is_told_what_became_of_its_own_and_that_there_is_more(
    store: AStore,
) -> None:
    sam, anna = store.a_phone(), store.a_phone()
    sam.sync(a_change(device=sam.device_id))
    change = a_change(device=anna.device_id)
    asked = SyncRequest(changes=(change,), cursor=0, fill="", fetch=False)
    answer = answer_from_bytes(
        anna.ask("POST", "/api/v1/sync", content=request_to_bytes(asked)).content
    )
    assert answer.accepted == (change.change_id,)
    assert (answer.changes, answer.cursor, answer.more, answer.fill) == ((), 0, True, "")
    everything = anna.sync(cursor=0)
    assert len(everything.changes) == 1, "and it gets it when it asks"
