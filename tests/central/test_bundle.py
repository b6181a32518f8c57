"""Several photos in one request, at the store."""

from __future__ import annotations

import threading

import httpx
import pytest
from sqlalchemy import func, select

from sync.central.devices import revoke_device
from sync.central.engine import reading
from sync.central.tables import stored_photo
from sync.headers import DIGEST_HEADER, digest_of
from sync.photo_bundle import BUNDLE_HEADER, MAX_BUNDLE_BYTES, bundle_to_bytes
from tests.central.a_store import (
    ROSENGARD,
    AStore,
    Phone,
    a_bundled,
    a_jpeg,
    code_of,
    sha256_of,
)

BUNDLE = "/api/v1/photos/bundle"


def stored(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    assert answer.headers[DIGEST_HEADER] == digest_of(answer.content)
    return set(answer.json()["stored"])


def names(*photos: bytes) -> set[str]:
    return {sha256_of(photo) for photo in photos}


def nothing_in_pieces(store: AStore) -> bool:
    return not any((store.folder / "uploads").iterdir())


def test_a_tus_answer_says_that_the_store_takes_bundles(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    assert phone.create(photo, first=10).headers[BUNDLE_HEADER] == str(MAX_BUNDLE_BYTES)


def test_photos_of_a_bundle_are_stored_when_they_are_acknowledged(store: AStore) -> None:
    phone, photos = store.a_phone(), [a_jpeg() for _ in range(4)]
    assert stored(phone.bundle(*photos)) == names(*photos)
    for photo in photos:
        name = sha256_of(photo)
        assert (store.folder / "photos" / f"{name}.jpg").read_bytes() == photo
        assert phone.photo(name).content == photo
        assert phone.offset(name).headers["upload-offset"] == str(len(photo))
    assert nothing_in_pieces(store)
    store.restart()
    again = store.phone({"device_id": phone.device_id, "token": phone.token})
    assert [again.photo(sha256_of(photo)).content for photo in photos] == photos


def test_one_that_is_no_photo_or_has_another_hash_holds_up_none_of_the_others(
    store: AStore,
) -> None:
    phone, first, last = store.a_phone(), a_jpeg(), a_jpeg()
    text, told = b"no photo at all", a_jpeg(comment=b"vid torget")
    damaged = a_bundled(a_jpeg())
    swapped = bytes([damaged.data[0], damaged.data[1] ^ 1]) + damaged.data[2:]
    listed = [*map(a_bundled, (first, text, told)), damaged, a_bundled(last)]
    body = bundle_to_bytes(listed).replace(damaged.data, swapped)
    assert stored(phone.ask("POST", BUNDLE, content=body)) == names(first, last)
    for name in (sha256_of(text), sha256_of(told), damaged.sha256):
        assert phone.offset(name).status_code == 404
    assert code_of(phone.create(text)) == "not_a_photo", "sent alone it hears why"
    assert nothing_in_pieces(store)


def test_a_photo_for_an_area_that_is_not_the_phones_is_not_taken(store: AStore) -> None:
    phone, own, other = store.a_phone(), a_jpeg(), a_jpeg()
    body = bundle_to_bytes([a_bundled(own), a_bundled(other, ROSENGARD)])
    assert stored(phone.ask("POST", BUNDLE, content=body)) == names(own)
    assert store.a_phone(ROSENGARD).photo(sha256_of(other)).status_code == 404


def test_photos_that_are_there_already_and_twice_in_a_bundle_count_once(store: AStore) -> None:
    sam, anna, known, new = store.a_phone(), store.a_phone(ROSENGARD), a_jpeg(), a_jpeg()
    sam.create(known)
    begun = a_jpeg()
    sam.create(begun, first=700)
    for _ in range(2):
        assert stored(sam.bundle(known, new, begun, new)) == names(known, new, begun)
    assert stored(anna.bundle(known, area=ROSENGARD)) == names(known)
    assert anna.photo(sha256_of(known)).content == known, "it is of her area now, too"
    with reading(store.services.engine) as connection:
        rows = connection.execute(select(func.count()).select_from(stored_photo)).scalar_one()
    assert rows == 3
    assert nothing_in_pieces(store)


def test_of_a_bundle_that_was_cut_the_whole_ones_are_stored_and_the_rest_goes_on(
    store: AStore,
) -> None:
    phone, photos = store.a_phone(), [a_jpeg() for _ in range(3)]
    body = bundle_to_bytes([a_bundled(photo) for photo in photos])
    phone.ask.cut("POST", BUNDLE, body[: len(body) - len(photos[2]) - len(photos[1]) + 700])
    offsets = [phone.offset(sha256_of(photo)) for photo in photos]
    assert offsets[0].headers["upload-offset"] == str(len(photos[0]))
    assert offsets[1].headers["upload-offset"] == "700"
    assert offsets[2].status_code == 404
    assert phone.append(sha256_of(photos[1]), 700, photos[1][700:]).status_code == 204
    assert phone.photo(sha256_of(photos[1])).content == photos[1]


def test_what_is_no_bundle_is_refused_with_a_reason_and_leaves_nothing(store: AStore) -> None:
    phone = store.a_phone()
    for body in (b"", b"<html>\n", b'{"photos": []}\n', a_jpeg()):
        answer = phone.ask("POST", BUNDLE, content=body)
        assert (answer.status_code, code_of(answer)) == (400, "bad_request")
    answer = phone.ask("POST", BUNDLE, content=b"x" * (MAX_BUNDLE_BYTES + 20_000))
    assert (answer.status_code, code_of(answer)) == (413, "too_large")
    assert nothing_in_pieces(store)


def test_a_bundle_of_somebody_unknown_or_shut_out_is_not_read(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    stranger = store.phone({"device_id": "x", "token": "x" * 43})
    assert code_of(stranger.bundle(photo)) == "unknown_token"
    assert store.ask("POST", BUNDLE, content=b"").status_code == 401
    with store.services.engine.begin() as connection:
        revoke_device(connection, phone.device_id, store.clock())
    assert code_of(phone.bundle(photo)) == "revoked"
    assert not any(store.services.blobs.names())


@pytest.mark.parametrize("rounds", range(3))
def test_two_phones_that_send_the_same_photos_in_different_orders_wait_for_each_other(
    store: AStore, rounds: int
) -> None:
    sam, anna = store.a_phone(), store.a_phone()
    photos = [a_jpeg() for _ in range(4)]
    start = threading.Barrier(4)
    answers: list[httpx.Response] = []

    def send(phone: Phone, *order: bytes) -> None:
        start.wait()
        answers.append(phone.bundle(*order))

    senders = [
        threading.Thread(target=send, args=[phone, *order], daemon=True)
        for phone in (sam, anna)
        for order in (photos, photos[::-1])
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(20)
    assert [stored(answer) for answer in answers] == [names(*photos)] * 4
    assert {sha256_of(store.services.blobs.get(one)) for one in store.services.blobs.names()} == (
        names(*photos)
    )
