from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import os
import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import Table, func, select

from sync.central.api.app import create_api
from sync.central.composition import ABANDONED_AFTER
from sync.central.engine import reading
from sync.central.jpeg import check_photo
from sync.central.problems import Problem
from sync.central.tables import stored_photo, upload
from sync.central.uploads import Progress
from sync.domain.fields import MAX_PHOTO_BYTES
from sync.domain.ids import Sha256
from tests.central.a_store import (
    KIRSEBERG,
    PIECE,
    ROSENGARD,
    TUS,
    AStore,
    Phone,
    a_jpeg,
    code_of,
    creation_headers,
    sha256_of,
)


def again(store: AStore, phone: Phone) -> Phone:
    store.restart()
    return store.phone({"device_id": phone.device_id, "token": phone.token})


def parts_left(store: AStore) -> list[str]:
    return [path.name for path in (store.folder / "uploads").iterdir()]


def rows(store: AStore, table: Table = stored_photo) -> int:
    with reading(store.services.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_the_store_says_what_it_can_do(store: AStore) -> None:
    answer = store.ask("OPTIONS", "/api/v1/photos")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
    assert answer.headers["tus-max-size"] == str(MAX_PHOTO_BYTES)
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "checksum",
        "termination",
    }


def test_a_photo_sent_at_once_is_stored_when_it_is_acknowledged(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    answer = phone.create(photo)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/photos/{name}"
    assert answer.headers["upload-offset"] == str(len(photo))
    assert (store.folder / "photos" / f"{name}.jpg").read_bytes() == photo
    assert phone.photo(name).content == photo
    assert parts_left(store) == []


def test_a_photo_in_pieces_goes_on_after_a_cut_and_after_a_restart(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    assert phone.create(photo, first=1000).headers["upload-offset"] == "1000"
    phone = again(store, phone)
    head = phone.offset(name)
    assert head.headers["upload-offset"] == "1000"
    assert head.headers["upload-length"] == str(len(photo))
    assert head.headers["cache-control"] == "no-store"
    assert phone.append(name, 1000, photo[1000:3000]).headers["upload-offset"] == "3000"
    assert phone.photo(name).status_code == 404
    phone = again(store, phone)
    last = phone.append(name, 3000, photo[3000:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(photo)))
    assert phone.photo(name).content == photo
    assert phone.offset(name).headers["upload-offset"] == str(len(photo))
    assert (parts_left(store), rows(store, upload)) == ([], 0)


def test_creating_twice_gives_the_same_address_and_loses_nothing(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    first = phone.create(photo, first=2000)
    second = phone.create(photo, first=500)
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["upload-offset"] == "2000"
    longer = phone.create(photo, first=2500)
    assert longer.headers["upload-offset"] == "2500"
    whole = phone.create(photo)
    assert whole.headers["upload-offset"] == str(len(photo))
    assert phone.photo(sha256_of(photo)).content == photo
    assert (parts_left(store), rows(store, upload)) == ([], 0)


def test_a_photo_already_there_is_not_sent_again(store: AStore) -> None:
    sam, anna, photo = store.a_phone(), store.a_phone(ROSENGARD), a_jpeg()
    name = sha256_of(photo)
    sam.create(photo)
    assert anna.photo(name).status_code == 404
    answer = anna.create(photo, first=0, area=ROSENGARD)
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, str(len(photo)))
    assert anna.photo(name).content == photo
    assert rows(store) == 1


def test_a_piece_at_the_wrong_place_is_not_taken(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    phone.create(photo, first=1000)
    for offset in (0, 999, 1001, len(photo)):
        answer = phone.append(name, offset, photo[:10])
        assert (answer.status_code, code_of(answer)) == (409, "wrong_offset")
        assert answer.headers["upload-offset"] == "1000"
        assert answer.headers["tus-resumable"] == "1.0.0"
    phone.append(name, 1000, photo[1000:])
    late = phone.append(name, 1000, photo[1000:])
    assert (late.status_code, late.headers["upload-offset"]) == (409, str(len(photo)))


def test_a_checksum_of_a_piece_is_checked(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    phone.create(photo, first=1000)
    piece = photo[1000:2000]
    wrong = base64.b64encode(hashlib.sha1(b"else").digest()).decode()
    answer = phone.append(name, 1000, piece, upload_checksum=f"sha1 {wrong}")
    assert (answer.status_code, code_of(answer)) == (460, "hash_mismatch")
    assert phone.offset(name).headers["upload-offset"] == "1000"
    right = base64.b64encode(hashlib.sha256(piece).digest()).decode()
    assert phone.append(name, 1000, piece, upload_checksum=f"sha256 {right}").status_code == 204
    for header in (f"md5 {right}", "sha1 !!", "sha1"):
        answer = phone.append(name, 2000, piece, upload_checksum=header)
        assert answer.status_code in (400, 460)


@pytest.mark.parametrize("first", [None, 1000])
def test_bytes_with_another_hash_are_thrown_away_and_can_be_sent_anew(
    store: AStore, first: int | None
) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    damaged = photo[:500] + bytes([photo[500] ^ 1]) + photo[501:]
    name = sha256_of(photo)
    answer = phone.create(damaged, first=first, sha256=name)
    if first is not None:
        answer = phone.append(name, first, damaged[first:])
    assert (answer.status_code, code_of(answer)) == (460, "hash_mismatch")
    assert phone.offset(name).status_code == 404
    assert (parts_left(store), rows(store)) == ([], 0)
    phone.create(photo)
    assert phone.photo(name).content == photo


def exif() -> Image.Exif:
    made = Image.Exif()
    made[0x010F] = "a camera"
    return made


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"x", 415, "not_a_photo"),
        (b"\x89PNG\r\n" + b"x" * 100, 415, "not_a_photo"),
        (b"\xff\xd8\xff\xd9", 415, "not_a_photo"),
        (b"\xff\xd8" + b"\xff" * 50 + b"\xff\xd9", 415, "not_a_photo"),
        (a_jpeg()[:-1000], 415, "not_a_photo"),
        (a_jpeg(exif=exif()), 422, "has_metadata"),
        (a_jpeg(comment=b"vid torget"), 422, "has_metadata"),
        (a_jpeg(xmp=b"<x/>"), 422, "has_metadata"),
    ],
    ids=["byte", "png", "nothing", "fill", "cut", "exif", "comment", "xmp"],
)
@pytest.mark.parametrize("pieces", [1, 2])
def test_what_is_no_clean_photo_is_refused_and_not_kept(
    store: AStore, data: bytes, status: int, code: str, pieces: int
) -> None:
    phone = store.a_phone()
    if pieces == 1:
        answer = phone.create(data)
    else:
        phone.create(data, first=0)
        answer = phone.append(sha256_of(data), 0, data)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert (parts_left(store), rows(store), rows(store, upload)) == ([], 0, 0)
    assert phone.offset(sha256_of(data)).status_code == 404


def test_a_photo_with_more_pixels_than_any_camera_is_refused() -> None:
    photo = bytearray(a_jpeg())
    size = photo.index(b"\xff\xc0") + 5
    photo[size : size + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(Problem, match="pixels"):
        check_photo(bytes(photo))


def a_segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload


def hidden_in(where: str) -> bytes:
    """A photo that shows well, with bytes that tell of a place where a picture has none."""
    photo, place = a_jpeg(progressive=True), b"55.6110, 13.0320"
    jfif_end, last_scan, end = 20, photo.rindex(b"\xff\xda"), len(photo) - 2
    comment = a_segment(0xFE, place)
    return {
        "between scans": photo[:last_scan] + comment + photo[last_scan:],
        "behind the scans": photo[:end] + comment + photo[end:],
        "a picture behind it": photo + a_jpeg(exif=exif()),
        "text behind it": photo + place + b"\xff\xd9",
        "text behind blanks": photo + bytes(20) + place + b"\xff\xd9",
        "in JFIF": photo[:2] + a_segment(0xE0, photo[6:jfif_end] + place) + photo[jfif_end:],
        "a small picture in JFXX": photo[:jfif_end]
        + a_segment(0xE0, b"JFXX\0\x10" + a_jpeg(8, 8, exif=exif()))
        + photo[jfif_end:],
        "in Adobe's": photo[:2] + a_segment(0xEE, b"Adobe\0d\0\0\0\0\1" + place) + photo[2:],
        "in a segment of nobody": photo[:2] + a_segment(0xF7, place) + photo[2:],
    }[where]


@pytest.mark.parametrize(
    "where",
    [
        "between scans",
        "behind the scans",
        "a picture behind it",
        "text behind it",
        "text behind blanks",
        "in JFIF",
        "a small picture in JFXX",
        "in Adobe's",
        "in a segment of nobody",
    ],
)
def test_nothing_hides_in_a_photo_that_is_not_the_picture(where: str) -> None:
    with pytest.raises(Problem) as caught:
        check_photo(hidden_in(where))
    assert caught.value.code in ("has_metadata", "not_a_photo")


@pytest.mark.parametrize("frame", [0xC3, 0xC9, 0xCA])
def test_a_huge_picture_of_another_coding_is_refused(frame: int) -> None:
    photo = bytearray(a_jpeg())
    at = photo.index(b"\xff\xc0")
    photo[at + 1] = frame
    photo[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    with pytest.raises(Problem, match="0x"):
        check_photo(bytes(photo))


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("is_progressive", [False, True])
def test_pictures_of_every_kind_are_taken(mode: str, is_progressive: bool) -> None:
    out = io.BytesIO()
    Image.effect_noise((99, 77), 50).convert(mode).save(out, "JPEG", progressive=is_progressive)
    check_photo(out.getvalue())
    check_photo(out.getvalue() + bytes(3))


def test_a_colour_profile_may_stay_in_a_photo() -> None:
    check_photo(a_jpeg(icc_profile=b"profile" * 20, progressive=True))


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Tus-Resumable", "0.2.2", 412),
        ("Upload-Length", "-1", 400),
        ("Upload-Length", "many", 400),
        ("Upload-Length", "0", 400),
        ("Upload-Length", "5", 400),
        ("Upload-Length", str(MAX_PHOTO_BYTES + 1), 413),
        ("Upload-Metadata", "", 400),
        ("Upload-Metadata", "sha256 !!!", 400),
        ("Upload-Metadata", "sha256 eA==,area eA==", 400),
        ("Content-Type", "image/jpeg", 415),
    ],
)
def test_an_announcement_that_is_not_right_is_told_why(
    store: AStore, header: str, value: str, status: int
) -> None:
    photo = a_jpeg()
    headers = creation_headers(sha256_of(photo), len(photo))
    phone = store.a_phone()
    answer = phone.ask(
        "POST", "/api/v1/photos", headers={**headers, header: value}, content=photo[:100]
    )
    assert answer.status_code == status, answer.text
    code_of(answer)
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert rows(store, upload) == 0


def test_a_request_larger_than_any_photo_is_stopped(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    phone.create(photo, first=10)
    answer = phone.append(sha256_of(photo), 10, b"x" * (MAX_PHOTO_BYTES + 1))
    assert (answer.status_code, code_of(answer)) == (413, "too_large")
    longer = phone.append(sha256_of(photo), 10, photo)
    assert (longer.status_code, code_of(longer)) == (400, "bad_length")
    assert phone.offset(sha256_of(photo)).headers["upload-offset"] == "10"


def test_a_phone_sends_only_for_its_own_areas(store: AStore) -> None:
    answer = store.a_phone(KIRSEBERG).create(a_jpeg(), area=ROSENGARD)
    assert (answer.status_code, code_of(answer)) == (403, "not_your_area")


def test_an_upload_of_another_area_is_not_there(store: AStore) -> None:
    photo = a_jpeg()
    name = sha256_of(photo)
    store.a_phone(ROSENGARD).create(photo, first=100, area=ROSENGARD)
    other = store.a_phone(KIRSEBERG)
    assert other.offset(name).status_code == 404
    assert code_of(other.append(name, 100, photo[100:])) == "not_found"
    assert other.ask("DELETE", f"/api/v1/photos/{name}", headers=TUS).status_code == 404


def test_an_upload_can_be_given_up_but_a_photo_stays(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    address = f"/api/v1/photos/{sha256_of(photo)}"
    phone.create(photo, first=100)
    assert phone.ask("DELETE", address, headers=TUS).status_code == 204
    assert phone.offset(sha256_of(photo)).status_code == 404
    assert parts_left(store) == []
    phone.create(photo)
    answer = phone.ask("DELETE", address, headers=TUS)
    assert (answer.status_code, code_of(answer)) == (403, "already_stored")
    assert phone.photo(sha256_of(photo)).content == photo


def test_of_two_phones_sending_the_same_piece_one_waits_and_nothing_is_mixed_up(
    store: AStore,
) -> None:
    phone, photo = store.a_phone(), a_jpeg(640, 480)
    name = sha256_of(photo)
    middle = len(photo) // 2
    phone.create(photo, first=10)
    start = threading.Barrier(6)
    answers: list[httpx.Response] = []

    def send() -> None:
        start.wait()
        answers.append(phone.append(name, 10, photo[10:middle]))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 204
    assert set(statuses[1:]) <= {409, 423}
    assert phone.offset(name).headers["upload-offset"] == str(middle)
    phone.append(name, middle, photo[middle:])
    assert phone.photo(name).content == photo


def test_a_client_that_can_only_post_says_in_a_header_what_it_means(store: AStore) -> None:
    """tus 1.0 asks it of every server: firewalls and old browsers know no PATCH and no DELETE."""
    phone, photo = store.a_phone(), a_jpeg()
    address = f"/api/v1/photos/{sha256_of(photo)}"
    phone.create(photo, first=1000)
    patch = {**TUS, **PIECE, "Upload-Offset": "1000", "X-HTTP-Method-Override": "PATCH"}
    sent = phone.ask("POST", address, headers=patch, content=photo[1000:2000])
    assert (sent.status_code, sent.headers["upload-offset"]) == (204, "2000")
    head = {**TUS, "X-HTTP-Method-Override": "HEAD"}
    assert phone.ask("GET", address, headers=head).headers["upload-offset"] == "2000"
    delete = {**TUS, "X-HTTP-Method-Override": "delete"}
    assert phone.ask("POST", address, headers=delete).status_code == 204
    assert phone.offset(sha256_of(photo)).status_code == 404
    unknown = phone.ask("POST", address, headers={**TUS, "X-HTTP-Method-Override": "BREW"})
    assert (unknown.status_code, code_of(unknown)) == (405, "not_allowed")


def test_what_is_no_upload_is_asked_for_by_its_own_method(store: AStore) -> None:
    meant = {"X-HTTP-Method-Override": "GET"}
    answer = store.a_phone().ask("POST", "/api/v1/briefing", headers=meant)
    assert answer.status_code == 405


def test_an_upload_in_use_is_busy_for_others(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    phone.create(photo, first=10)
    with store.services.uploads._parts.locked(name):
        answer = phone.append(name, 10, photo[10:])
        assert (answer.status_code, code_of(answer)) == (423, "upload_busy")
    assert phone.append(name, 10, photo[10:]).status_code == 204


def test_who_asks_while_a_cut_piece_is_written_hears_of_all_of_it(
    store: AStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    phone.create(photo, first=100)
    is_writing, go_on = threading.Event(), threading.Event()
    write = store.services.uploads.append

    def slow(*given: Any, **named: Any) -> Progress:
        is_writing.set()
        assert go_on.wait(10)
        return write(*given, **named)

    monkeypatch.setattr(store.services.uploads, "append", slow)

    async def both() -> list[httpx.Response]:
        transport = httpx.ASGITransport(create_api(store.services))
        headers = {**TUS, **PIECE, "Authorization": f"Bearer {phone.token}", "Upload-Offset": "100"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://store.test", headers=headers
        ) as http:
            address = f"/api/v1/photos/{name}"
            sending = asyncio.create_task(http.patch(address, content=photo[100:700]))
            await asyncio.to_thread(is_writing.wait, 10)
            asking = asyncio.create_task(http.head(address))
            await asyncio.wait([asking], timeout=0.1)
            go_on.set()
            return [await sending, await asking]

    sent, heard = asyncio.run(both())
    assert (sent.status_code, heard.status_code) == (204, 200)
    assert heard.headers["upload-offset"] == "700"


def test_a_store_that_died_before_the_last_word_finishes_when_it_is_asked(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    phone.create(photo, first=100)
    part = store.folder / "uploads" / f"{name}.part"
    part.write_bytes(photo)
    phone = again(store, phone)
    assert phone.offset(name).headers["upload-offset"] == str(len(photo))
    assert phone.photo(name).content == photo
    assert parts_left(store) == []


@pytest.mark.parametrize("checksum", [{}, {"Upload-Checksum": "sha256 AAAA"}], ids=["no", "sha256"])
def test_what_came_before_the_connection_was_cut_is_kept(
    store: AStore, checksum: dict[str, str]
) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    phone.create(photo, first=100)
    headers = {**TUS, **PIECE, **checksum, "Upload-Offset": "100"}
    phone.ask.cut("PATCH", f"/api/v1/photos/{name}", photo[100:700], **headers)
    assert phone.offset(name).headers["upload-offset"] == "700"


def test_of_somebody_unknown_no_more_than_a_piece_is_read(store: AStore) -> None:
    photo = os.urandom(300_000)
    read: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        for at in range(0, len(photo), 10_000):
            read.append(at)
            yield photo[at : at + 10_000]

    stranger = store.ask.with_headers(Authorization="Bearer " + "x" * 43)
    headers = {**creation_headers(sha256_of(photo), len(photo)), "Content-Length": str(len(photo))}
    answer = stranger("POST", "/api/v1/photos", headers=headers, content=body())
    assert (answer.status_code, code_of(answer), read) == (401, "unknown_token", [])
    phone = store.phone({"device_id": "x", "token": "x" * 43})
    answer = phone.append(sha256_of(photo), 0, photo[:1000])
    assert (answer.status_code, code_of(answer)) == (401, "unknown_token")


def test_uploads_that_stand_still_are_swept_away(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    phone.create(photo, first=100)
    part = store.folder / "uploads" / f"{sha256_of(photo)}.part"
    os.utime(part, (0, store.clock().timestamp()))
    store.clock.forward(days=6)
    assert store.services.uploads.sweep(timedelta(days=7)) == 0
    store.clock.forward(days=2)
    assert store.services.uploads.sweep(timedelta(days=7)) == 1
    assert phone.offset(sha256_of(photo)).status_code == 404
    assert (parts_left(store), rows(store, upload)) == ([], 0)


def test_an_upload_that_goes_on_while_old_ones_are_swept_away_is_left_alone(
    store: AStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its phone was away for eight days, and comes back between the look and the broom."""
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    phone.create(photo, first=100)
    part = store.folder / "uploads" / f"{name}.part"
    os.utime(part, (0, store.clock().timestamp()))
    store.clock.forward(days=8)
    parts = store.services.uploads._parts
    look = parts.untouched_since

    def comes_back_after(moment_s: float) -> list[Sha256]:
        found = look(moment_s)
        assert phone.append(name, 100, photo[100:200]).status_code == 204
        os.utime(part, (0, store.clock().timestamp()))
        return found

    monkeypatch.setattr(parts, "untouched_since", comes_back_after)
    assert store.services.uploads.sweep(ABANDONED_AFTER) == 0
    assert phone.offset(name).headers["upload-offset"] == "200"
    assert phone.append(name, 200, photo[200:]).status_code == 204
    assert phone.photo(name).content == photo


def test_a_photo_that_comes_whole_leaves_nothing_of_a_try_that_a_dead_store_began(
    store: AStore,
) -> None:
    """It had opened the file for a piece that was cut off, and died before it noted the photo."""
    phone, photo = store.a_phone(), a_jpeg()
    (store.folder / "uploads" / f"{sha256_of(photo)}.part").touch()
    assert phone.create(photo).headers["upload-offset"] == str(len(photo))
    assert parts_left(store) == []
    assert phone.photo(sha256_of(photo)).content == photo


def test_the_start_clears_away_what_a_store_left_that_died_after_a_photo_was_whole(
    store: AStore,
) -> None:
    phone = store.a_phone()
    photo = a_jpeg()
    phone.create(photo)
    left = store.folder / "uploads" / f"{sha256_of(photo)}.part"
    left.write_bytes(photo)
    assert store.services.uploads.sweep(timedelta(days=7)) == 1
    assert parts_left(store) == []
    assert phone.photo(sha256_of(photo)).content == photo


def test_a_lost_photo_that_is_coming_again_in_pieces_is_left_alone(store: AStore) -> None:
    """Its row says that it was here, and its file is gone: what has come is no left-over."""
    phone, photo = store.a_phone(), a_jpeg()
    name = sha256_of(photo)
    phone.create(photo)
    (store.folder / "photos" / f"{name}.jpg").unlink()
    assert phone.create(photo, first=100).headers["upload-offset"] == "100"
    assert store.services.uploads.sweep(ABANDONED_AFTER) == 0
    assert phone.offset(name).headers["upload-offset"] == "100"
    assert phone.append(name, 100, photo[100:]).status_code == 204
    assert phone.photo(name).content == photo
    assert store.services.uploads.sweep(ABANDONED_AFTER) == 0
    assert parts_left(store) == []
