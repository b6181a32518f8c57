"""A phone and a store of two releases: each works with the other for one version of the wire."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest

from sync.client.errors import TooOld
from sync.client.hand_over import write_hand_over
from sync.client.records import Receipt
from sync.client.spoken import spoken_version
from sync.client.transport import Request, Response
from sync.hand_over.reader import read_hand_over
from sync.headers import STORE_HEADER
from sync.wire import OLDEST, VERSION, SyncRequest, request_to_bytes
from tests.central.a_store import AStore
from tests.client.a_phone import Link, WalkingPhone, an_enrolled_phone
from tests.released import conversation, wire_v1
from tests.released.v1_far_end import DATA, WRONG_VERSION, ReleasedStore, version_of


@pytest.mark.parametrize("version", range(OLDEST, VERSION + 1))
def test_what_a_phone_of_that_version_says_is_answered_word_for_word_as_then(
    store: AStore, version: int
) -> None:
    recorded = conversation.recorded(DATA / f"v{version}")
    asked = [(device, request) for device, request, _ in recorded]
    answered = list(conversation.answers(store, asked))
    assert answered == [answer for _, _, answer in recorded]


@pytest.mark.parametrize("version", range(OLDEST, VERSION + 1))
def test_this_release_says_the_same_words_in_that_version(version: int) -> None:
    recorded = conversation.recorded(DATA / f"v{version}")
    now = [request_to_bytes(request, version) for _, request in conversation.the_requests()]
    assert now == [request for _, request, _ in recorded]


def test_the_phones_of_the_first_releases_read_what_this_store_answers(store: AStore) -> None:
    asked = [
        (device, wire_v1.request_to_bytes(wire_v1.SyncRequest(**_parts(request))))
        for device, request in conversation.the_requests()
    ]
    answered = [wire_v1.answer_from_bytes(body) for body in conversation.answers(store, asked)]
    assert [len(answer.accepted) for answer in answered] == [3, 3, 0, 0]
    assert list(answered[2].changes[:3]) == conversation.the_walk()


def test_a_phone_speaks_the_version_before_with_a_store_that_knows_no_other(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        phone.link = ReleasedStore(store)
        saved = await phone.save_defect(await phone.start_round(), photos=1)
        await phone.sync()
        assert phone.finding(saved.observation_id).receipt is Receipt.WITH_COORDINATOR
        other = await an_enrolled_phone(store, tmp_path / "other.db", "Alex")
        other.link = ReleasedStore(store)
        await other.sync()
        assert [one.text for one in other.walk.observations(saved.round_id)] == [saved.text]

    asyncio.run(walk())


def test_it_remembers_that_and_asks_anew_on_the_next_day_of_the_store(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        phone.link = ReleasedStore(store)
        assert await spoken(phone) == [2, 1]
        assert await spoken(phone) == [1]
        store.clock.forward(days=1)
        assert await spoken(phone) == [1]
        assert await spoken(phone) == [2, 1]
        phone.link = Link(store)
        assert await spoken(phone) == [1]
        store.clock.forward(days=1)
        assert await spoken(phone) == [1]
        assert await spoken(phone) == [2]
        assert spoken_version(phone.local) == VERSION

    asyncio.run(walk())


def test_a_store_that_went_back_to_the_release_before_still_takes_everything(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.sync()
        phone.link = ReleasedStore(store)
        await phone.save_defect(await phone.start_round(), photos=1)
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_another_store_is_asked_in_this_releases_version(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        phone.link = ReleasedStore(store)
        await phone.sync()
        phone.link = Link(store)
        await phone.enrol(store.code())
        assert await spoken(phone) == [2]

    asyncio.run(walk())


def test_a_phone_that_no_version_is_left_for_hands_in_everything_as_a_file(
    store: AStore, tmp_path: Path
) -> None:
    def knows_only_newer(request: Request) -> Response | None:
        if not request.url.endswith("/api/v1/sync"):
            return None
        headers = {
            "content-type": "application/problem+json",
            STORE_HEADER.lower(): store.services.store_id,
        }
        return Response(status=400, headers=headers, body=WRONG_VERSION)

    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        saved = await phone.save_defect(await phone.start_round(), photos=2)
        phone.link.answers_itself = knows_only_newer
        with pytest.raises(TooOld):
            await phone.sync()
        assert phone.finding(saved.observation_id).receipt is Receipt.ON_PHONE
        with (tmp_path / "left.zip").open("wb") as file:
            await write_hand_over(file, phone.local, phone.photos, store.clock())
        left = read_hand_over(io.BytesIO((tmp_path / "left.zip").read_bytes()))
        assert {one.change.entity.value for one in left.changes} == {
            "round", "observation", "photo"
        }  # fmt: skip
        assert left.photos == phone.photos
        phone.link.answers_itself = lambda _: None
        await phone.sync()
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


def test_a_store_that_knows_neither_version_is_asked_in_one_of_them_a_round(
    store: AStore, tmp_path: Path
) -> None:
    def knows_neither(request: Request) -> Response | None:
        if not request.url.endswith("/api/v1/sync"):
            return None
        headers = {"content-type": "application/problem+json"}
        return Response(status=400, headers=headers, body=WRONG_VERSION)

    async def tried(phone: WalkingPhone) -> list[int]:
        phone.link.requests.clear()
        with pytest.raises(TooOld):
            await phone.sync()
        return [version_of(one) for one in phone.link.requests if one.url.endswith("/sync")]

    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round())
        phone.link.answers_itself = knows_neither
        assert await tried(phone) == [VERSION, OLDEST]
        assert await tried(phone) == [VERSION]
        assert await tried(phone) == [OLDEST]
        assert await tried(phone) == [VERSION]
        phone.link = ReleasedStore(store)
        assert await spoken(phone) == [OLDEST]
        assert phone.walk.waiting().is_all_sent

    asyncio.run(walk())


async def spoken(phone: WalkingPhone) -> list[int]:
    """The versions that the phone tried in one round of sync."""
    phone.link.requests.clear()
    await phone.sync()
    asked = [one for one in phone.link.requests if one.url.endswith("/api/v1/sync")]
    return [version_of(one) for one in asked]


def _parts(request: SyncRequest) -> dict[str, object]:
    return {"changes": request.changes, "cursor": request.cursor}


def test_the_recorded_conversations_are_of_the_versions_they_are_filed_under() -> None:
    for version in range(OLDEST, VERSION + 1):
        for _, request, answer in conversation.recorded(DATA / f"v{version}"):
            assert (json.loads(request)["v"], json.loads(answer)["v"]) == (version, version)
