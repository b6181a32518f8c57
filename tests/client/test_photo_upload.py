"""One photo in pieces: what goes over the link, and how it mends."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from sync.client import photo_upload
from sync.client.engine import PHOTOS_AT_A_TIME
from sync.client.errors import NotReached, StoreInTrouble
from sync.client.transport import Request, Response, Unreachable
from tests.central.a_store import AStore
from tests.client.a_phone import Link, PhotoFiles, WalkingPhone, an_enrolled_phone

PIECE_BYTES = 20_000
BYTES_OF_A_PIECE = photo_upload.PIECE_BYTES
"""As it is outside of these tests."""


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_upload, "PIECE_BYTES", PIECE_BYTES)


@dataclass
class Careless(Link):
    """Turns one bit of the n-th piece over, and counts how many photos are under way at once."""

    damages: int = -1
    pieces: list[Request] = field(default_factory=list)
    under_way: set[str] = field(default_factory=set)
    most_under_way: int = 0

    async def request(self, request: Request) -> Response:
        if "/photos" not in request.url or request.body is None:
            return await super().request(request)
        me = str(id(request))
        self.under_way.add(me)
        self.most_under_way = max(self.most_under_way, len(self.under_way))
        self.pieces.append(request)
        if len(self.pieces) == self.damages:
            damaged = bytes([request.body[0] ^ 1]) + request.body[1:]
            request = Request(
                method=request.method,
                url=request.url,
                headers=request.headers,
                body=damaged,
                timeout_s=request.timeout_s,
            )
        await asyncio.sleep(0)
        try:
            return await super().request(request)
        finally:
            self.under_way.discard(me)


async def a_phone_with(store: AStore, tmp_path: Path, photos: int, **link: int) -> WalkingPhone:
    phone = await an_enrolled_phone(store, tmp_path / "phone.db")
    await phone.save_defect(await phone.start_round(), photos=photos)
    phone.link = Careless(store, **link)  # type: ignore[arg-type]
    return phone


def test_a_piece_has_256_kilobytes() -> None:
    assert BYTES_OF_A_PIECE == 256 * 1024


@pytest.mark.parametrize("damages", [1, 2, 3])
def test_a_piece_damaged_on_its_way_is_sent_again_alone(
    store: AStore, tmp_path: Path, damages: int
) -> None:
    async def walk() -> None:
        phone = await a_phone_with(store, tmp_path, 1, damages=damages)
        await phone.sync()
        (name, data), link = next(iter(phone.photos.items())), phone.link
        assert isinstance(link, Careless)
        assert store.services.blobs.get(name) == data  # type: ignore[arg-type]
        sent = sum(len(piece.body or b"") for piece in link.pieces)
        assert sent == len(data) + len(link.pieces[damages - 1].body or b"")
        assert all("Upload-Checksum" in piece.headers for piece in link.pieces)

    asyncio.run(walk())


def test_a_photo_in_one_piece_has_its_checksum_in_its_name(
    store: AStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_upload, "PIECE_BYTES", 1_000_000)

    async def walk() -> None:
        phone = await a_phone_with(store, tmp_path, 1, damages=1)
        await phone.sync()
        (name, data), link = next(iter(phone.photos.items())), phone.link
        assert isinstance(link, Careless)
        assert store.services.blobs.get(name) == data  # type: ignore[arg-type]
        assert [len(piece.body or b"") for piece in link.pieces] == [len(data)] * 2
        assert not any("Upload-Checksum" in piece.headers for piece in link.pieces)

    asyncio.run(walk())


def test_a_photo_that_the_store_has_costs_one_request(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        first = await a_phone_with(store, tmp_path, 1)
        await first.sync()
        first.local.write("UPDATE photo_file SET stored_at = NULL", {})  # the answer was lost
        first.link = again = Careless(store)
        await first.sync()
        assert first.walk.waiting().is_all_sent
        assert [piece.method for piece in again.pieces] == ["POST"]
        assert [r for r in again.requests if "/photos" in r.url] == again.pieces

    asyncio.run(walk())


def test_at_most_three_photos_are_under_way_at_once(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await a_phone_with(store, tmp_path, 8)
        await phone.sync()
        assert phone.walk.waiting().is_all_sent
        assert isinstance(phone.link, Careless)
        assert phone.link.most_under_way == PHOTOS_AT_A_TIME == 3

    asyncio.run(walk())


class Watched(PhotoFiles):
    """Counts the photos that have been read."""

    reads: int = 0

    async def read(self, name: str) -> bytes:
        self.reads += 1
        return await super().read(name)


def test_the_next_photo_is_read_while_those_before_it_are_on_their_way(
    store: AStore, tmp_path: Path
) -> None:
    read_meanwhile = 0

    async def walk() -> None:
        phone = await a_phone_with(store, tmp_path, 6)
        watched = phone.photos = Watched(phone.photos)

        class Waiting(Link):
            async def request(self, request: Request) -> Response:
                nonlocal read_meanwhile
                if "/photos" in request.url and not read_meanwhile:
                    for _ in range(50):
                        await asyncio.sleep(0)
                    read_meanwhile = watched.reads
                return await super().request(request)

        phone.link = Waiting(store)
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())
    assert read_meanwhile == PHOTOS_AT_A_TIME + 1, "one more, and not all: they are in memory"


@dataclass
class Forgetful(Link):
    """The photo's first piece is cut after a few bytes; of every so many answers one is lost."""

    loses_every: int = 3
    answered: int = 0
    first_bytes: int = 8_000

    async def request(self, request: Request) -> Response:
        if request.method == "POST" and "/photos" in request.url and self.first_bytes:
            headers = {k: v for k, v in request.headers.items() if k != "Upload-Checksum"}
            body = (request.body or b"")[: self.first_bytes]
            self.first_bytes = 0
            await super().request(replace(request, headers=headers, body=body))
            raise Unreachable("cut after the first bytes")
        answer = await super().request(request)
        self.answered += 1
        if self.answered % self.loses_every == 0:
            raise Unreachable("the answer was lost")
        return answer


@pytest.mark.parametrize("loses_every", [2, 3, 4, 5])
@pytest.mark.parametrize("answered", range(5))
def test_a_photo_goes_on_although_it_is_always_the_same_answer_that_is_lost(
    store: AStore, tmp_path: Path, loses_every: int, answered: int
) -> None:
    async def walk() -> None:
        phone = await a_phone_with(store, tmp_path, 1)
        phone.link = Forgetful(store, loses_every=loses_every, answered=answered)
        for _ in range(12):
            with suppress(NotReached):
                await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_store_that_always_says_the_same_offset_is_not_sent_the_same_piece_for_ever(
    store: AStore, tmp_path: Path
) -> None:
    """A proxy that gives an old answer again, say: the next round asks anew."""

    async def walk() -> None:
        phone = await a_phone_with(store, tmp_path, 1)
        link = phone.link
        told: list[Response] = []

        class Stuck(Careless):
            async def request(self, request: Request) -> Response:
                if request.method != "PATCH":
                    return await super().request(request)
                assert len(self.pieces) < 30, "the same piece again and again"
                answer = await super().request(request)
                told.append(answer)
                return told[0]

        phone.link = Stuck(store)
        with pytest.raises(StoreInTrouble):
            await phone.sync()
        assert phone.walk.waiting().photos == 1
        phone.link = link
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())
