"""What the store had acknowledged and lost comes again from the phones that still have it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from sync.central.blobs import blob_path
from sync.central.composition import telling_of
from sync.central.put_back import mark, put_back_name
from sync.central.stray_photos import settle_strays
from sync.client.briefing import CHECK_EVERY
from sync.client.errors import SignInNeeded
from sync.client.records import ObservationRecord
from sync.domain.ids import AreaCode, Sha256
from tests.central.a_store import DATABASE, AStore
from tests.client.a_phone import WalkingPhone, a_place, an_enrolled_phone


def starts_again(store: AStore) -> None:
    """As sync.central.composition does it, with a look at what the folder has."""
    store.restart()
    services = store.services
    put_back = put_back_name(services.engine, store.folder)
    mark(services.engine, store.folder, os.urandom)
    strays = settle_strays(services.engine, services.blobs, store.clock())
    store.services = telling_of(strays, put_back, services)
    store.clock.forward(seconds=CHECK_EVERY.total_seconds() + 1)


def is_there(store: AStore, sha256: str) -> bool:
    return (store.folder / "photos" / blob_path(Sha256(sha256))).is_file()


def lose(store: AStore, *names: str) -> None:
    for name in names:
        (store.folder / "photos" / blob_path(Sha256(name))).unlink()


def requests_for_photos(phone: WalkingPhone) -> int:
    return sum("/photos" in request.url for request in phone.link.requests)


def test_a_photo_whose_file_the_store_has_lost_is_sent_again_by_the_phone_that_has_it(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        saved = await phone.save_defect(await phone.start_round(), photos=3)
        await phone.sync()
        lost, gone, kept = sorted(phone.photos)
        lose(store, lost, gone)
        del phone.photos[gone]
        starts_again(store)
        await phone.sync()
        assert is_there(store, lost) and is_there(store, kept)
        assert not is_there(store, gone), "nobody has it any more"
        assert phone.walk.waiting().is_all_sent, "and nobody is told to send what is not there"
        assert phone.finding(saved.observation_id).photos[0].is_stored
        store.clock.forward(seconds=CHECK_EVERY.total_seconds() + 1)
        asked = requests_for_photos(phone)
        await phone.sync()
        assert requests_for_photos(phone) == asked, "it was looked into once"

    asyncio.run(walk())


def test_until_a_lost_photo_is_there_again_the_phone_does_not_say_that_all_is_sent(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        await phone.save_defect(await phone.start_round(), photos=1, photo_px=(900, 700))
        await phone.sync()
        lose(store, *phone.photos)
        starts_again(store)
        await phone.engine(photos_that_may_go=0).round()
        assert phone.walk.waiting().photos == 1
        await phone.sync()
        assert phone.walk.waiting().is_all_sent and is_there(store, *phone.photos)

    asyncio.run(walk())


def test_a_store_put_back_from_an_older_copy_gets_again_what_phones_have_of_their_own(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        other = await an_enrolled_phone(store, tmp_path / "other.db", "Alex")
        round_ = await phone.start_round()
        before = await phone.save_defect(round_, photos=1, text="Före kopian")
        await phone.sync()
        await other.sync()
        put_aside(store, tmp_path / "copy")
        after = await phone.save_defect(round_, photos=1, text="Efter kopian")
        await edit(phone, before, "Ändrad efter kopian")
        await phone.sync()
        await other.sync()
        there_before = what_is_there(store)
        put_back(store, tmp_path / "copy")
        assert what_is_there(store) != there_before
        await phone.sync()
        assert what_is_there(store) == there_before
        assert phone.walk.waiting().is_all_sent
        assert all(is_there(store, name) for name in phone.photos)
        await other.sync()
        assert other.finding(before.observation_id).text == "Ändrad efter kopian"
        assert other.finding(before.observation_id).is_urgent
        assert other.finding(after.observation_id).text == "Efter kopian"
        asked = len(phone.link.requests)
        await phone.sync()
        assert len(phone.link.requests) <= asked + 2, "it was looked into once"

    asyncio.run(walk())


def test_a_store_put_back_and_written_on_past_what_a_phone_knew_is_seen_through(
    store: AStore, tmp_path: Path
) -> None:
    async def walk() -> None:
        starts_again(store)
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        other = await an_enrolled_phone(store, tmp_path / "other.db", "Alex")
        round_ = await phone.start_round()
        await phone.sync()
        await other.sync()
        put_aside(store, tmp_path / "copy")
        after = await phone.save_defect(round_, photos=1, text="Efter kopian")
        await phone.sync()
        put_back(store, tmp_path / "copy")
        written_on = [await other.save_defect(round_, text=f"Lampa {n}") for n in range(5)]
        await other.sync()
        new = await an_enrolled_phone(store, tmp_path / "new.db", "Kim")
        await new.sync()
        assert after.observation_id not in [
            one.observation_id for one in new.walk.observations(round_.round_id)
        ]
        await phone.sync()
        await phone.sync()
        await new.sync()
        for one in (phone, new):
            found = {seen.observation_id for seen in one.walk.observations(round_.round_id)}
            assert found == {one.observation_id for one in (after, *written_on)}
        assert all(is_there(store, name) for name in phone.photos)
        asked = [len(one.link.requests) for one in (phone, new)]
        starts_again(store)
        for one in (phone, new):
            await one.sync()
        assert [len(one.link.requests) for one in (phone, new)] == [n + 2 for n in asked]

    asyncio.run(walk())


def test_a_store_begun_anew_under_its_old_name_gets_everything_from_a_phone_that_joins_again(
    store: AStore, tmp_path: Path
) -> None:
    """There was no copy, or one from before the phone had joined: nobody knows the phone."""

    async def walk() -> None:
        put_aside(store, tmp_path / "copy")
        phone = await an_enrolled_phone(store, tmp_path / "phone.db")
        saved = await phone.save_defect(await phone.start_round(), photos=1)
        await edit(phone, saved, "Ändrad")
        await phone.sync()
        there_before = what_is_there(store)
        put_back(store, tmp_path / "copy")
        with pytest.raises(SignInNeeded):
            await phone.sync()
        await phone.enrol(store.code())
        await phone.sync()
        assert what_is_there(store) == there_before
        assert phone.walk.waiting().is_all_sent
        asked = len(phone.link.requests)
        await phone.enrol(store.code(AreaCode("rosengard")))
        await phone.sync()
        assert len(phone.link.requests) <= asked + 4, "a code for one more area is no such case"

    asyncio.run(walk())


async def edit(phone: WalkingPhone, record: ObservationRecord, text: str) -> None:
    finding = phone.finding(record.observation_id)
    content = replace(finding.content, text=text, place=a_place(55.62), is_urgent=True)
    await phone.recorder.change_observation(finding, content)


def put_aside(store: AStore, copy: Path) -> None:
    copy.mkdir()
    with (
        closing(sqlite3.connect(store.folder / DATABASE)) as database,
        closing(sqlite3.connect(copy / DATABASE)) as to,
    ):
        database.backup(to)
    shutil.copytree(store.folder / "photos", copy / "photos")


def put_back(store: AStore, copy: Path) -> None:
    mark(store.services.engine, store.folder, os.urandom)
    store.close()
    for old in store.folder.glob(f"{DATABASE}*"):
        old.unlink()
    shutil.rmtree(store.folder / "photos")
    shutil.copy(copy / DATABASE, store.folder / DATABASE)
    shutil.copytree(copy / "photos", store.folder / "photos")
    starts_again(store)


def what_is_there(store: AStore) -> dict[str, list[tuple[object, ...]]]:
    """Current rows with their clocks, and which photos are stored."""
    found = {}
    with closing(sqlite3.connect(store.folder / DATABASE)) as database:
        for table in ("round", "observation", "photo"):
            found[table] = database.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()
        query = "SELECT sha256 FROM stored_photo ORDER BY sha256"
        found["stored_photo"] = database.execute(query).fetchall()
    return found
