"""A code of another store, for a phone that has been at work for the first."""

from __future__ import annotations

import io
import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.field.models.app_model import Phase
from app.field.preferences import keep_preferences, kept_preferences
from app.i18n import Words
from sync.client.local_store import LocalStore
from sync.domain.words import Category
from sync.hand_over.reader import read_hand_over
from tests.central.a_store import DATABASE, AStore
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.devices import KIRSEBERGS_TORG
from tests.field.test_screens import screen

OF_A_STORE = ("round", "observation", "photo", "photo_file", "outbox", "draft")


@pytest.fixture
def second(migrated: Path, tmp_path: Path) -> Iterator[AStore]:
    """Another store, that answers at the address of the first."""
    folder = tmp_path / "second"
    folder.mkdir()
    shutil.copy(migrated, folder / DATABASE)
    opened = AStore(folder)
    yield opened
    opened.close()


async def joins(phone: Phone, store: AStore) -> None:
    """The person has got a code of a store, which is the one that answers from now on."""
    phone.store = phone.link.store = store
    phone.link.is_up = True
    phone.app.enrol_again()
    assert phone.app.enrol is not None
    phone.app.enrol.set_code(typed(store.code()))
    await phone.app.enrol.go()


def identity(local: LocalStore) -> list[str | None]:
    return [local.fact(name) for name in ("store_id", "device_id", "token")]


def rows(local: LocalStore) -> dict[str, int]:
    counted = {one: f"SELECT COUNT(*) FROM {one}" for one in OF_A_STORE}
    return {one: local.db.execute(count).fetchone()[0] for one, count in counted.items()}


def changes_in(store: AStore) -> int:
    with store.services.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT COUNT(*) FROM change_log").scalar_one())


async def unsent(phone: Phone) -> None:
    await phone.save_a_defect("väntar")


async def half_written(phone: Phone) -> None:
    phone.capture.choose(Category.LIGHTING)
    phone.capture.set_text(typed("Lampan"))
    await phone.round.drafts.try_now()


@pytest.mark.parametrize("waits", [unsent, half_written])
@walking
async def test_a_phone_with_something_for_its_first_store_stays_with_it(
    phone: Phone, store: AStore, second: AStore, waits: Callable[[Phone], Awaitable[None]]
) -> None:
    await phone.walk()
    await phone.save_a_defect("framme")
    await phone.all_sent()
    phone.link.is_up = False
    await waits(phone)
    local = phone.services.local
    before = identity(local), rows(local)
    await joins(phone, second)
    assert phone.app.phase is Phase.ENROL and phone.app.enrol is not None
    assert phone.app.enrol.problem == "enrol.problem.another_store"
    assert "första samordnare" in Words()(phone.app.enrol.problem)
    assert (identity(local), rows(local)) == before
    for _ in range(2):  # the second round begins when the first has been answered
        asked = len(phone.link.requests)
        await phone.sync.now()
        await until(lambda asked=asked: len(phone.link.requests) > asked)
    assert phone.sync.problem == "sync.problem.another_store"
    assert changes_in(second) == 0
    await joins(phone, store)
    await phone.all_sent()
    assert changes_in(second) == 0


@walking
async def test_what_was_handed_in_as_a_file_holds_no_phone_back_until_there_is_more(
    phone: Phone, second: AStore
) -> None:
    await phone.walk()
    await phone.all_sent()
    phone.link.is_up = False
    await unsent(phone)
    phone.app.pages.open_trouble()
    assert phone.app.pages.hand_over is not None
    await phone.app.pages.hand_over.give()
    (file,) = phone.sharing.shared
    assert len(read_hand_over(io.BytesIO(file.content)).photos) == 1
    await unsent(phone)
    await joins(phone, second)
    assert phone.app.phase is Phase.ENROL
    await phone.app.pages.hand_over.give()
    await joins(phone, second)
    assert phone.app.phase is Phase.HOME
    await until(lambda: phone.sync.may_hand_over)
    assert changes_in(second) == 0


@walking
async def test_what_one_store_has_is_neither_sent_to_the_next_nor_taken_for_sent_there(
    phone: Phone, second: AStore, tmp_path: Path
) -> None:
    await phone.walk()
    first = await phone.save_a_defect("hos det första")
    await phone.all_sent()
    local = phone.services.local
    keep_preferences(local, replace(kept_preferences(local), text_percent=150))
    await joins(phone, second)
    assert phone.app.phase is Phase.HOME and phone.app.home is not None
    assert not any(rows(local).values())
    assert phone.app.home.under_way == [] and phone.app.round is None
    await until(lambda: phone.sync.may_hand_over)
    assert changes_in(second) == 0
    assert kept_preferences(local).text_percent == 150
    beside = phone.services.storage.beside
    (aside,) = [one for one in await beside.names() if one.startswith("first-store-")]
    put_aside = tmp_path / "put-aside.db"
    put_aside.write_bytes(await beside.read(aside))
    copy = LocalStore(str(put_aside), now=phone.clock)
    assert rows(copy)["observation"] == 1
    copy.close()
    await phone.app.home.start()
    await phone.round.shown()
    phone.stand_at(KIRSEBERGS_TORG)
    await phone.save_a_defect("hos det andra")
    await phone.all_sent()
    assert changes_in(second) > 0
    await phone.start()
    assert first.photos[0].sha256 in await phone.services.storage.photos.names()


@walking
async def test_a_new_code_of_the_same_store_keeps_everything(phone: Phone, store: AStore) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await phone.all_sent()
    before = rows(phone.services.local)
    await joins(phone, store)
    assert phone.app.phase is Phase.HOME
    assert rows(phone.services.local) == before


@walking
async def test_a_phone_whose_address_is_another_store_s_is_told_and_may_take_a_code_of_it(
    phone: Phone, second: AStore
) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await phone.all_sent()
    phone.store = phone.link.store = second
    await phone.round.leave()
    await phone.sync.now()
    await until(lambda: phone.sync.problem == "sync.problem.another_store")
    assert "Ett annat system" in screen(phone).text
    await screen(phone).press("what-now")
    told = screen(phone)
    assert "skickat till det första systemet" in told.text
    await told.press("enrol-again")
    assert phone.app.phase is Phase.ENROL and phone.app.enrol is not None
    phone.app.enrol.set_code(typed(second.code()))
    await phone.app.enrol.go()
    assert phone.app.phase is Phase.HOME
    await until(lambda: phone.sync.may_hand_over)
    assert not any(rows(phone.services.local).values())
