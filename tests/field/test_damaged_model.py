"""A damaged database on the screen: what can be saved is given away, and the app starts over."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from app.device.storage.errors import StorageDamaged, StorageFull, StorageUnavailable, is_damage
from app.field.models.app_model import Phase
from app.field.reserve import NAME as RESERVE
from sync.hand_over.reader import read_hand_over
from tests.central.a_store import AStore
from tests.central.test_hand_in import counts
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.app_on_screen import screen


async def a_phone_without_contact(phone: Phone) -> list[str]:
    await phone.walk()
    await phone.all_sent()
    phone.link.is_up = False
    return [
        (await phone.save_a_defect(f"Lampa {number} är trasig")).observation_id
        for number in range(3)
    ]


@walking
async def test_a_phone_that_lost_its_end_says_so_saves_what_it_can_and_goes_on(
    phone: Phone, store: AStore
) -> None:
    saved = await a_phone_without_contact(phone)
    log = (phone.folder / "rundan.db-wal").read_bytes()
    await phone.end()
    (phone.folder / "rundan.db-wal").write_bytes(log[:-9000])
    (phone.folder / "rundan.db").write_bytes(b"")
    await phone.start()
    assert phone.app.phase is Phase.DAMAGED
    damaged = phone.app.damaged
    assert damaged is not None
    assert "Rundan kan inte läsa allt på telefonen" in screen(phone).text
    await damaged.look()
    assert "Det här väntade på att skickas och går att rädda." in screen(phone).text
    assert "damaged-start-over" not in screen(phone).keys()  # noqa: SIM118
    await screen(phone).press("damaged-save")
    (file,) = phone.sharing.shared
    handed = read_hand_over(io.BytesIO(file.content))
    found = {one.change.entity_id for one in handed.changes}
    assert set(saved[:2]) <= found and len(handed.photos) >= 2
    await screen(phone).press("damaged-start-over")
    assert phone.app.phase in (Phase.HOME, Phase.ROUND)
    assert phone.notice == "Klart. Det som gick att rädda är tillbaka."
    names = await phone.services.storage.beside.names()
    assert any(name.startswith("damaged-") for name in names)
    phone.link.is_up = True
    await phone.sync.now()
    await until(lambda: counts(store)[1] >= 2)


@walking
async def test_damage_that_shows_in_the_middle_of_work_keeps_what_is_on_the_screen(
    phone: Phone,
) -> None:
    await a_phone_without_contact(phone)
    phone.capture.set_text(typed("Halvskriven text"))
    assert is_damage(StorageDamaged("told"))
    phone.app.damage_noticed()
    await until(lambda: phone.app.damaged is not None)
    damaged = phone.app.damaged
    assert damaged is not None
    await damaged.look()
    assert damaged.counts is not None and damaged.counts.changes >= 3
    await damaged.save()
    await damaged.start_over()
    assert phone.app.phase is Phase.ROUND
    assert phone.capture.text == "Halvskriven text"
    assert phone.capture.number == 0 and len(phone.findings) == 3


@walking
async def test_without_room_nothing_has_changed_and_it_can_be_tried_again(phone: Phone) -> None:
    await a_phone_without_contact(phone)
    phone.app.damage_noticed()
    await until(lambda: phone.app.damaged is not None)
    damaged = phone.app.damaged
    assert damaged is not None
    await damaged.look()
    await damaged.save()
    beside = phone.services.storage.beside
    write = beside.write

    async def full(name: str, content: bytes) -> None:
        raise StorageFull("no room")

    beside.write = full  # type: ignore[method-assign]
    await damaged.start_over()
    assert damaged.has_failed and phone.app.phase is Phase.DAMAGED
    assert "Inget har ändrats" in screen(phone).text
    beside.write = write  # type: ignore[method-assign]
    await damaged.start_over()
    assert phone.app.phase is Phase.ROUND and len(phone.findings) == 3


@walking
async def test_a_full_disk_still_has_room_for_the_words(phone: Phone) -> None:
    await phone.walk()
    await phone.start()
    beside = phone.services.storage.beside
    assert RESERVE in await beside.names()
    delete = beside.delete

    async def frees(name: str) -> None:
        await delete(name)
        phone.room.for_flushing = True

    beside.delete = frees  # type: ignore[method-assign]
    phone.room.for_photos = phone.room.for_flushing = False
    phone.capture.set_text(typed("Lampan är trasig"))
    await phone.capture.save()
    await phone.capture.save()  # without a photo
    assert phone.capture.problem is None
    assert [one.content.text for one in phone.findings] == ["Lampan är trasig"]
    assert RESERVE not in await beside.names()
    phone.room.for_photos = True
    await phone.start()
    assert RESERVE in await phone.services.storage.beside.names()


@walking
async def test_a_full_disk_has_room_for_words_that_are_changed_too(phone: Phone) -> None:
    await phone.walk()
    phone.link.is_up = False
    finding = await phone.save_a_defect("Lampan är trasig")
    await phone.start()
    beside = phone.services.storage.beside
    delete = beside.delete

    async def frees(name: str) -> None:
        await delete(name)
        phone.room.for_flushing = True

    beside.delete = frees  # type: ignore[method-assign]
    phone.room.for_flushing = False
    waiting = phone.services.local.db.execute("SELECT COUNT(*) FROM outbox").fetchone()[0]
    content = replace(finding.content, text="Två lampor är trasiga")
    await phone.services.recorder.change_observation(finding, content)
    assert [one.content.text for one in phone.findings] == ["Två lampor är trasiga"]
    now = phone.services.local.db.execute("SELECT COUNT(*) FROM outbox").fetchone()[0]
    assert now == waiting + 1, "written once, although it was flushed twice"


@walking
async def test_a_full_phone_saves_the_text_and_says_why_the_photo_is_not_there(
    phone: Phone,
) -> None:
    await phone.walk()
    phone.room.for_photos = False
    await phone.take_picture()
    assert phone.capture.photos == []
    assert "Det finns inte plats" in phone.app.words(phone.capture.problem or "")
    phone.capture.set_text(typed("Lampan är trasig"))
    await phone.capture.save()
    await phone.capture.save()  # without the photo
    assert [one.content.text for one in phone.findings] == ["Lampan är trasig"]
    phone.room.for_photos = True
    await phone.take_picture()
    assert len(phone.capture.photos) == 1


@walking
async def test_damage_is_shown_although_the_seal_cannot_be_read(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_phone_without_contact(phone)

    async def read(_: str) -> bytes:
        raise StorageUnavailable("a bad block")

    monkeypatch.setattr(phone.services.storage.beside, "read", read)
    phone.app.damage_noticed()
    await until(lambda: phone.app.damaged is not None)
    damaged = phone.app.damaged
    assert damaged is not None
    await damaged.look()
    assert damaged.counts is not None and damaged.counts.changes >= 3
