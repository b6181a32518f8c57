from __future__ import annotations

import io

from PIL import Image

from tests.central.a_store import KIRSEBERG, ROSENGARD, AStore, a_jpeg, code_of, sha256_of


def test_a_photo_of_another_area_is_not_there(store: AStore) -> None:
    photo = a_jpeg()
    store.a_phone(ROSENGARD).create(photo, area=ROSENGARD)
    other = store.a_phone(KIRSEBERG)
    for path in ("", "/thumbnail"):
        answer = other.ask("GET", f"/api/v1/photos/{sha256_of(photo)}{path}")
        assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert store.ask("GET", f"/api/v1/photos/{sha256_of(photo)}").status_code == 401


def test_a_name_that_no_photo_can_have_is_not_there(store: AStore) -> None:
    phone = store.a_phone()
    for name in ("x", "..%2F..%2Fetc%2Fpasswd", "A" * 64, "a" * 63):
        assert phone.ask("GET", f"/api/v1/photos/{name}").status_code == 404


def test_a_photo_may_be_kept_by_the_phone_for_ever(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg()
    phone.create(photo)
    answer = phone.photo(sha256_of(photo))
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    asked_again = phone.ask(
        "GET",
        f"/api/v1/photos/{sha256_of(photo)}",
        headers={"If-None-Match": answer.headers["etag"]},
    )
    assert (asked_again.status_code, asked_again.content) == (304, b"")


def test_a_thumbnail_is_small_and_made_once(store: AStore) -> None:
    phone, photo = store.a_phone(), a_jpeg(1600, 1200)
    phone.create(photo)
    address = f"/api/v1/photos/{sha256_of(photo)}"
    first = phone.ask("GET", f"{address}/thumbnail")
    assert len(first.content) <= 20_000
    with Image.open(io.BytesIO(first.content)) as image:
        assert (image.format, image.size) == ("JPEG", (320, 240))
    name = sha256_of(photo)
    (store.folder / "photos" / f"{name}.jpg").unlink()
    assert phone.ask("GET", f"{address}/thumbnail").content == first.content
