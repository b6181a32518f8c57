"""Several small photos in one request, as the phone sends them and whatever becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from sync.client import pace
from sync.client.errors import SyncError
from sync.client.not_sent import NotSentStore
from sync.client.photo_queue import PhotoQueue
from sync.client.photo_upload import PIECE_BYTES
from sync.client.store_api import BUNDLE
from sync.client.transport import Request, Response, Unreachable
from sync.domain.ids import Sha256
from sync.headers import STORE_HEADER
from sync.photo_bundle import BUNDLE_HEADER, bundle_from_bytes
from tests.central.a_store import AStore
from tests.client.a_phone import Link, WalkingPhone, an_enrolled_phone

MANY = 10
ALONE = 4
"""Those that are begun before it is known what the link carries: three, and the one read ahead."""


@dataclass
class Counting(Link):
    """fails: what becomes of the first bundle; None lets it through."""

    fails: Callable[[Counting, Request], Response] | None = None
    bundles: list[list[str]] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def request(self, request: Request) -> Response:
        if request.url.endswith(BUNDLE):
            self.bundles.append([one.sha256 for one in bundle_from_bytes(request.body or b"")])
            if self.fails is not None and len(self.bundles) == 1:
                return await self._failed(request)
        elif "/photos" in request.url and request.method == "POST":
            self.alone.append(request.headers["Upload-Metadata"])
        elif request.method == "HEAD":
            self.asked.append(request.url)
        return await super().request(request)

    async def _failed(self, request: Request) -> Response:
        assert self.fails is not None
        answer = self.fails(self, request)
        if answer.status == PASSED_ON:
            await super().request(replace(request, body=answer.body))
            raise Unreachable("the answer was lost")
        return answer


PASSED_ON = 0
"""The store gets this body, and its answer is lost."""


def lost_answer(_link: Counting, request: Request) -> Response:
    return Response(status=PASSED_ON, headers={}, body=request.body or b"")


def cut_in_the_midst(_link: Counting, request: Request) -> Response:
    body = request.body or b""
    return Response(status=PASSED_ON, headers={}, body=body[: len(body) // 2])


def cut_at_once(_link: Counting, _request: Request) -> Response:
    raise Unreachable("cut before the first byte")


def log_in_page(_link: Counting, _request: Request) -> Response:
    return Response(status=200, headers={"content-type": "text/html"}, body=b"<html>Log in</html>")


def a_proxys_error(_link: Counting, _request: Request) -> Response:
    return Response(status=502, headers={"content-type": "text/html"}, body=b"Bad gateway")


def another_store(_link: Counting, request: Request) -> Response:
    names = [one.sha256 for one in bundle_from_bytes(request.body or b"")]
    said = str(names).replace("'", '"')
    return Response(
        status=200, headers={STORE_HEADER.lower(): "another"}, body=f'{{"stored": {said}}}'.encode()
    )


def unsealed(link: Counting, request: Request) -> Response:
    made = another_store(link, request)
    return replace(made, headers={STORE_HEADER.lower(): link.store.services.store_id})


def not_found(link: Counting, _request: Request) -> Response:
    """A store of the release before."""
    return Response(
        status=404,
        headers={
            "content-type": "application/problem+json",
            STORE_HEADER.lower(): link.store.services.store_id,
        },
        body=b'{"code": "not_found", "detail": "there is no such address"}',
    )


@pytest.fixture(autouse=True)
def quick_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is."""
    monkeypatch.setattr(pace, "BUNDLE_S", 1e6)


async def a_phone_with(store: AStore, tmp_path: Path, photos: int, link: Link) -> WalkingPhone:
    phone = await an_enrolled_phone(store, tmp_path / "phone.db")
    phone.link = link
    await phone.save_defect(await phone.start_round(), photos=photos)
    return phone


def all_there_once(phone: WalkingPhone, store: AStore) -> bool:
    there = {name: store.services.blobs.get(name) for name in store.services.blobs.names()}
    return phone.walk.waiting().is_all_sent and there == dict(phone.photos)


def not_sent(phone: WalkingPhone) -> list[str]:
    """Why, of each thing under "Kunde inte skickas"."""
    return [one.code for one in NotSentStore(phone.local, phone.walk).things()]


