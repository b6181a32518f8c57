"""Rounds: starting, joining, leaving, ending, and finding them again after a restart."""

from __future__ import annotations

import asyncio

import pytest

from app.field.models.app_model import Phase
from app.field.models.round_model import Tab
from app.i18n import Words
from sync.client.records import RoundRecord
from sync.domain.words import Category, RoundKind
from tests.central.a_store import KIRSEBERG, ROSENGARD
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.app_on_screen import screen_below
from tests.field.devices import KIRSEBERGS_TORG


@walking
async def test_a_round_of_the_chosen_kind_and_area_is_started(phone: Phone) -> None:
    app = await phone.start(phone.store.code(KIRSEBERG, ROSENGARD))
    assert app.enrol is not None
    app.enrol.set_nickname(typed("Räven"))
    await app.enrol.go()
    assert app.home is not None
    app.home.choose_kind(RoundKind.SAFETY_WALK)
    app.home.choose_area(ROSENGARD)
    await app.home.start()
    assert app.phase is Phase.ROUND
    record = phone.round.record
    assert (record.kind, record.area) == (RoundKind.SAFETY_WALK, ROSENGARD)
    assert record.started_by == "Räven"
    assert phone.round.area_name == "Rosengård"
    assert phone.round.tab is Tab.CAPTURE


@walking
async def test_a_full_phone_that_cannot_start_a_round_says_so(phone: Phone) -> None:
    app = await phone.enrol()
    assert app.home is not None
    phone.room.for_flushing = False
    await app.home.start()
    assert phone.notice == Words()("app.storage_full.body")
    assert app.phase is Phase.HOME and not app.home.is_busy


@walking
async def test_the_app_opens_on_the_round_it_was_in(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect()
    round_id = phone.round.record.round_id
    app = await phone.start()
    assert app.phase is Phase.ROUND
    assert phone.round.record.round_id == round_id
    assert phone.round.count == 1


@walking
async def test_after_leaving_the_round_the_app_opens_at_home_and_the_round_can_be_joined(
    phone: Phone,
) -> None:
    await phone.walk()
    round_id = phone.round.record.round_id
    await phone.round.leave()
    app = await phone.start()
    assert app.phase is Phase.HOME and app.home is not None
    assert [one.round_id for one in app.home.under_way] == [round_id]
    await app.home.join(round_id)
    assert app.phase is Phase.ROUND


@walking
async def test_a_half_recorded_defect_is_still_there_when_the_round_is_left_and_joined(
    phone: Phone,
) -> None:
    capture = await phone.walk()
    await phone.take_picture()
    capture.set_text(typed("Halv"))
    first = phone.round.record.round_id
    await phone.round.leave()
    assert phone.app.home is not None
    await phone.app.home.start()
    assert phone.round.record.round_id != first
    assert phone.capture.is_empty
    await phone.round.leave()
    await phone.app.home.join(first)
    assert phone.capture.text == "Halv"
    assert len(phone.capture.photos) == 1


@walking
async def test_ending_a_round_closes_it_for_new_defects_and_undo_opens_it_again(
    phone: Phone,
) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await phone.round.end()
    assert phone.round.record.ended_at is not None
    assert (phone.round.tab, phone.notice) == (Tab.LIST, "Rundan är avslutad")
    await phone.app.notices.undo()
    assert phone.round.record.ended_at is None
    assert phone.notice == "Rundan pågår igen"


@walking
async def test_an_ended_round_is_among_the_earlier_ones_and_can_be_opened_again(
    phone: Phone,
) -> None:
    await phone.walk()
    await phone.save_a_defect()
    round_id = phone.round.record.round_id
    await phone.round.end()
    await phone.round.leave()
    home = phone.app.home
    assert home is not None
    assert (home.under_way, [one.round_id for one in home.ended]) == ([], [round_id])
    await home.join(round_id)
    assert phone.round.tab is Tab.LIST
    await phone.round.reopen()
    await phone.round.show_tab(Tab.CAPTURE)
    phone.capture.set_text(typed("Till"))
    phone.capture.choose(Category.OTHER)
    await phone.capture.save()
    await phone.capture.save()
    assert phone.round.count == 2


@walking
async def test_a_full_phone_that_cannot_end_the_round_says_so(phone: Phone) -> None:
    await phone.walk()
    phone.room.for_flushing = False
    await phone.round.end()
    assert phone.notice == Words()("app.storage_full.body")


@walking
async def test_a_second_phones_round_and_finding_appear_after_sync(
    phone: Phone, other: Phone
) -> None:
    await phone.walk()
    await other.enrol()
    saved = await phone.save_a_defect("Lampan är trasig")
    await phone.all_sent()
    await other.news()
    home = other.app.home
    assert home is not None
    await until(lambda: home.under_way)
    assert home.under_way[0].started_by == "Räven"
    await home.join(saved.round_id)
    assert [one.text for one in other.findings] == ["Lampan är trasig"]
    await other.round.findings.load_thumbnails()
    assert saved.photos[0].sha256 in other.round.findings.thumbnails
    await other.round.shown()
    other.stand_at(KIRSEBERGS_TORG)
    await other.save_a_defect("Glas på lekplatsen")
    await other.all_sent()
    await phone.news()
    assert {one.text for one in phone.findings} == {"Lampan är trasig", "Glas på lekplatsen"}
    assert phone.round.count == 2


@walking
async def test_small_pictures_of_others_come_with_sync_so_that_the_protocol_has_them_offline(
    phone: Phone, other: Phone
) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await other.enrol()
    await phone.all_sent()
    await other.news()
    assert other.app.home is not None
    await other.app.home.join(saved.round_id)
    await other.news()
    small = f"{saved.photos[0].sha256}.small"
    deadline = 200
    while small not in await other.services.storage.photos.names():
        deadline -= 1
        assert deadline, "the small picture never came"
        await asyncio.sleep(0.02)


@walking
async def test_the_answer_that_comes_while_a_round_is_ended_ends_it_no_second_time(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phone that took its own ending for somebody else's stopped listening after "Ångra"."""
    await phone.walk()
    recorder, drafts = phone.services.recorder, phone.round.drafts
    end_round, keep = recorder.end_round, drafts.try_now
    slow_disk = asyncio.Event()

    async def answered_meanwhile(record: RoundRecord) -> None:
        await end_round(record)
        phone.round.synced()

    async def kept_slowly() -> None:
        await slow_disk.wait()
        await keep()

    monkeypatch.setattr(recorder, "end_round", answered_meanwhile)
    monkeypatch.setattr(drafts, "try_now", kept_slowly)
    await phone.round.end()
    await phone.app.notices.undo()
    phone.round.close_end()
    slow_disk.set()
    for _ in range(20):
        await asyncio.sleep(0)
    assert phone.round.end_page is None and phone.location.is_listening


@walking
async def test_a_round_that_is_over_is_not_offered_to_be_ended_again(phone: Phone) -> None:
    await phone.enrol()
    home = phone.app.home
    assert home is not None
    home.choose_kind(RoundKind.SAFETY_WALK)
    await home.start()
    await phone.round.show_tab(Tab.ROUND)
    under_way = screen_below(phone)
    assert under_way.name(under_way.find("open-end")) == "Avsluta rundan"
    assert "Lägg till ett när ni stannar." in under_way.text
    await phone.round.end()
    phone.round.close_end()
    await phone.round.show_tab(Tab.ROUND)
    over = screen_below(phone)
    assert over.name(over.find("open-end")) == "Protokoll och sammanfattning"
    assert "Inga stopp." in over.text and "Lägg till ett" not in over.text
