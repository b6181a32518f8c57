"""The small pictures of what other phones found, whose photos come after their records."""

from __future__ import annotations

from asyncio import sleep
from itertools import pairwise
from pathlib import Path

from app.field.models.small_pictures import ASK_AGAIN_S, LONGEST_WAIT_S
from sync.client.transport import Request, Response, Unreachable
from tests.central.a_store import AStore
from tests.field.a_phone import Phone
from tests.field.fake_time import run


def no_photos(request: Request) -> Response | None:
    if request.url.endswith("/api/v1/photos"):
        raise Unreachable("the line is too thin for photos")
    return None


def asked_for(phone: Phone, sha256: str) -> int:
    return sum(one.url.endswith(f"{sha256}/thumbnail") for one in phone.link.requests)


async def a_photo_under_way(store: AStore, folder: Path) -> tuple[Phone, Phone, str]:
    """Its record has come to another phone on the same round, which has asked for its picture."""
    one = Phone(store=store, folder=folder / "phone")
    other = Phone(store=store, folder=folder / "other", nickname="Uven", clock=one.clock)
    await one.walk()
    one.link.answers_itself = no_photos
    sha256 = (await one.save_a_defect()).photos[0].sha256
    await one.news()
    await other.enrol()
    await other.news()
    assert other.app.home is not None
    await other.app.home.join(one.round.record.round_id)
    await other.round.shown()
    await other.round.findings.load_thumbnails()
    assert asked_for(other, sha256) >= 1
    assert sha256 not in other.round.findings.thumbnails
    return one, other, sha256


def test_a_picture_that_was_not_there_yet_is_shown_and_kept_once_it_is(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        one, other, sha256 = await a_photo_under_way(store, tmp_path)
        one.link.answers_itself = lambda _: None
        await one.all_sent()
        await sleep(ASK_AGAIN_S)
        await other.round.findings.load_thumbnails()
        assert sha256 in other.round.findings.thumbnails
        assert f"{sha256}.small" in await other.services.storage.photos.names()
        await one.end()
        await other.end()

    run(walk())


def test_a_protocol_gets_a_picture_that_came_late_without_anybody_looking_at_the_list(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        one, other, sha256 = await a_photo_under_way(store, tmp_path)
        one.link.answers_itself = lambda _: None
        await one.all_sent()
        await sleep(2 * ASK_AGAIN_S)
        assert f"{sha256}.small" in await other.services.storage.photos.names()
        await one.end()
        await other.end()

    run(walk())


WHO_ASK = 3
"""The list, what is fetched for the way, and the banner."""


def test_a_picture_that_stays_away_is_asked_for_seldom(store: AStore, tmp_path: Path) -> None:
    async def walk() -> None:
        one, other, sha256 = await a_photo_under_way(store, tmp_path)
        asked = []
        for _ in range(60):
            await sleep(60)
            await other.round.findings.load_thumbnails()
            asked.append(asked_for(other, sha256))
        in_the_last_half_hour = asked[-1] - asked[29]
        assert 1 <= in_the_last_half_hour <= WHO_ASK * (1800 / LONGEST_WAIT_S + 1)
        assert sum(before < after for before, after in pairwise(asked)) < 10 * WHO_ASK
        await one.end()
        await other.end()

    run(walk())
