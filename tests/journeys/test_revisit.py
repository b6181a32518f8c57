"""The city says it is fixed; the walk passes by, and somebody sees whether it is."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Playwright

from sync.domain.geo import GeoPoint
from sync.domain.words import Category
from tests.journeys.environment import PHOTOS
from tests.journeys.field_phone import LOOK_FOR_FACES, FieldPhone
from tests.journeys.office_desk import office_desk
from tests.journeys.other_phone import OtherPhone, on_another_phone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import RunningStore, running_store
from tests.journeys.store_visits import visits_in
from tests.journeys.what_arrived import the_city_moves_on

LAMP_AT = GeoPoint(lat_deg=55.61100, lon_deg=13.03200)
BENCH_AT = GeoPoint(lat_deg=55.61300, lon_deg=13.03200)
NEAR_LAMP = GeoPoint(lat_deg=55.61125, lon_deg=13.03200, accuracy_m=7)
NEAR_BENCH = GeoPoint(lat_deg=55.61310, lon_deg=13.03200, accuracy_m=12)
FAR = GeoPoint(lat_deg=55.61700, lon_deg=13.03000, accuracy_m=5)
VAGUE = GeoPoint(lat_deg=55.61100, lon_deg=13.03200, accuracy_m=80)
BEFORE = PHOTOS / "HMD_Nokia_8.3_5G.jpg"
STEPS = 6
SETTLED_MS = 800
"""Until the screen before is gone, and pictures are on the one that is up."""


def test_what_the_city_calls_fixed_is_looked_at_on_the_next_walk(
    tmp_path: Path, playwright: Playwright
) -> None:
    with running_store(
        tmp_path, RUNDAN_GRACE_S="0", RUNDAN_POLL_S="1", RUNDAN_SIMULATOR_ADVANCE_S="0"
    ) as store:
        on_another_phone(store.url, store.code, tmp_path / "other", note_a_lamp_and_a_bench)
        the_city_says_it_is_fixed(playwright, store)
        with field_phone(playwright, store.url, tmp_path / "profile") as phone:
            phone.enrol(store.code)
            phone.start_round()
            phone.offline_ready()
            phone.be_at(FAR)
            pass_by_without_an_exact_place(phone)
            see_the_lamp_fixed(phone)
            put_the_bench_off(phone)
            the_bench_remains(phone)
            phone.online()
            phone.asks_until_it_sees("Allt är skickat")
        assert sorted(visits_in(store)) == ["fixed", "remains"]


async def note_a_lamp_and_a_bench(phone: OtherPhone) -> None:
    round_ = await phone.start_round(days_ago=40)
    await phone.note(
        round_, at=BENCH_AT, category=Category.PARK, text="Bänken är sönder", days_ago=40
    )
    await phone.note(
        round_,
        at=LAMP_AT,
        category=Category.LIGHTING,
        text="Lampan vid trappan är trasig",
        days_ago=5,
        picture=BEFORE.read_bytes(),
    )


def the_city_says_it_is_fixed(playwright: Playwright, store: RunningStore) -> None:
    """The lamp alone is approved and sent; the city goes through all its words."""
    with office_desk(playwright) as office:
        office.log_in(store.url, store.first_password)
        office.open_defect("Belysning")
        office.approve()
        office.confirm_first_send()
        office.sees(re.compile(r"Ärende \d+ hos staden: Ej Registrerat"))
        for _ in range(STEPS):
            the_city_moves_on(store.url)
        office.sees(re.compile(r"Ärende \d+ hos staden: (Åtgärdat|Avslutat)"))


def pass_by_without_an_exact_place(phone: FieldPhone) -> None:
    phone.be_at(VAGUE)
    phone.page.wait_for_timeout(500)
    assert "Är den lagad?" not in phone.screen_text()


def see_the_lamp_fixed(phone: FieldPhone) -> None:
    phone.be_at(NEAR_LAMP)
    phone.sees("Är den lagad? Staden säger det.")
    phone.sees("28 m åt söder")
    phone.photograph_screen("82-aterbesok-erbjuds")
    phone.tap("Titta efter")
    phone.sees("Lampan vid trappan är trasig")
    phone.sees(re.compile("Staden: (Åtgärdat|Avslutat) i dag"))
    phone.photograph_screen("83-aterbesok")
    phone.tap("Ta en bild nu")
    phone.sees("Dölj förr")
    phone.offline()
    phone.page.wait_for_timeout(SETTLED_MS)
    phone.photograph_screen("84-spokbild")
    phone.tap("Ta bild")
    phone.sees(LOOK_FOR_FACES)
    phone.photograph_screen("85-efterbild")
    phone.tap("Inget att dölja")
    phone.tap("Åtgärdad")
    phone.sees("Sedd åtgärdad")
    phone.tap("Ångra")
    phone.sees("Hur är det nu?")
    phone.tap("Åtgärdad")
    phone.sees("Vad är det?")
    assert "Är den lagad?" not in phone.screen_text()


def put_the_bench_off(phone: FieldPhone) -> None:
    """It is older than 30 days, and nobody has said anything of it."""
    phone.be_at(NEAR_BENCH)
    phone.sees("Finns den kvar?")
    phone.photograph_screen("86-finns-den-kvar")
    phone.tap("Inte nu")
    phone.sees_no_longer("Finns den kvar?")


def the_bench_remains(phone: FieldPhone) -> None:
    """By hand, from the list of what is open in the area."""
    phone.tap("Lista (0)")
    phone.tap("Öppet i hela området")
    phone.sees("1 öppen i området")
    phone.sees("11 m åt söder")
    phone.photograph_screen("87-oppet-i-omradet")
    phone.tap("Återbesök")
    phone.sees("Bänken är sönder")
    phone.tap("Kvarstår")
    phone.sees("Kvarstår, sedd i dag")
    phone.photograph_screen("88-kvarstar")
