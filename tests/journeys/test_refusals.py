"""Every screen that says no also says what to do, and gets out of the way when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from app.i18n import Words
from tests.bundle.chromium import CHROMIUM, OPTIONS, SELDOM_PAINTED
from tests.journeys.a_refusal import (
    CAMERA_DENIED,
    DAMAGE,
    LITTLE_ROOM,
    NO_CAMERA,
    NO_SATELLITES,
    answers_with_the_time,
    does_not_know_this_release,
    expire_the_code,
    forget_the_phones,
    renew_the_code,
    shut_out,
)
from tests.journeys.every_screen import photograph_all_looks
from tests.journeys.field_phone import START_MS, FieldPhone
from tests.journeys.phone_browser import SIZE, field_phone, private_phone
from tests.journeys.running_store import RunningStore, running_store

FORGETS = "Det här är ett privat fönster. Det glömmer allt när du stänger det."


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    with running_store(tmp_path_factory.mktemp("store")) as store:
        yield store


def into_a_round(phone: FieldPhone, words: Words) -> None:
    phone.tap(words("round.kind.inspection"), exact=True)
    phone.tap(words("home.start_go"), exact=True)


def test_whatever_stands_in_the_way_of_a_round_is_told_with_what_to_do(
    store: RunningStore, tmp_path: Path, playwright: Playwright
) -> None:
    """The language changes on every screen, so half of the way is gone in each."""
    words = Words("sv")

    def look(name: str, sees: str) -> None:
        photograph_all_looks(phone, words, f"60-{{language}}-{name}", sees)

    with field_phone(playwright, store.url, tmp_path / "profile") as phone:
        phone.context.add_init_script(LITTLE_ROOM)
        phone.context.add_init_script(CAMERA_DENIED)
        phone.context.clear_permissions()

        expire_the_code(store)
        phone.open(f"/#/anslut/{store.code}")
        phone.sees(words("intro.skip"), START_MS)
        phone.tap(words("intro.skip"))
        phone.fill(words("enrol.nickname"), "Räven")
        phone.tap(words("enrol.go"))
        phone.sees(words("enrol.problem.expired_code"))
        assert FORGETS not in phone.screen_text(), "it is no private window"
        look("koden-har-gatt-ut", "enrol.problem.expired_code")
        renew_the_code(store)

        answers_with_the_time(phone, "2031-05-12T12:00:00.000Z")
        phone.tap(words("enrol.go"))
        phone.sees(words("clock.title"))
        phone.sees("12/5 2031 14.")
        look("klockan", "clock.title")
        phone.page.unroute("**/api/v1/sync")
        phone.tap(words("clock.go_on"))

        into_a_round(phone, words)
        phone.sees(words("settings.use.megabytes", number=20))
        look("ont-om-plats", "before.low_storage.title")
        phone.tap(words("before.anyway"))

        phone.sees(words("before.permissions.title"))
        look("snart-fragar-telefonen", "before.permissions.title")
        phone.tap(words("before.go_on"), exact=True)
        phone.tap(words("wayback.open"))
        phone.sees(words("wayback.place_denied.title"))
        look("platsen-nekad", "wayback.place_denied.title")
        phone.context.grant_permissions(["geolocation", "camera"])
        phone.tap(words("app.try_again"))
        phone.sees(words("capture.place.gps", metres=8))

        phone.tap(words("capture.camera_on"))
        phone.tap(words("wayback.open"))
        phone.sees(words("wayback.camera_denied.title"))
        phone.sees("iPhone")
        phone.sees("Android")
        look("kameran-nekad", "wayback.camera_denied.title")
        phone.page.evaluate("globalThis.cameraIsAllowed = true")
        phone.tap(words("app.try_again"))
        phone.sees(words("capture.shutter"))

        shut_out(store)
        hand_over_what_is_left(phone, words, "60-{language}-avstangd", "shutout.revoked.body")


def hand_over_what_is_left(phone: FieldPhone, words: Words, name: str, sees: str) -> None:
    phone.fill(words("capture.text.defect"), "Lampan är trasig")
    phone.tap(words("capture.save_next"))
    phone.tap(words("capture.save_anyway_go"))
    phone.tap(words("sync.what_now"))
    phone.sees(words(sees))
    photograph_all_looks(phone, words, name, sees)
    with phone.page.expect_download() as download:
        phone.tap(words("end.hand_over"))
    assert download.value.suggested_filename.endswith(".zip")


def test_a_phone_that_the_store_does_not_know_gives_what_is_left_as_a_file(
    store: RunningStore, tmp_path: Path, playwright: Playwright
) -> None:
    words = Words("sv")
    with field_phone(playwright, store.url, tmp_path / "profile") as phone:
        phone.enrol(store.code)
        phone.sees("Allt är skickat")
        forget_the_phones(store)
        into_a_round(phone, words)
        hand_over_what_is_left(phone, words, "69-{language}-inte-ansluten", "shutout.unknown.body")


def test_an_app_too_old_and_a_phone_without_satellites_and_camera_have_a_way_on(
    store: RunningStore, tmp_path: Path, playwright: Playwright
) -> None:
    words = Words("sv")
    with field_phone(playwright, store.url, tmp_path / "profile") as phone:
        phone.context.add_init_script(NO_SATELLITES)
        phone.context.add_init_script(NO_CAMERA)

        does_not_know_this_release(phone)
        phone.enrol(store.code)
        phone.sees("Appen är för gammal")
        phone.sees("Stäng alla fönster med Rundan")
        photograph_all_looks(phone, words, "74-{language}-for-gammal", "tooold.title")
        phone.page.unroute("**/api/v1/sync")
        phone.tap(words("app.try_again"))
        into_a_round(phone, words)

        phone.tap(words("wayback.open"))
        phone.sees(words("wayback.no_place.body"))
        photograph_all_looks(phone, words, "65-{language}-ingen-gps", "wayback.no_place.title")
        phone.tap(words("wayback.without"))
        phone.sees(words("capture.place.change"))

        phone.tap(words("capture.camera_on"))

        def tells_of_both(screen: str) -> bool:
            return screen.count(words("wayback.open")) == 2

        phone.waits_for(tells_of_both)
        phone.tap(words("wayback.open"))  # the camera's is the upper one
        phone.sees(words("wayback.no_camera.title"))
        photograph_all_looks(phone, words, "61-{language}-ingen-kamera", "wayback.no_camera.title")
        phone.tap(words("wayback.without"))
        phone.sees(words("capture.pick"))


def test_a_second_tab_takes_over_when_the_first_is_closed_and_damaged_storage_is_told(
    store: RunningStore, tmp_path: Path, playwright: Playwright
) -> None:
    words = Words("sv")
    with field_phone(playwright, store.url, tmp_path / "profile") as phone:
        phone.enrol(store.code)
        second = phone.another_tab()
        second.open()
        second.sees("Rundan är redan öppen")
        second.sees("Inget har försvunnit.")
        photograph_all_looks(second, words, "70-{language}-redan-oppen", "app.already_open.title")
        second.tap(words("app.try_again"))
        second.sees(words("app.opening"))
        second.sees(words("app.already_open.title"))
        phone.page.close()
        second.tap(words("app.try_again"))
        second.sees(words("home.title", nickname="Räven"))

        second.page.goto(f"{store.url}/icons/rundan.svg")
        assert "rundan.db" in second.page.evaluate(DAMAGE)
        second.open()
        second.sees("Rundan kan inte läsa allt på telefonen")
        second.sees("Inget som väntade på att skickas går att hitta.")
        words.switch_to("sv")  # as the phone: the page is a new one
        photograph_all_looks(second, words, "73-{language}-skadat", "damaged.title")


def test_a_private_window_is_told_that_it_forgets_before_anything_is_in_it(
    store: RunningStore, playwright: Playwright
) -> None:
    with private_phone(playwright, store.url) as phone:
        phone.open(f"/#/anslut/{store.code}")
        phone.skip_pictures()
        phone.sees(FORGETS)
        phone.join("Räven")
        phone.sees("Hej Räven!")
        phone.sees(FORGETS)
        photograph_all_looks(phone, Words("sv"), "71-{language}-privat-fonster", "app.forgetful")


def test_a_page_without_https_says_so(store: RunningStore, playwright: Playwright) -> None:
    options = [*OPTIONS, "--host-resolver-rules=MAP rundan.test 127.0.0.1"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
    page = browser.new_page(viewport=SIZE, locale="sv-SE")
    page.add_init_script(SELDOM_PAINTED)
    url = store.url.replace("127.0.0.1", "rundan.test")
    phone = FieldPhone(context=page.context, page=page, url=url, profile=None)
    phone.open()
    phone.sees("Adressen måste börja med https")
    photograph_all_looks(phone, Words("sv"), "72-{language}-inte-https", "app.insecure.title")
    browser.close()
