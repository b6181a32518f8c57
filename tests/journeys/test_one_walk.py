"""One walk, end to end: from a link on a phone to a case number from the city on that phone."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Playwright

from sync.domain.geo import GeoPoint, distance_m
from tests.journeys.environment import PHOTOS
from tests.journeys.field_phone import LOOK_FOR_FACES, SAVE_DECIDED, FieldPhone
from tests.journeys.office_desk import OfficeDesk, office_desk
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import RunningStore, running_store
from tests.journeys.what_arrived import (
    ArrivedCase,
    cases_at,
    check_kept_photo,
    is_upright_copy,
    the_city_moves_on,
)

LAMP_AT = GeoPoint(lat_deg=55.61100, lon_deg=13.03200, accuracy_m=8)
CABINET_AT = GeoPoint(lat_deg=55.61150, lon_deg=13.03270, accuracy_m=12)
BIN_AT = GeoPoint(lat_deg=55.61150 + 2 * 0.000_045, lon_deg=13.03270 + 0.000_080)
"""Where the pin is after two steps north and one east from the cabinet."""
PHONE_PHOTO = PHOTOS / "HMD_Nokia_8.3_5G.jpg"
TURNED_PHOTO = PHOTOS / "portrait_8.jpg"
THREE_TAPS = 3
NEAR_M = 1.0


def test_a_walk_without_a_network_becomes_cases_at_the_city(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(
            tmp_path, RUNDAN_GRACE_S="0", RUNDAN_POLL_S="1", RUNDAN_SIMULATOR_ADVANCE_S="0"
        ) as store,
        field_phone(playwright, store.url, tmp_path / "profile", first_visit=True) as phone,
    ):
        begin(phone, store)
        phone.offline()
        record_a_lamp_with_the_camera(phone)
        record_a_cabinet_from_a_file(phone)
        record_a_bin_after_a_refused_photo(phone)
        phone.reload()
        look_at_the_list(phone)
        phone.online()
        phone.sees("Allt är skickat")
        phone.waits_for(has_three_with_the_coordinator)
        assert "Du kan lämna ifrån dig telefonen" not in phone.screen_text()
        phone.photograph_screen("13-lista-hos-samordnaren")

        with office_desk(playwright) as office:
            approve_all(office, store)
        lamp, cabinet, bin_ = in_the_order_of(["Belysning", "Klotter", "Papperskorg"], store)
        check_what_the_city_got(lamp, cabinet, bin_)

        for case in (lamp, cabinet, bin_):
            phone.asks_until_it_sees(f"Hos staden, ärende {case.case_id} · Ej Registrerat")
        the_city_moves_on(store.url)
        the_city_moves_on(store.url)
        phone.asks_until_it_sees(f"Hos staden, ärende {lamp.case_id} · Pågående")
        phone.photograph_screen("14-lista-hos-staden")
        end(phone)


def begin(phone: FieldPhone, store: RunningStore) -> None:
    phone.open(f"/#/anslut/{store.code}")
    phone.skip_pictures()
    phone.sees("Välkommen till Rundan")
    phone.photograph_screen("01-anslut")
    phone.join("Räven")
    phone.photograph_screen("02-start")
    phone.start_round("Felanmälningsrunda")
    phone.photograph_screen("03-ny-brist")
    phone.offline_ready()


def record_a_lamp_with_the_camera(phone: FieldPhone) -> None:
    phone.be_at(LAMP_AT)
    phone.tap("Slå på kameran")
    phone.sees("Ta bild")
    phone.photograph_screen("04-kamera")
    before = phone.taps
    phone.tap("Ta bild")
    phone.sees("Platsen är låst, ±8 m")
    phone.sees(LOOK_FOR_FACES)
    phone.tap("Belysning")
    phone.photograph_screen("05-foto-och-kategori")
    phone.tap(SAVE_DECIDED)
    phone.sees_at_once("Sparad")
    assert phone.taps - before == THREE_TAPS
    phone.sees("1 väntar")
    phone.photograph_screen("06-sparad")


def record_a_cabinet_from_a_file(phone: FieldPhone) -> None:
    """The photo is years old and from Helsinki: its own place is offered, and not taken."""
    phone.be_at(CABINET_AT)
    phone.pick_photo(PHONE_PHOTO)
    phone.sees("på en annan plats")
    phone.photograph_screen("07-bildens-plats")
    phone.tap("Jag är på platsen nu")
    phone.sees_no_longer("på en annan plats")
    phone.sees("Platsen är låst, ±12 m")
    phone.tap("Klotter")
    phone.fill("Beskriv (om du vill)", "Klotter på elskåpet vid nr 12")
    phone.photograph_screen("08-text")
    phone.tap(SAVE_DECIDED)
    phone.sees("2 väntar")
    phone.sees("Sparad")


def record_a_bin_after_a_refused_photo(phone: FieldPhone) -> None:
    phone.fill("Beskriv (om du vill)", "Full papperskorg")
    phone.pick_photo(PHOTOS / "IMG_5195.HEIC")
    phone.sees(re.compile("HEIC.*Inställningar → Kamera → Format och välj Mest kompatibelt"))
    phone.sees("Full papperskorg")
    phone.photograph_screen("09-heic")
    phone.pick_photo(TURNED_PHOTO)
    phone.sees(LOOK_FOR_FACES)
    phone.sees_no_longer("HEIC")
    phone.tap("Ändra plats")
    phone.sees("Sätt en nål")
    phone.photograph_screen("10-nal")
    phone.tap("Flytta nålen norrut")
    phone.tap("Flytta nålen norrut")
    phone.tap("Flytta nålen österut")
    phone.sees("Nål: 55.61159, 13.03278")
    phone.photograph_screen("11-nal-flyttad")
    phone.tap("Använd nålen", exact=True)
    phone.sees("Nål på kartan")
    phone.tap("Papperskorg")
    phone.tap(SAVE_DECIDED)
    phone.sees("3 väntar")
    phone.sees("Sparad")


def look_at_the_list(phone: FieldPhone) -> None:
    phone.tap("Lista (3)")
    for category in ("Belysning", "Klotter", "Papperskorg"):
        phone.sees(f"Bild: {category}")
    phone.sees("Klotter på elskåpet vid nr 12")
    assert phone.count_of("På telefonen") == 3
    phone.sees("Ingen kontakt. Allt sparas på telefonen")
    phone.photograph_screen("12-lista-utan-nat")


def has_three_with_the_coordinator(screen: str) -> bool:
    return sum("Hos samordnaren" in line for line in screen.splitlines()) == 3


def approve_all(office: OfficeDesk, store: RunningStore) -> None:
    office.log_in(store.url, store.first_password)
    office.photograph_screen("20-kontor")
    office.open_defect("Belysning")
    office.sees("55.61100, 13.03200")
    office.photograph_screen("21-kontor-brist")
    office.approve()
    office.is_asked_before_the_first_send()
    office.photograph_screen("22-kontor-allman-handling")
    office.confirm_first_send()
    office.sees(re.compile(r"Ärende \d+ hos staden: Ej Registrerat"))
    office.photograph_screen("23-kontor-skickad")
    for category in ("Klotter", "Papperskorg"):
        office.open_defect(category)
        office.approve()
        office.sees(re.compile(r"Ärende \d+ hos staden: Ej Registrerat"))


def in_the_order_of(categories: list[str], store: RunningStore) -> list[ArrivedCase]:
    cases = cases_at(store.url)
    assert len(cases) == len(categories)
    by_category = {case.text.split("\n")[0]: case for case in cases}
    return [by_category[category] for category in categories]


def check_what_the_city_got(lamp: ArrivedCase, cabinet: ArrivedCase, bin_: ArrivedCase) -> None:
    assert "Klotter på elskåpet vid nr 12" in cabinet.text
    assert "Full papperskorg" in bin_.text
    for case, place in ((lamp, LAMP_AT), (cabinet, CABINET_AT), (bin_, BIN_AT)):
        assert distance_m(case.place, place) < NEAR_M
        assert re.search(r"Ref\. Rundan \w{4}-\w{2}", case.text)
        assert "Räven" not in str(case.sent)
        (photo,) = case.photos
        check_kept_photo(photo)
    assert check_kept_photo(cabinet.photos[0]) == (1600, 686)
    assert is_upright_copy(cabinet.photos[0], PHONE_PHOTO)
    assert check_kept_photo(bin_.photos[0]) == (450, 600)
    assert is_upright_copy(bin_.photos[0], TURNED_PHOTO)


def end(phone: FieldPhone) -> None:
    phone.tap("Rundan", exact=True)
    phone.tap("Avsluta rundan")
    phone.sees("Visa protokollet")
    phone.tap("Avsluta", exact=True)
    phone.sees("Rundan är avslutad")
    phone.asks_until_it_sees("Allt är skickat. Du kan lämna ifrån dig telefonen nu.")
    phone.photograph_screen("15-rundan-avslutad")
    phone.tap("Till start")
    phone.sees("Tidigare rundor")
    phone.photograph_screen("16-start-efter")
    phone.tap("Hjälp och nödnummer")
    phone.sees("112 – fara för liv")
    phone.photograph_screen("17-hjalp")
