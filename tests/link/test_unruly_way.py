"""Requests twice, late, overtaken, answers lost: everything is there once, receipts are true."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.sync.plain_transport import PlainTransport
from tests.bench.sync.store import RunningStore, a_store
from tests.central.a_store import a_jpeg
from tests.figures import Say
from tests.link.a_phone_over_http import HttpPhone
from tests.link.unruly_way import Fate, UnrulyWay

SEEDS = range(4)
DEFECTS = 5
PHOTO_PX = [(64, 48), (800, 640), (1150, 900)]
"""One piece, two, and three."""
MOST_ROUNDS = 60
CLOSING_S = 0.1


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    with a_store(tmp_path_factory.mktemp("store")) as store:
        yield store


def counts(store: RunningStore) -> tuple[int, int, int]:
    """Observations, photos that are said to be there, and files of photos that are."""
    return (
        store.ask("SELECT COUNT(*) FROM observation"),
        store.ask("SELECT COUNT(*) FROM photo"),
        store.ask("SELECT COUNT(*) FROM stored_photo"),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_two_phones_on_an_unruly_way_bring_everything_once_and_say_only_what_is_true(
    running: RunningStore, figure: Say, seed: int
) -> None:
    before = counts(running)
    met: Counter[Fate] = Counter()

    async def walk() -> tuple[list[HttpPhone], int]:
        plain = PlainTransport()
        phones, ways = [], []
        for number in range(2):
            phone = HttpPhone(Path(":memory:"), running.url, transport=plain)
            await phone.enrol(running.url, running.code)
            round_ = await phone.start_round()
            for n in range(DEFECTS):
                await phone.save_defect(round_, [a_jpeg(*PHOTO_PX[n % len(PHOTO_PX)])])
            way = UnrulyWay(plain, seed * 2 + number)
            phone.transport = way  # type: ignore[assignment]
            phones.append(phone)
            ways.append(way)
        attempts = await asyncio.gather(*(phone.send_all(MOST_ROUNDS) for phone in phones))
        for way in ways:
            await way.all_arrives()
            met.update(way.met)
        plain.close()
        await asyncio.sleep(CLOSING_S)
        return phones, sum(one.rounds for one in attempts)

    phones, rounds = asyncio.run(walk())
    sent = 2 * DEFECTS
    added = tuple(b - a for a, b in zip(before, counts(running), strict=True))
    assert added == (sent, sent, sent)
    assert running.orphans() == 0
    assert running.ask("SELECT COUNT(*) - COUNT(DISTINCT change_id) FROM change_log") == 0
    for phone in phones:
        assert phone.walk.waiting().is_all_sent
        for name, data in phone.photos.items():
            [file] = (running.data / "photos").rglob(f"*{name}*")
            assert file.read_bytes() == data
        phone.local.close()
    figure("unruly.rounds", rounds, f"rounds of 2 phones, {met.total()} requests")
    figure("unruly.disturbed", met.total() - met[Fate.STRAIGHT], "of these requests")
