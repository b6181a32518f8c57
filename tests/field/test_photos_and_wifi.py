"""Photos on mobile data, photos that have done their work, handing the phone over."""

from __future__ import annotations

import pytest

from app.device.connectivity import Link, link_of
from app.field.models.sync_model import has_content
from sync.client.made_again import WENT_BACK
from sync.client.records import Receipt
from tests.field.a_phone import Phone, typed, until, walking


async def wifi_only(phone: Phone) -> None:
    assert phone.app.settings is not None
    await phone.app.settings.toggle_wifi_only()


@walking
async def test_on_mobile_data_records_go_and_photos_wait(phone: Phone) -> None:
    await phone.walk()
    await wifi_only(phone)
    phone.link_kind = Link.MOBILE
    await phone.save_a_defect()
    await until(lambda: phone.sync.waiting.records == 0)
    await until(lambda: phone.sync.photos_held is Link.MOBILE)
    assert phone.sync.waiting.photos == 1
    await phone.sync.now()
    await until(lambda: not phone.sync.is_busy)
    assert phone.sync.waiting.photos == 1, "pressing does not make it wifi"
    phone.link_kind = Link.WIFI
    await phone.all_sent()
    assert phone.sync.photos_held is None
    assert phone.findings[0].receipt is Receipt.WITH_COORDINATOR


@walking
async def test_a_browser_that_does_not_tell_its_network_sends_photos_when_asked(
    phone: Phone,
) -> None:
    await phone.walk()
    await wifi_only(phone)
    phone.link_kind = Link.UNKNOWN
    await phone.save_a_defect()
    await until(lambda: phone.sync.photos_held is Link.UNKNOWN)
    await until(lambda: phone.sync.waiting.records == 0)
    assert phone.sync.waiting.photos == 1
    await phone.all_sent()


@walking
async def test_without_the_choice_photos_go_on_any_network(phone: Phone) -> None:
    await phone.walk()
    phone.link_kind = Link.MOBILE
    await phone.save_a_defect()
    await phone.all_sent()


@pytest.mark.parametrize(
    ("is_online", "kind", "link"),
    [
        (True, "wifi", Link.WIFI),
        (True, "ethernet", Link.WIFI),
        (True, "cellular", Link.MOBILE),
        (True, "", Link.UNKNOWN),
        (True, "bluetooth", Link.UNKNOWN),
        (True, "none", Link.NONE),
        (False, "wifi", Link.NONE),
    ],
)
def test_what_the_browser_tells_is_read_with_care(is_online: bool, kind: str, link: Link) -> None:
    assert link_of(is_online=is_online, kind=kind) is link


# Photos that have done their work


async def days_later(phone: Phone, days: int) -> None:
    """With contact, when there is any."""
    phone.clock.forward(minutes=days * 24 * 60)
    phone.store.clock.forward(days=days)
    if phone.link.is_up:
        await phone.news()


async def sweep_after(phone: Phone, days: int, keep_days: int) -> list[str]:
    await days_later(phone, days)
    await phone.services.sweep_photos(keep_days)
    return await phone.services.storage.photos.names()


@walking
async def test_sent_photos_go_after_the_chosen_days_and_not_before(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await phone.all_sent()
    assert len(await sweep_after(phone, 6, 7)) == 2
    assert await sweep_after(phone, 2, 7) == []


@walking
async def test_a_photo_that_was_never_sent_stays_for_ever(phone: Phone) -> None:
    await phone.walk()
    phone.link.is_up = False
    await phone.save_a_defect()
    assert len(await sweep_after(phone, 1000, 0)) == 2


@walking
async def test_a_photo_in_a_draft_stays_although_the_store_has_it(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.all_sent()
    draft = {"photos": [{"sha256": saved.photos[0].sha256}]}
    phone.services.local.keep_drafts({"edit.x": draft})
    assert len(await sweep_after(phone, 100, 7)) == 2


@walking
async def test_sent_photos_are_swept_at_the_start_of_the_app(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await phone.all_sent()
    await days_later(phone, 31)
    await phone.start()
    assert await phone.services.storage.photos.names() == []


@walking
async def test_a_clock_that_jumps_a_year_ahead_clears_no_photo(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await phone.all_sent()
    phone.clock.forward(minutes=365 * 24 * 60)
    await phone.news()
    await phone.services.sweep_photos(30)
    assert len(await phone.services.storage.photos.names()) == 2


# Handing the phone over


@walking
async def test_the_phone_may_be_handed_over_when_the_store_has_said_that_it_has_all(
    phone: Phone,
) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)


@walking
async def test_not_while_something_waits_or_there_was_no_answer_since_the_last_save(
    phone: Phone,
) -> None:
    await phone.walk()
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)
    phone.link.is_up = False
    await phone.save_a_defect()
    assert not phone.sync.may_hand_over
    phone.link.is_up = True
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)


@walking
async def test_not_before_the_store_has_answered_after_a_start(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    phone.link.is_up = False
    await phone.start()
    assert phone.sync.waiting.is_all_sent
    assert not phone.sync.may_hand_over


@walking
async def test_not_while_a_draft_has_something_in_it(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)
    phone.services.local.keep_drafts({"capture.x": {"text": "Halv", "photos": []}})
    assert not phone.sync.may_hand_over
    phone.services.local.keep_drafts({"capture.x": None})
    assert phone.sync.may_hand_over


@walking
async def test_not_while_a_letter_is_on_its_way_to_the_disk(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)
    phone.capture.set_text(typed("Halv"))
    await until(lambda: not phone.sync.may_hand_over)


@pytest.mark.parametrize(
    ("draft", "has_any"),
    [
        ({}, False),
        ({"kind": "defect", "category": None, "text": "", "answered": {}, "photos": []}, False),
        ({"kind": "defect", "stop_id": "x", "place": {"lat_deg": 55.6}}, False),
        ({"answered": {"belysning": {}}}, False),
        ({"answered": {"belysning": {"dark": False}}}, True),
        ({"text": "Halv"}, True),
        ({"category": "klotter"}, True),
        ({"photos": [{"sha256": "a"}]}, True),
        ({"good": "Ljust"}, True),
    ],
)
def test_a_draft_has_something_in_it_when_somebody_put_it_there(
    draft: dict[str, object], has_any: bool
) -> None:
    assert has_content(draft) is has_any


@walking
async def test_while_it_is_not_known_what_the_store_has_lost_the_phone_is_not_given_away(
    phone: Phone,
) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)
    phone.services.local.set_facts({WENT_BACK: "1"})
    assert not phone.sync.may_hand_over
    await phone.sync.now()
    await until(lambda: phone.sync.may_hand_over)
