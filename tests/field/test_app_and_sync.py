"""Opening the app, what stands above all screens, and sending by itself."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from app.device.storage.errors import (
    AlreadyOpen,
    AppNotLoaded,
    InsecurePage,
    StorageDamaged,
    StorageError,
    StorageFull,
    StorageUnavailable,
    database_errors,
)
from app.device.storage.protocol import Persistence
from app.field.models.above import Above
from app.field.models.app_model import Phase
from app.field.models.notices import NOTICE_S, UNDO_S, Notices
from app.field.models.round_model import Tab
from app.i18n import Words
from sync.central.devices import revoke_device
from sync.client.records import Receipt
from sync.client.transport import Request, Response
from sync.domain.ids import DeviceId
from tests.central.a_store import a_jpeg
from tests.field.a_phone import Phone, typed, until, walking
from tests.field.app_on_screen import screen
from tests.field.fake_time import run

# Opening


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (AlreadyOpen(), "app.already_open"),
        (StorageFull(), "app.storage_full"),
        (StorageDamaged(), "app.storage_damaged"),
        (InsecurePage(), "app.insecure"),
        (StorageUnavailable(), "app.storage_unavailable"),
        (StorageError(), "app.storage_unavailable"),
    ],
)
def test_an_app_that_cannot_open_says_why_and_opens_when_it_can(
    phone: Phone, error: StorageError, key: str
) -> None:
    @walking
    async def walk() -> None:
        phone.cannot_open = error
        app = await phone.start()
        assert (app.phase, app.blocked_by) == (Phase.BLOCKED, key)
        words = Words()
        for part in (f"{key}.title", f"{key}.body"):
            assert words(part) != part
        phone.cannot_open = None
        await app.open()
        assert app.phase is Phase.ENROL

    walk()


@walking
async def test_a_second_window_is_told_that_rundan_is_already_open(phone: Phone) -> None:
    await phone.walk()
    second = Phone(store=phone.store, folder=phone.folder)
    app = await second.start()
    assert (app.phase, app.blocked_by) == (Phase.BLOCKED, "app.already_open")


@pytest.mark.parametrize("persistence", list(Persistence))
def test_the_app_knows_how_far_it_can_trust_the_storage(
    phone: Phone, persistence: Persistence
) -> None:
    @walking
    async def walk() -> None:
        phone.persistence = persistence
        assert (await phone.start()).persistence is persistence

    walk()


@walking
async def test_a_photo_that_was_never_saved_is_cleared_away_at_the_next_start(
    phone: Phone,
) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.pick(a_jpeg())
    assert len(await phone.services.storage.photos.names()) == 4
    await phone.start()
    kept = await phone.services.storage.photos.names()
    sha256 = saved.photos[0].sha256
    assert kept == [sha256, f"{sha256}.small"]


@walking
async def test_a_photo_of_a_deleted_defect_stays_for_undo_on_another_day(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.round.findings.delete(saved)
    await phone.start()
    assert saved.photos[0].sha256 in await phone.services.storage.photos.names()


# Back


@walking
async def test_back_closes_what_is_on_top_one_thing_at_a_time(phone: Phone) -> None:
    await phone.walk()
    saved = await phone.save_a_defect()
    await phone.round.show_tab(Tab.LIST)
    phone.round.open_edit(saved)
    phone.app.pages.open_help()
    await phone.app.moved()
    assert phone.history.paths[-1].endswith("/hjalp")
    await phone.app.back()
    assert not phone.app.pages.is_help_open and phone.round.edit is not None
    await phone.app.back()
    assert phone.round.edit is None and phone.round.tab is Tab.LIST
    await phone.app.back()
    assert phone.round.tab is Tab.CAPTURE
    await phone.app.back()
    assert phone.app.phase is Phase.HOME


@walking
async def test_the_browsers_own_answer_to_a_push_is_no_back(phone: Phone) -> None:
    await phone.walk()
    await phone.round.show_tab(Tab.LIST)
    await phone.app.moved()
    await phone.app.went_to(phone.history.paths[-1])
    assert phone.round.tab is Tab.LIST
    await phone.app.went_to("/runda")
    assert phone.round.tab is Tab.CAPTURE


@walking
async def test_two_quick_pushes_that_are_answered_late_are_no_back(phone: Phone) -> None:
    await phone.walk()
    await phone.round.show_tab(Tab.LIST)
    await phone.app.moved()
    await phone.round.show_tab(Tab.ROUND)
    await phone.app.moved()
    for path in phone.history.paths[-2:]:
        await phone.app.went_to(path)
    assert phone.round.tab is Tab.ROUND


@walking
async def test_an_app_that_is_only_half_there_is_loaded_anew(phone: Phone) -> None:
    phone.cannot_open = AppNotLoaded("Failed to fetch storage.js")
    app = await phone.start()
    assert (app.phase, app.blocked_by) == (Phase.BLOCKED, "app.not_loaded")
    await app.open_again()
    assert phone.times_loaded_anew == 1


# What waits


@walking
async def test_what_waits_is_counted_in_things_a_person_recorded(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    phone.link.is_up = False
    await phone.save_a_defect("först")
    saved = await phone.save_a_defect("sedan")
    assert (phone.sync.waiting.records, phone.sync.waiting.photos) == (2, 2)
    await phone.round.findings.delete(saved)
    assert phone.sync.waiting.photos == 1
    await phone.start()
    assert phone.sync.waiting.records == 2
    phone.link.is_up = True
    await phone.all_sent()


@walking
async def test_it_is_sent_by_itself_as_soon_as_it_is_saved(phone: Phone) -> None:
    await phone.walk()
    await phone.save_a_defect()
    await until(lambda: phone.findings[0].receipt is Receipt.WITH_COORDINATOR)
    assert phone.sync.waiting.is_all_sent
    assert phone.sync.synced_at is not None


@walking
async def test_without_contact_the_reason_is_told_and_the_network_coming_back_sends(
    phone: Phone,
) -> None:
    await phone.walk()
    phone.link.is_up = False
    await phone.save_a_defect()
    await until(lambda: phone.sync.problem == "sync.problem.not_reached")
    phone.link.is_up = True
    phone.app.network_is_back()
    await until(lambda: phone.sync.waiting.is_all_sent)
    await until(lambda: phone.sync.problem is None)


def takes_photos_slowly(phone: Phone) -> asyncio.Event:
    """Records go at once; a photo is not there before this is set."""
    photos_go, at_once = asyncio.Event(), phone.link.the_stores_own

    async def slowly(request: Request) -> Response:
        if "/api/v1/photos" in request.url:
            await photos_go.wait()
        return await at_once(request)

    phone.link.the_stores_own = slowly
    return photos_go


@walking
async def test_while_photos_go_nothing_is_said_of_a_contact_that_was_missing_before(
    phone: Phone,
) -> None:
    await phone.walk()
    await phone.all_sent()
    phone.link.is_up = False
    await phone.save_a_defect()
    await until(lambda: phone.sync.problem == "sync.problem.not_reached")
    photos_go = takes_photos_slowly(phone)
    phone.link.is_up = True
    phone.app.network_is_back()
    await until(lambda: phone.sync.waiting.records == 0)
    shown = screen(phone).text
    assert "Skickar … 1 bild väntar" in shown and "Ingen kontakt" not in shown
    photos_go.set()
    await until(lambda: phone.sync.may_hand_over)


@walking
async def test_a_phone_that_has_just_failed_is_not_handed_over_before_a_whole_round(
    phone: Phone,
) -> None:
    await phone.walk()
    await phone.all_sent()
    await until(lambda: phone.sync.may_hand_over)
    phone.link.is_up = False
    await phone.sync.now()
    await until(lambda: phone.sync.problem == "sync.problem.not_reached")
    told = []
    phone.sync._changed = lambda: told.append(phone.sync.may_hand_over)
    phone.link.is_up = True
    phone.app.network_is_back()
    await until(lambda: phone.sync.may_hand_over)
    assert told[0] is False, "the first answer is not the end of the round"


@walking
async def test_nothing_is_being_sent_once_all_is_sent(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    shown: list[str] = []
    show = phone.sync._changed

    def look() -> None:
        show()
        shown.append(screen(phone).text)

    phone.sync._changed = look
    await phone.save_a_defect()
    await phone.all_sent()
    await until(lambda: not phone.sync.is_busy)
    assert any("Skickar …" in text for text in shown)
    assert not any("Skickar … Allt" in text for text in shown)


@walking
async def test_a_wifi_log_in_page_sends_nothing_and_says_what_to_do(phone: Phone) -> None:
    await phone.walk()

    def portal(_: Request) -> Response:
        return Response(status=200, headers={"content-type": "text/html"}, body=b"<html>Logga in")

    phone.link.answers_itself = portal
    await phone.save_a_defect()
    await until(lambda: phone.sync.problem == "sync.problem.not_the_store")
    assert not phone.sync.waiting.is_all_sent


@walking
async def test_a_fault_of_our_own_does_not_end_sending_for_good(phone: Phone) -> None:
    await phone.walk()

    def breaks(_: Request) -> Response:
        raise ZeroDivisionError

    phone.link.answers_itself = breaks
    await phone.save_a_defect()
    await until(lambda: phone.sync.problem == "sync.problem.unknown")
    phone.link.answers_itself = lambda _: None
    await phone.all_sent()
    await until(lambda: phone.sync.problem is None)


@walking
async def test_a_fault_in_what_is_shown_after_a_round_does_not_end_sending_for_good(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.walk()
    await phone.all_sent()
    calls: list[str] = []

    def breaks() -> None:
        calls.append("breaks")
        raise ZeroDivisionError

    monkeypatch.setattr(phone.sync, "_changed", breaks)
    phone.sync.contact_again()
    await until(lambda: bool(calls))
    monkeypatch.undo()
    await phone.save_a_defect()
    await phone.all_sent()


@walking
async def test_a_full_phone_goes_on_sending_later(phone: Phone) -> None:
    await phone.walk()
    await phone.all_sent()
    phone.room.for_flushing = False
    phone.capture.set_text(typed("Lampan"))
    await phone.capture.save()
    await phone.capture.save()
    phone.room.for_flushing = True
    await phone.capture.save()
    await phone.all_sent()
    assert len(phone.findings) == 1


@walking
async def test_sending_that_is_stopped_among_the_photos_asks_no_more(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.walk()
    await phone.all_sent()
    on_its_way = asyncio.Event()

    async def never_ends(_photos: object, _name: str) -> bytes:
        on_its_way.set()
        await asyncio.Event().wait()
        raise AssertionError("it was to be stopped")

    monkeypatch.setattr("app.device.storage.native.NativePhotos.read", never_ends)
    await phone.save_a_defect()
    await on_its_way.wait()
    phone.room.for_flushing = False
    phone.sync.stop()
    asked = len(phone.link.requests)
    phone.sync.soon()
    await asyncio.sleep(0.5)
    assert phone.sync.has_ended and len(phone.link.requests) == asked


# Shut out


def shut_out(phone: Phone) -> None:
    device = DeviceId(phone.services.local.fact("device_id") or "")
    with phone.store.services.engine.begin() as connection:
        revoke_device(connection, device, phone.store.clock())


@walking
async def test_a_revoked_phone_is_told_keeps_all_and_goes_on_with_a_new_code(
    phone: Phone,
) -> None:
    await phone.walk()
    await phone.all_sent()
    shut_out(phone)
    await phone.save_a_defect()
    phone.capture.set_text(typed("Halv"))
    await until(lambda: phone.sync.problem == "sync.problem.revoked")
    assert phone.sync.needs_code
    assert phone.round.count == 1, "recording goes on"
    round_id = phone.round.record.round_id
    phone.app.enrol_again()
    enrol = phone.app.enrol
    assert phone.app.phase is Phase.ENROL and enrol is not None
    assert enrol.nickname == "Räven"
    enrol.set_code(typed(phone.store.code()))
    await enrol.go()
    await until(lambda: phone.sync.waiting.is_all_sent)
    await until(lambda: not phone.sync.needs_code)
    assert phone.app.home is not None
    await phone.app.home.join(round_id)
    assert phone.findings[0].receipt is Receipt.WITH_COORDINATOR
    assert phone.capture.text == "Halv"


@walking
async def test_a_phone_that_has_joined_again_is_not_told_any_more_that_it_is_shut_out(
    phone: Phone,
) -> None:
    await phone.walk()
    shut_out(phone)
    await phone.save_a_defect()
    await until(lambda: phone.sync.is_shut_out)
    phone.app.pages.open_trouble()
    phone.app.enrol_again()
    enrol = phone.app.enrol
    assert enrol is not None
    enrol.set_code(typed(phone.store.code()))
    photos_go = takes_photos_slowly(phone)
    await enrol.go()
    await until(lambda: phone.sync.waiting.records == 0)
    assert not phone.sync.needs_code and phone.app.pages.above == []
    photos_go.set()
    await until(lambda: phone.sync.may_hand_over)
    assert phone.app.pages.above == []


@walking
async def test_the_end_of_a_round_on_a_phone_that_is_shut_out_leads_to_what_can_be_done(
    phone: Phone,
) -> None:
    await phone.walk()
    shut_out(phone)
    await phone.save_a_defect()
    await until(lambda: phone.sync.is_shut_out)
    await phone.round.open_end()
    keys = screen(phone).keys()
    assert "end-send-now" not in keys, "pressing that would change nothing"
    await screen(phone).press("end-what-now")
    assert phone.app.pages.above == [Above.SHUT_OUT]


@walking
async def test_a_revoked_phone_may_go_on_without_a_new_code(phone: Phone) -> None:
    await phone.walk()
    shut_out(phone)
    await phone.sync.now()
    await until(lambda: phone.sync.needs_code)
    phone.app.enrol_again()
    await phone.app.back()
    assert phone.app.phase is Phase.HOME


@walking
async def test_a_phone_that_is_shut_out_counts_as_elsewhere_and_tells_of_what_is_not_saved(
    phone: Phone,
) -> None:
    """In the file is only what was saved."""
    await phone.walk()
    await phone.all_sent()
    phone.link.is_up = False
    await phone.save_a_defect()
    phone.capture.set_text(typed("Halvfärdig"))
    await phone.round.drafts.now()
    shut_out(phone)
    phone.link.is_up = True
    phone.app.network_is_back()
    await until(lambda: phone.sync.is_shut_out)
    phone.app.pages.open_trouble()
    shown = screen(phone).text
    assert "Det här är kvar på telefonen" in shown
    assert "1 sak väntar på att skickas." in shown and "1 bild väntar på att skickas." in shown
    assert "1 utkast är inte sparat" in shown


# The clock


@walking
async def test_a_wrong_clock_is_told_in_minutes_and_a_right_one_is_not(phone: Phone) -> None:
    await phone.walk()
    await phone.news()
    assert phone.sync.clock_off_min == 0
    phone.clock.forward(minutes=-42)
    await phone.news()
    await until(lambda: phone.sync.clock_off_min in (41, 42))
    phone.clock.forward(minutes=42)
    await phone.news()
    await until(lambda: phone.sync.clock_off_min == 0)


@walking
async def test_a_wrong_clock_is_told_once_on_the_start_screen_and_stands_in_about(
    phone: Phone,
) -> None:
    await phone.walk()
    phone.clock.forward(minutes=-42)
    await phone.news()
    assert phone.sync.is_clock_untold and phone.app.pages.above == []
    await phone.round.leave()
    await phone.news()
    assert phone.app.pages.above == [Above.CLOCK] and not phone.sync.is_clock_untold
    await phone.app.pages.close()
    app = await phone.start()
    await phone.news()
    assert app.pages.above == [] and not phone.sync.is_clock_untold
    assert phone.sync.clock_off_min in (41, 42)


# Messages


def test_two_equal_messages_are_two() -> None:
    notices = Notices()
    notices.show("Sparad")
    first = notices.shown
    notices.show("Sparad")
    assert first is not None and notices.shown is not None
    assert first.number != notices.shown.number


def test_a_message_goes_by_itself_and_later_when_there_is_something_to_undo() -> None:
    async def watch() -> None:
        notices = Notices()
        for undo, stays_s in ((None, NOTICE_S), (notices.undo, UNDO_S)):
            notices.show("Borttagen", undo)
            assert notices.shown is not None
            fading = asyncio.create_task(notices.fade(notices.shown))
            await asyncio.sleep(stays_s - 0.1)
            assert notices.shown is not None
            await asyncio.sleep(0.2)
            assert notices.shown is None and fading.done()

    run(watch())


def test_a_message_that_took_the_place_of_another_has_its_whole_time() -> None:
    async def watch() -> None:
        notices = Notices()
        notices.show("Borttagen", notices.undo)
        first = notices.shown
        assert first is not None
        fading = asyncio.create_task(notices.fade(first))
        await asyncio.sleep(UNDO_S - 1)
        notices.show("Flyttad", notices.undo)
        await fading
        assert notices.shown is not None and notices.shown.text == "Flyttad"

    run(watch())


def test_a_disk_error_of_the_database_is_the_storages_not_an_accident() -> None:
    with pytest.raises(StorageFull), database_errors():
        connection = sqlite3.connect(":memory:")
        connection.execute("PRAGMA max_page_count = 2").fetchall()
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
