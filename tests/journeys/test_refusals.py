"""Every screen that says no also says what to do, and gets out of the way when it is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.bundle.chromium import CHROMIUM, OPTIONS
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
    shut_out,
)
from tests.journeys.field_phone import FieldPhone
from tests.journeys.phone_browser import SIZE, field_phone, private_phone
from tests.journeys.running_store import running_store


def into_a_round(phone: FieldPhone) -> None:
    phone.tap("Inspektionsrunda")
    phone.tap("Starta")


def test_little_room_is_told_before_the_round(tmp_path: Path, playwright: Playwright) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.context.add_init_script(LITTLE_ROOM)
        phone.enrol(store.code)
        into_a_round(phone)
        phone.sees("Det finns bara 20 MB kvar")
        phone.photograph_screen("60-ont-om-plats")
        phone.tap("Fortsätt ändå")
        phone.sees("Vad är det?")


def test_without_a_camera_there_is_a_way_on(tmp_path: Path, playwright: Playwright) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.context.add_init_script(NO_CAMERA)
        phone.enrol(store.code)
        into_a_round(phone)
        phone.tap("Slå på kameran")
        phone.tap("Så gör du")
        phone.sees("Kameran svarar inte")
        phone.photograph_screen("61-ingen-kamera")
        phone.tap("Fortsätt utan")
        phone.sees("Välj bild")


def test_a_camera_that_was_refused_works_after_it_is_allowed_without_a_reload(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.context.add_init_script(CAMERA_DENIED)
        phone.enrol(store.code)
        into_a_round(phone)
        phone.tap("Slå på kameran")
        phone.tap("Så gör du")
        phone.sees("Kameran är avstängd för Rundan")
        phone.sees("På iPhone")
        phone.sees("På Android")
        phone.photograph_screen("62-kameran-nekad")
        phone.page.evaluate("globalThis.cameraIsAllowed = true")
        phone.tap("Försök igen")
        phone.sees("Ta bild")


def test_the_place_is_asked_for_with_a_reason_and_again_after_a_no(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.context.clear_permissions()
        phone.enrol(store.code)
        into_a_round(phone)
        phone.sees("Snart frågar telefonen")
        phone.sees("Platsen behövs för att staden ska hitta det du fotar.")
        phone.photograph_screen("63-snart-fragar-telefonen")
        phone.tap("Fortsätt")
        phone.tap("Så gör du")
        phone.sees("Platsen är avstängd för Rundan")
        phone.photograph_screen("64-platsen-nekad")
        phone.context.grant_permissions(["geolocation", "camera"])
        phone.tap("Försök igen")
        phone.sees("GPS, ±8 m")


def test_without_satellites_there_is_a_way_on(tmp_path: Path, playwright: Playwright) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.context.add_init_script(NO_SATELLITES)
        phone.enrol(store.code)
        into_a_round(phone)
        phone.tap("Så gör du")
        phone.sees("Telefonen får ingen kontakt med satelliterna.")
        phone.photograph_screen("65-ingen-gps")
        phone.tap("Fortsätt utan")
        phone.sees("Ändra plats")


def test_a_wrong_clock_is_told_with_the_right_time(tmp_path: Path, playwright: Playwright) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        answers_with_the_time(phone, "2031-05-12T12:00:00.000Z")
        phone.enrol(store.code)
        phone.sees("Telefonens klocka går fel")
        phone.sees("Rätt tid: 12/5 2031 14.")
        phone.photograph_screen("66-klockan")
        phone.tap("Jag förstår")
        phone.sees("Hej Räven!")


def test_a_code_that_has_expired_says_where_to_get_another(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        expire_the_code(store)
        phone.open(f"/#/anslut/{store.code}")
        phone.skip_pictures()
        phone.fill("Smeknamn", "Räven")
        phone.tap("Börja")
        phone.sees("Koden har gått ut. Be samordnaren om en ny.")
        phone.photograph_screen("67-koden-har-gatt-ut")


@pytest.mark.parametrize("is_revoked", [True, False])
def test_a_phone_that_is_shut_out_gives_what_is_left_as_a_file(
    tmp_path: Path, playwright: Playwright, is_revoked: bool
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.enrol(store.code)
        phone.sees("Allt är skickat")
        (shut_out if is_revoked else forget_the_phones)(store)
        into_a_round(phone)
        phone.fill("Beskriv (om du vill)", "Lampan är trasig")
        phone.tap("Spara och nästa")
        phone.tap("Spara ändå")
        phone.sees("1 väntar")
        phone.tap("Vad gör jag?")
        if is_revoked:
            phone.sees("det du har kvar kan du lämna till samordnaren")
        else:
            phone.sees("Be samordnaren om en ny kod")
        phone.photograph_screen("68-avstangd" if is_revoked else "69-inte-ansluten")
        with phone.page.expect_download() as download:
            phone.tap("Lämna till samordnaren som fil")
        assert download.value.suggested_filename.endswith(".zip")


def test_a_second_tab_is_told_where_rundan_is_open(tmp_path: Path, playwright: Playwright) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.enrol(store.code)
        second = phone.another_tab()
        second.open()
        second.sees("Rundan är redan öppen")
        second.photograph_screen("70-redan-oppen")
        phone.page.close()
        second.tap("Försök igen")
        second.sees("Hej Räven!")


def test_a_private_window_is_told_before_the_first_round(
    tmp_path: Path, playwright: Playwright
) -> None:
    with running_store(tmp_path) as store, private_phone(playwright, store.url) as phone:
        phone.enrol(store.code)
        phone.sees("Det här är ett privat fönster")
        phone.photograph_screen("71-privat-fonster")


def test_a_page_without_https_says_so(tmp_path: Path, playwright: Playwright) -> None:
    with running_store(tmp_path) as store:
        options = [*OPTIONS, "--host-resolver-rules=MAP rundan.test 127.0.0.1"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        page = browser.new_page(viewport=SIZE, locale="sv-SE")
        url = store.url.replace("127.0.0.1", "rundan.test")
        phone = FieldPhone(context=page.context, page=page, url=url, profile=None)
        phone.open()
        phone.sees("Adressen måste börja med https")
        phone.photograph_screen("72-inte-https")
        browser.close()


def test_damaged_storage_is_left_alone(tmp_path: Path, playwright: Playwright) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.enrol(store.code)
        phone.page.goto(f"{store.url}/icons/rundan.svg")
        assert "rundan.db" in phone.page.evaluate(DAMAGE)
        phone.open()
        phone.sees("Det sparade går inte att läsa")
        phone.photograph_screen("73-skadat")


def test_an_app_that_is_too_old_says_how_it_gets_newer(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        does_not_know_this_release(phone)
        phone.enrol(store.code)
        phone.sees("Appen är för gammal")
        phone.sees("Stäng alla fönster med Rundan")
        phone.photograph_screen("74-for-gammal")
