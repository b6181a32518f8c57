"""A link that is cut (RST) after every so many bytes, or before an answer: all arrives, once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.domain.ids import EntityId
from tests.bench.sync.link import Line, a_link
from tests.bench.sync.store import RunningStore, a_store
from tests.central.a_store import a_jpeg
from tests.figures import Say
from tests.link.a_phone_over_http import HttpPhone, run

SHORT_ROUNDS = 20
BYTES_PER_PIXEL = 0.68
"""Of noise in a_jpeg's quality."""


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


def a_photo_of(size: int) -> bytes:
    """A JPEG of about that many bytes that no other call gives."""
    edge_px = max(16, round((size / BYTES_PER_PIXEL) ** 0.5))
    return a_jpeg(edge_px, edge_px)


@pytest.mark.parametrize(
    ("line", "photo_bytes", "most_rounds"),
    [
        (Line(cut_every=3_000), 6_000, 120),
        (Line(cut_every=5_000), 20_000, 60),
        (Line(cut_every=20_000), 60_000, 40),
        (Line(cut_every=100_000), 300_000, 30),
        (Line(cut_every=1_000_000), 1_500_000, 20),
        (Line(cut_every=5_000_000), 2_500_000, 10),
        (Line(lost_answers=2), 300_000, 60),
        (Line(lost_answers=3), 300_000, 60),
    ],
    ids=lambda value: (
        f"cut every {value.cut_every}" if isinstance(value, Line) and value.cut_every else None
    ),
)
def test_everything_arrives_once_however_the_link_is_cut(
    running: RunningStore,
    tmp_path: Path,
    figure: Say,
    line: Line,
    photo_bytes: int,
    most_rounds: int,
) -> None:
    before = counts(running)
    with a_link(running.url, line) as link:
        phone = HttpPhone(tmp_path / "phone.db", link.url)
        asyncio.run(phone.enrol(running.url, running.code))
        pictures = [[a_photo_of(photo_bytes)] for _ in range(3)]

        async def record() -> None:
            round_ = await phone.start_round()
            for each in pictures:
                await phone.save_defect(round_, each)

        asyncio.run(record())
        attempts = run(phone, most_rounds)
        phone.close()
    assert link.counted.cuts > 0
    after = counts(running)
    assert tuple(b - a for a, b in zip(before, after, strict=True)) == (3, 3, 3)
    assert running.orphans() == 0
    assert running.ask("SELECT COUNT(*) - COUNT(DISTINCT change_id) FROM change_log") == 0
    for name, data in phone.photos.items():
        [stored] = (running.data / "photos").rglob(f"*{name}*")
        assert stored.read_bytes() == data
    payload = sum(map(len, phone.photos.values()))
    what = f"cut_{line.cut_every}" if line.cut_every else f"lost_answer_{line.lost_answers}"
    figure(f"{what}.rounds", attempts.rounds, "rounds")
    figure(f"{what}.cuts", link.counted.cuts, "cuts")
    figure(f"{what}.bytes", round(link.counted.total / payload, 3), "x the photos")


@pytest.mark.parametrize("cut_every", [1_000, 1_500, 2_000])
def test_on_a_link_too_short_for_an_answer_nothing_is_lost_and_all_is_sent_once_it_is_whole(
    running: RunningStore, tmp_path: Path, figure: Say, cut_every: int
) -> None:
    """A request and its answer have about as many bytes: what arrives is seldom acknowledged."""
    before = counts(running)
    with a_link(running.url, Line(cut_every=cut_every)) as link:
        phone = HttpPhone(tmp_path / "phone.db", link.url)
        asyncio.run(phone.enrol(running.url, running.code))

        async def record_and_try() -> int:
            await phone.save_defect(await phone.start_round(), [a_photo_of(10_000)])
            failures = 0
            for _ in range(SHORT_ROUNDS):
                failures = 0 if await phone.one_round(failures) else failures + 1
            return failures

        failures = asyncio.run(record_and_try())
        waiting = phone.walk.waiting()
        there = counts(running)[2] - before[2]
        assert waiting.photos >= 1 - there, "no photo is said to be sent that is not"
        assert not waiting.has_stuck
        assert link.counted.cuts <= SHORT_ROUNDS * 3, "two or three tries in a round"
        link.becomes(Line())
        attempts = run(phone, 3)
        phone.close()
    assert tuple(b - a for a, b in zip(before, counts(running), strict=True)) == (1, 1, 1)
    assert running.ask("SELECT COUNT(*) - COUNT(DISTINCT change_id) FROM change_log") == 0
    assert running.orphans() == 0
    figure(f"cut_{cut_every}.failed_in_a_row", failures, f"of {SHORT_ROUNDS} rounds")
    figure(f"cut_{cut_every}.rounds_once_whole", attempts.rounds, "rounds")


def test_own_records_have_receipts_on_a_link_too_short_for_what_is_new(
    running: RunningStore, tmp_path: Path, figure: Say
) -> None:
    """What a new phone is given first is more than ever comes whole."""
    whole = HttpPhone(tmp_path / "other.db", running.url)

    async def many_findings() -> None:
        await whole.enrol(running.url, running.code)
        round_ = await whole.start_round()
        for _ in range(60):
            await whole.save_defect(round_, [])

    asyncio.run(many_findings())
    run(whole, 3)
    whole.close()
    with a_link(running.url, Line(cut_every=2_200)) as link:
        phone = HttpPhone(tmp_path / "phone.db", link.url)
        asyncio.run(phone.enrol(running.url, running.code))

        async def record_and_try() -> int:
            round_ = await phone.start_round()
            for _ in range(4):
                await phone.save_defect(round_, [])
            for number in range(1, 4 * SHORT_ROUNDS):
                await phone.one_round(number - 1)
                if phone.walk.waiting().records == 0:
                    return number
            return 0

        rounds = asyncio.run(record_and_try())
        assert rounds, "the four findings never had a receipt"
        assert phone.local.fact("fill") is not None, "what is new has not come"
        link.becomes(Line())
        assert asyncio.run(phone.one_round(0))
        assert len(phone.walk.observations(whole_round_of(phone))) == 60
        phone.close()
    figure("cut_2200.rounds_until_all_records_had_receipts", rounds, "rounds")


def whole_round_of(phone: HttpPhone) -> EntityId:
    """The round with the most findings."""
    query = "SELECT round_id FROM observation GROUP BY round_id ORDER BY COUNT(*) DESC LIMIT 1"
    return EntityId(phone.local.db.execute(query).fetchone()[0])


def test_a_line_of_20_kbit_a_second_with_a_long_way_carries_a_record_and_a_photo(
    running: RunningStore, tmp_path: Path, figure: Say
) -> None:
    before = counts(running)
    with a_link(running.url, Line(bits_per_s=20_000, round_trip_s=1.5)) as link:
        phone = HttpPhone(tmp_path / "phone.db", link.url)
        asyncio.run(phone.enrol(running.url, running.code))

        async def record() -> None:
            await phone.save_defect(await phone.start_round(), [a_photo_of(6_000)])

        asyncio.run(record())
        attempts = run(phone, 3)
        phone.close()
    assert tuple(b - a for a, b in zip(before, counts(running), strict=True)) == (1, 1, 1)
    assert (attempts.rounds, attempts.failed) == (1, 0)
    figure("slow_line.bytes", link.counted.total, "bytes")
