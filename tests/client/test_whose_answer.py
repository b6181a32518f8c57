"""An answer that is another store's, or nobody's, is never taken for our store's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sync.client.errors import NotOurCertificate, NotTheStore, SignInNeeded, StoreInTrouble
from sync.client.own_store import NAMED
from sync.client.problems import Problem
from sync.client.transport import CertificateError, Request, Response
from sync.headers import DIGEST_HEADER, STORE_HEADER, STORED_HEADER
from tests.central.a_store import AStore
from tests.client.a_phone import Link, WalkingPhone, an_enrolled_phone

OTHER_STORE = "0123456789abcdef0123456789abcdef"
STORE, DIGEST, STORED = (one.lower() for one in (STORE_HEADER, DIGEST_HEADER, STORED_HEADER))
Changed = Callable[[Response], Response]


class ChangingLink:
    """Every answer passes `changed` if its request's path has `part` in it."""

    def __init__(self, store: AStore, part: str, changed: Changed) -> None:
        self.link, self.part, self.changed = Link(store), part, changed

    async def request(self, request: Request) -> Response:
        answer = await self.link.request(request)
        return self.changed(answer) if self.part in request.url else answer


def another_stores(answer: Response) -> Response:
    return replace(answer, headers={**answer.headers, STORE: OTHER_STORE})


def an_older_releases(answer: Response) -> Response:
    ours = {STORE, DIGEST, STORED}
    return replace(answer, headers={k: v for k, v in answer.headers.items() if k not in ours})


def through(phone: WalkingPhone, part: str, changed: Changed) -> None:
    phone.link = ChangingLink(phone.store, part, changed)  # type: ignore[assignment]


async def with_a_photo(store: AStore, path: Path) -> WalkingPhone:
    phone = await an_enrolled_phone(store, path)
    await phone.save_defect(await phone.start_round(), photos=1)
    return phone


def test_another_stores_answer_to_a_sync_changes_nothing(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        through(phone, "/sync", another_stores)
        with pytest.raises(NotTheStore):
            await phone.sync()
        assert phone.walk.waiting().records == 2
        assert phone.local.fact("cursor") == "0"

    asyncio.run(walk())


def test_another_store_that_does_not_know_the_phone_does_not_shut_it_out(
    store: AStore, tmp_path: Path
) -> None:
    """Its 401 is about its own phones."""

    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        phone.local.set_facts({"token": "unknown-to-any-store-0123456789abcdef"})
        with pytest.raises(SignInNeeded):
            await phone.sync()
        through(phone, "/sync", another_stores)
        with pytest.raises(NotTheStore):
            await phone.sync()

    asyncio.run(walk())


@pytest.mark.parametrize("changed", [another_stores, an_older_releases])
def test_a_photo_is_not_with_the_store_because_somebody_else_says_so(
    store: AStore, tmp_path: Path, changed: Changed
) -> None:
    """In a round whose records went to our store: only the photo's answer is another's."""

    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        through(phone, "/photos", changed)
        with pytest.raises(NotTheStore):
            await phone.sync()
        waiting = phone.walk.waiting()
        assert (waiting.records, waiting.photos) == (0, 1)
        through(phone, "", lambda answer: answer)
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_receipt_for_another_photo_is_no_receipt_for_this_one(
    store: AStore, tmp_path: Path
) -> None:
    def mixed_up(answer: Response) -> Response:
        if STORED not in answer.headers:
            return answer
        return replace(answer, headers={**answer.headers, STORED: "0" * 64})

    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        through(phone, "/photos", mixed_up)
        with pytest.raises(StoreInTrouble):
            await phone.sync()
        assert phone.walk.waiting().photos == 1

    asyncio.run(walk())


@pytest.mark.parametrize("part", ["/briefing", "/thumbnail", "/address"])
def test_what_another_store_tells_is_not_kept(store: AStore, tmp_path: Path, part: str) -> None:
    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        await phone.sync()
        photo = next(iter(phone.photos))
        through(phone, part, another_stores)
        asked = {
            "/briefing": lambda: phone.api.briefing(phone.local.fact("briefing_etag")),
            "/thumbnail": lambda: phone.api.thumbnail(photo),  # type: ignore[arg-type]
            "/address": lambda: phone.api.address(55.6, 13.0),
        }
        with pytest.raises(NotTheStore):
            await asked[part]()

    asyncio.run(walk())


def test_a_store_of_the_release_before_takes_everything(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        through(phone, "", an_older_releases)
        await phone.sync()
        assert phone.walk.waiting().is_all_sent
        assert phone.local.fact("briefing") is not None
        assert phone.local.fact(NAMED) is None

    asyncio.run(walk())


def test_an_older_stores_receipt_counts_only_after_its_sync_answer(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        through(phone, "", an_older_releases)
        sha256, data = next(iter(phone.photos.items()))
        with pytest.raises(NotTheStore):
            await phone.api.create_upload(sha256, "kirseberg", len(data), data)  # type: ignore[arg-type]

    asyncio.run(walk())


def test_once_the_store_has_named_itself_a_no_without_a_name_is_anothers(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        await phone.sync()
        assert phone.local.fact(NAMED) == "1"
        phone.local.set_facts({"token": "unknown-to-any-store-0123456789abcdef"})
        through(phone, "", an_older_releases)
        with pytest.raises(NotTheStore):
            await phone.sync()

    asyncio.run(walk())


def test_a_store_that_went_back_to_the_release_before_is_still_ours(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        await phone.sync()
        through(phone, "", an_older_releases)
        await phone.save_defect(await phone.start_round(), photos=1)
        await phone.sync()
        assert phone.walk.waiting().is_all_sent
        assert phone.local.fact(NAMED) is None

    asyncio.run(walk())


def test_a_proxys_error_page_means_later(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        await phone.sync()
        page = Response(status=502, headers={"content-type": "text/html"}, body=b"bad gateway")
        through(phone, "", lambda _: page)
        with pytest.raises(StoreInTrouble):
            await phone.sync()

    asyncio.run(walk())


def test_a_certificate_that_is_not_the_stores_has_words_of_its_own(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")

        def stranger(_: Request) -> Response:
            raise CertificateError("self-signed certificate")

        phone.link.answers_itself = stranger
        with pytest.raises(NotOurCertificate) as caught:
            await phone.sync()
        assert caught.value.key == "sync.problem.certificate"
        assert phone.walk.waiting().records == 2

    asyncio.run(walk())


def test_an_enrolment_whose_header_names_another_store_is_not_believed(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = WalkingPhone(store, tmp_path / "phone.db")
        through(phone, "/enrol", another_stores)
        with pytest.raises(NotTheStore):
            await phone.enrol(store.code())
        assert phone.local.fact("store_id") is None

    asyncio.run(walk())


def test_a_no_to_a_question_for_how_far_a_photo_is_has_no_body_and_is_still_the_stores(
    store: AStore, tmp_path: Path
) -> None:
    """After a cut the store may still be writing what came of the piece before."""

    async def walk() -> None:
        phone = await with_a_photo(store, tmp_path / "phone.db")
        await phone.sync()
        photo = next(iter(phone.photos))
        headers = {
            STORE: store.services.store_id,
            "tus-resumable": "1.0.0",
            "content-type": "application/problem+json",
        }
        phone.link.answers_itself = lambda _: Response(status=423, headers=headers)
        answer = await phone.api.upload_offset(photo)  # type: ignore[arg-type]
        assert answer == Problem(status=423, code="upload_busy", detail="")

    asyncio.run(walk())
