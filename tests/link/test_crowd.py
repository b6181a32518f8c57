"""Many phones at once, the same photo from two, the same piece twice: each is there once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client.own_store import own_store
from sync.client.problems import Problem
from sync.client.store_api import UploadState
from sync.domain.ids import AreaCode
from tests.bench.sync.plain_transport import PlainTransport
from tests.bench.sync.store import RunningStore, a_store
from tests.central.a_store import a_jpeg, sha256_of
from tests.figures import Say
from tests.link.a_phone_over_http import HttpPhone

PHONES, DEFECTS = 50, 20
OF_ONE_PICTURE = """
SELECT MAX(findings) FROM (
    SELECT COUNT(DISTINCT observation_id) AS findings FROM photo
    JOIN stored_photo USING (sha256) WHERE deleted_at IS NULL GROUP BY sha256)
"""
CLOSING_S = 0.1
"""Connections are closed by the loop, which must still run for it."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    with a_store(tmp_path_factory.mktemp("store")) as store:
        yield store


async def a_phone(store: RunningStore) -> HttpPhone:
    phone = HttpPhone(Path(":memory:"), store.url, transport=PlainTransport())
    await phone.enrol(store.url, store.code)
    return phone


def test_fifty_phones_with_twenty_defects_each_at_once(running: RunningStore, figure: Say) -> None:
    taken: dict[str, bytes] = {}

    async def crowd() -> int:
        phones = [await a_phone(running) for _ in range(PHONES)]
        for phone in phones:
            round_ = await phone.start_round()
            for _ in range(DEFECTS):
                await phone.save_defect(round_, [a_jpeg(32, 24)])
        attempts = await asyncio.gather(*(phone.send_all(20) for phone in phones))
        for phone in phones:
            assert phone.walk.waiting().is_all_sent
            taken.update(phone.photos)
            phone.close()
        await asyncio.sleep(CLOSING_S)
        return sum(one.rounds for one in attempts)

    rounds = asyncio.run(crowd())
    sent = PHONES * DEFECTS
    assert running.ask("SELECT COUNT(*) FROM observation") == sent
    assert running.ask("SELECT COUNT(*) FROM stored_photo") == sent
    doubles, orphans = running.doubles(observations=sent, photos=sent), running.orphans()
    files = {path.name: path for path in (running.data / "photos").rglob("*") if path.is_file()}
    lost = [one for one, data in taken.items() if bytes_of(one, files) != data]
    figure("crowd.rounds", rounds, f"rounds of {PHONES} phones")
    figure("crowd.sent", sent, "findings, each with a photo")
    figure("crowd.lost", len(lost))
    figure("crowd.doubles", doubles)
    figure("crowd.orphans", orphans)
    assert (len(taken), lost, doubles, orphans) == (sent, [], 0, 0)


def bytes_of(sha256: str, files: dict[str, Path]) -> bytes:
    return b"".join(path.read_bytes() for name, path in files.items() if sha256 in name)


def test_the_same_photo_from_two_phones_is_there_once_for_both(running: RunningStore) -> None:
    before = running.ask("SELECT COUNT(*) FROM stored_photo")

    async def both() -> None:
        phones = [await a_phone(running) for _ in range(2)]
        photo = a_jpeg(640, 480)
        for phone in phones:
            await phone.save_defect(await phone.start_round(), [photo])
        await asyncio.gather(*(phone.send_all(10) for phone in phones))
        for phone in phones:
            assert phone.walk.waiting().is_all_sent
            phone.close()
        await asyncio.sleep(CLOSING_S)

    asyncio.run(both())
    assert running.ask("SELECT COUNT(*) FROM stored_photo") == before + 1
    assert running.ask(OF_ONE_PICTURE) == 2, "each finding has it"
    assert running.orphans() == 0


def test_the_same_piece_twice_in_parallel_is_written_once(running: RunningStore) -> None:
    async def twice() -> None:
        phone = await a_phone(running)
        api = own_store(phone.local, running.url, phone.transport)
        photo = a_jpeg(640, 480)
        name, half = sha256_of(photo), len(photo) // 2
        area = AreaCode((await phone.start_round()).area)
        begun = await api.create_upload(name, area, len(photo), photo[:half])
        # a receipt needs a name: this store gives it
        assert begun == UploadState(offset=half, is_stored=False)
        pieces = [api.append_upload(name, half, photo[half:]) for _ in range(4)]
        answers = await asyncio.gather(*pieces)
        taken = [one for one in answers if isinstance(one, UploadState)]
        assert taken == [UploadState(offset=len(photo), is_stored=True)]
        refused = {one.status for one in answers if isinstance(one, Problem)}
        assert refused <= {409, 423}
        [file] = (running.data / "photos").rglob(f"*{name}*")
        assert file.read_bytes() == photo
        phone.close()
        await asyncio.sleep(CLOSING_S)

    asyncio.run(twice())
    assert running.orphans() == 0
