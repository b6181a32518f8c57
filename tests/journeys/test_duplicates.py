"""What is reported already is known on every phone of the area: seen too, or new all the same."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Playwright

from sync.domain.geo import GeoPoint
from sync.domain.words import Category
from tests.journeys.environment import PHOTOS
from tests.journeys.field_phone import LOOK_FOR_FACES, SAVE_DECIDED, FieldPhone
from tests.journeys.other_phone import OtherPhone, on_another_phone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import running_store
from tests.journeys.store_records import records_in
from tests.journeys.store_visits import visits_in

LAMP_AT = GeoPoint(lat_deg=55.61100, lon_deg=13.03200)
HERE = GeoPoint(lat_deg=55.61110, lon_deg=13.03205, accuracy_m=9)
"""12 m from the lamp."""
ELSEWHERE = GeoPoint(lat_deg=55.61300, lon_deg=13.03200, accuracy_m=11)
PHOTO = (PHOTOS / "portrait_8.jpg", PHOTOS / "HMD_Nokia_8.3_5G.jpg")


def test_a_known_defect_gets_evidence_or_a_new_one_is_made_all_the_same(
    tmp_path: Path, playwright: Playwright
) -> None:
    with running_store(tmp_path) as store:
        on_another_phone(store.url, store.code, tmp_path / "other", note_a_lamp)
        with field_phone(playwright, store.url, tmp_path / "profile") as phone:
            phone.enrol(store.code)
            phone.start_round()
            phone.offline_ready()
            see_it_too(phone)
            assert len(records_in(store)) == 1
            take_it_back_and_save_it_as_new(phone)
            elsewhere_nothing_is_asked(phone)
            phone.asks_until_it_sees("Allt är skickat")
        assert len(records_in(store)) == 3
        assert visits_in(store) == ["also_seen"]


async def note_a_lamp(phone: OtherPhone) -> None:
    round_ = await phone.start_round(days_ago=9)
    await phone.note(
        round_,
        at=LAMP_AT,
        category=Category.LIGHTING,
        text="Lampan vid trappan är trasig",
        days_ago=9,
        picture=PHOTO[1].read_bytes(),
    )


def begin(phone: FieldPhone, at: GeoPoint) -> None:
    phone.be_at(at)
    phone.pick_photo(PHOTO[0])
    phone.sees(LOOK_FOR_FACES)
    phone.tap("Belysning")


def see_it_too(phone: FieldPhone) -> None:
    begin(phone, HERE)
    phone.sees(re.compile(r"Redan noterad \d+ \w+, Hos samordnaren – 1[123] m härifrån"))
    phone.sees("Lampan vid trappan är trasig")
    phone.photograph_screen("80-redan-noterad")
    phone.tap("Jag ser det också")
    phone.sees("Du har sett den också")
    phone.photograph_screen("81-sedd-av-fler")
    phone.sees_no_longer("Redan noterad")
    phone.asks_until_it_sees("Allt är skickat")


def take_it_back_and_save_it_as_new(phone: FieldPhone) -> None:
    begin(phone, HERE)
    phone.sees("Redan noterad")
    phone.tap("Jag ser det också")
    phone.sees_no_longer(LOOK_FOR_FACES)
    phone.sees("Du har sett den också")
    phone.tap("Ångra")
    phone.sees("Redan noterad")
    phone.tap("Ny ändå")
    phone.sees_no_longer("Redan noterad")
    phone.tap(SAVE_DECIDED)
    phone.sees_at_once("Sparad")
    phone.sees("Lista (1)")


def elsewhere_nothing_is_asked(phone: FieldPhone) -> None:
    begin(phone, ELSEWHERE)
    phone.tap(SAVE_DECIDED)
    phone.sees_at_once("Sparad")
    assert "Redan noterad" not in phone.screen_text()
