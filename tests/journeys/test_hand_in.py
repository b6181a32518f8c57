"""A phone that was shut out gives its work away as a file; the office and another phone take it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Playwright

from tests.journeys.environment import PHOTOS
from tests.journeys.field_phone import FieldPhone
from tests.journeys.office_desk import FADES_IN_MS, OfficeDesk, office_desk
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import RunningStore, running_store

LAMP, BENCH = PHOTOS / "HMD_Nokia_8.3_5G.jpg", PHOTOS / "portrait_8.jpg"
GIVE = "Lämna till samordnaren som fil"


def test_what_a_shut_out_phone_could_not_send_is_in_the_office_once_however_it_comes(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
        office_desk(playwright) as office,
    ):
        phone.enrol(store.code)
        phone.start_round()
        phone.offline_ready()
        phone.offline()
        phone.record(LAMP, "Belysning")
        phone.record(BENCH, "Klotter")
        office.log_in(store.url, store.first_password)
        shut_out(office, "Räven")
        phone.online()
        file = tmp_path / "rundan.zip"
        give_away(phone, file)

        take_in(office, file)
        office.sees("Ändringar: 4 nya, 0 fanns redan.")
        office.sees("Bilder: 2 nya, 0 fanns redan.")
        office.photograph_screen("90-kontoret-fil-mottagen")
        close(office)
        office.open_defect("Klotter")
        office.page.get_by_role("button", name="Foto 1 av 1").first.wait_for()
        office.page.wait_for_timeout(FADES_IN_MS)
        office.photograph_screen("91-kontoret-bristen-fran-filen")
        kept = in_the_store(store)
        assert kept == (2, 2, 2)
        take_in(office, file)
        office.sees("Bilder: 0 nya, 2 fanns redan.")
        close(office)

        with field_phone(playwright, store.url, tmp_path / "other") as other:
            other.enrol(store.code, "Uven")
            other.tap("Inställningar")
            other.tap_until_it_sees("Ta emot en fil från en annan telefon", "Välj filen")
            with other.page.expect_file_chooser() as chooser:
                other.tap("Välj filen")
            chooser.value.set_files(file)
            other.sees("Klart. Ändringar: 4. Bilder: 2.")
            other.photograph_screen("92-fil-fran-en-annan-telefon")
            other.tap("Tillbaka")
            other.tap("Tillbaka")
            other.sees("Allt är skickat")
        assert in_the_store(store) == kept


def shut_out(office: OfficeDesk, nickname: str) -> None:
    office.page.get_by_role("button", name="Telefoner").first.click()
    office.page.get_by_text(nickname).first.wait_for()
    office.page.get_by_role("button", name="Tappad? Stäng av").first.click()
    office.page.get_by_role("button", name="Stäng av", exact=True).first.click()
    office.sees("Avstängd")
    close(office)


def give_away(phone: FieldPhone, file: Path) -> None:
    phone.sees("Telefonen är avstängd")
    phone.tap("Vad gör jag?")
    phone.sees("det du har kvar kan du lämna till samordnaren")
    with phone.page.expect_download() as download:
        phone.tap(GIVE)
    download.value.save_as(file)


def take_in(office: OfficeDesk, file: Path) -> None:
    office.page.get_by_role("button", name="Ta emot en fil").first.click()
    with office.page.expect_file_chooser() as chooser:
        office.page.get_by_role("button", name="Välj fil").first.click()
    chooser.value.set_files(file)
    office.sees("Telefonen stängdes av")
    office.page.wait_for_timeout(FADES_IN_MS)
    office.photograph_screen("89-kontoret-fil-fran-telefon")
    office.page.get_by_role("button", name="Ta emot", exact=True).first.click()
    office.sees("Filen är mottagen")
    office.page.wait_for_timeout(FADES_IN_MS)


def close(office: OfficeDesk) -> None:
    office.page.get_by_role("button", name="Stäng", exact=True).first.click()
    office.page.wait_for_timeout(FADES_IN_MS)


def in_the_store(store: RunningStore) -> tuple[int, ...]:
    """Observations, photos' records, and photos on disk."""
    with closing(sqlite3.connect(store.data / "rundan.sqlite", timeout=10)) as database:
        tables = ("observation", "photo", "stored_photo")
        return tuple(
            database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables
        )