def test_on_a_quick_link_small_photos_go_together(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        link = Counting(store)
        phone = await a_phone_with(store, tmp_path, MANY, link)
        result = await phone.sync()
        assert (result.photos_sent, result.photos_left) == (MANY, 0)
        assert all_there_once(phone, store)
        assert len(link.alone) == ALONE
        assert [len(bundle) for bundle in link.bundles] == [MANY - ALONE]
        assert link.asked == []

    asyncio.run(walk())


def test_a_store_that_does_not_say_that_it_takes_them_gets_each_alone(
    store: AStore, tmp_path: Path
) -> None:
    class Older(Counting):
        async def request(self, request: Request) -> Response:
            answer = await super().request(request)
            headers = {k: v for k, v in answer.headers.items() if k != BUNDLE_HEADER.lower()}
            return replace(answer, headers=headers)

    async def walk() -> None:
        link = Older(store)
        phone = await a_phone_with(store, tmp_path, MANY, link)
        await phone.sync()
        assert all_there_once(phone, store)
        assert (len(link.alone), link.bundles) == (MANY, [])

    asyncio.run(walk())


def test_a_large_photo_goes_in_pieces_also_among_small_ones(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        link = Counting(store)
        phone = await a_phone_with(store, tmp_path, 6, link)
        round_ = phone.walk.rounds_under_way()[0]
        large = await phone.save_defect(round_, photos=1, photo_px=(1600, 1200))
        await phone.save_defect(round_, photos=6)
        await phone.sync()
        assert all_there_once(phone, store)
        name = large.photos[0].sha256
        assert len(phone.photos[name]) > PIECE_BYTES
        assert link.bundles and not any(name in bundle for bundle in link.bundles)

    asyncio.run(walk())


@pytest.mark.parametrize(
    "fails",
    [
        lost_answer,
        cut_in_the_midst,
        cut_at_once,
        log_in_page,
        a_proxys_error,
        another_store,
        unsealed,
        not_found,
    ],
    ids=lambda each: each.__name__,
)
def test_whatever_becomes_of_a_bundle_every_photo_arrives_once_and_no_receipt_is_false(
    store: AStore, tmp_path: Path, fails: Callable[[Counting, Request], Response]
) -> None:
    async def walk() -> None:
        link = Counting(store, fails=fails)
        phone = await a_phone_with(store, tmp_path, MANY, link)
        for _ in range(3):
            with suppress(SyncError):
                await phone.sync()
            there = set(store.services.blobs.names())
            assert set(PhotoQueue(phone.local).at_store()) <= there
        assert all_there_once(phone, store)
        assert not any((store.folder / "uploads").iterdir())
        assert not_sent(phone) == []

    asyncio.run(walk())


def test_of_a_bundle_whose_answer_was_lost_no_byte_is_sent_twice(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        link = Counting(store, fails=lost_answer)
        phone = await a_phone_with(store, tmp_path, MANY, link)
        await phone.sync()
        assert all_there_once(phone, store)
        assert (len(link.alone), len(link.bundles)) == (ALONE, 1)
        assert len(link.asked) == MANY - ALONE, "each is asked about, and is there"

    asyncio.run(walk())


def test_a_photo_that_the_store_rejects_is_told_of_alone_and_the_others_of_its_bundle_arrive(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        link = Counting(store)
        phone = await a_phone_with(store, tmp_path, MANY, link)
        last = PhotoQueue(phone.local).waiting()[-1].sha256
        phone.photos[last] = phone.photos[last][:-1] + b"\x00"  # damaged on the phone
        result = await phone.sync()
        assert len(link.bundles) == 1 and last in link.bundles[0]
        assert set(phone.photos) - set(store.services.blobs.names()) == {last}
        assert not_sent(phone) == ["damaged_on_phone"]
        assert result.photos_left == 0

    asyncio.run(walk())


def test_a_photo_whose_decision_is_taken_back_meanwhile_does_not_go_in_a_bundle(
    store: AStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def walk() -> None:
        link = Counting(store)
        phone = await a_phone_with(store, tmp_path, MANY, link)
        last = PhotoQueue(phone.local).waiting()[-1].sha256
        may_send = PhotoQueue.may_send

        def not_the_last(queue: PhotoQueue, name: Sha256) -> bool:
            return name != last and may_send(queue, name)

        monkeypatch.setattr(PhotoQueue, "may_send", not_the_last)
        await phone.sync()
        assert set(phone.photos) - set(store.services.blobs.names()) == {last}

    asyncio.run(walk())


def test_no_bundle_goes_on_a_network_that_photos_are_not_to_use(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        link = Counting(store)
        phone = await a_phone_with(store, tmp_path, MANY, link)
        result = await phone.engine(photos_that_may_go=ALONE).round()
        assert (result.photos_sent, link.bundles) == (ALONE, [])
        await phone.sync()
        assert all_there_once(phone, store)

    asyncio.run(walk())


def test_a_record_saved_meanwhile_goes_before_the_next_bundle(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        order: list[str] = []

        class Watching(Counting):
            async def request(self, request: Request) -> Response:
                if request.url.endswith(BUNDLE) and not order:
                    order.append("bundle")
                    await phone.save_defect(round_, text="Sparad medan bilderna går")
                elif request.url.endswith((BUNDLE, "/sync")) and order:
                    order.append(request.url.rpartition("/")[2])
                return await super().request(request)

        phone = await a_phone_with(store, tmp_path, 70, Watching(store))
        round_ = phone.walk.rounds_under_way()[0]
        await phone.engine()._all_photos(1)
        assert order.index("sync") < len(order) - 1
        assert order[order.index("sync") + 1 :].count("bundle") >= 1

    asyncio.run(walk())


def test_where_bundles_do_not_get_through_they_become_smaller(
    store: AStore, tmp_path: Path
) -> None:
    class Proxy(Counting):
        """Lets no request through that is larger than 100 kB."""

        async def request(self, request: Request) -> Response:
            answer = await super().request(request)
            if len(request.body or b"") > 100_000:
                return a_proxys_error(self, request)
            return answer

    async def walk() -> None:
        link = Proxy(store)
        phone = await a_phone_with(store, tmp_path, 120, link)
        await phone.engine()._all_photos(1)
        assert set(store.services.blobs.names()) == set(phone.photos)
        sizes = [len(bundle) for bundle in link.bundles]
        assert sizes == sorted(sizes, reverse=True)
        assert 4 * sizes[-1] <= sizes[0]

    asyncio.run(walk())
