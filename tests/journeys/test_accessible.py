"""Everybody can use it: axe on every screen, by keyboard alone, with large letters, in Arabic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from app.field.screens.settings_screen import OWN_NAMES
from app.i18n import Words
from sync.domain.words import RoundKind
from tests.journeys.environment import PHOTOS
from tests.journeys.every_screen import (
    Visit,
    note_an_old_lamp,
    photograph_all_looks,
    photograph_and_examine,
    plan_a_walk,
    walk,
)
from tests.journeys.field_phone import START_MS, FieldPhone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import RunningStore, running_store

PHOTO = PHOTOS / "landscape_6.jpg"
TABS_AT_MOST = 80
TALL_DP = 2400
KINDS = [Words("sv")(f"round.kind.{kind.value}") for kind in RoundKind]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    folder = tmp_path_factory.mktemp("store")
    with running_store(folder) as store:
        note_an_old_lamp(store, folder / "other")
        yield store


def test_axe_finds_nothing_wrong_with_any_screen_light_or_dark_in_swedish_or_arabic(
    store: RunningStore, tmp_path: Path, playwright: Playwright
) -> None:
    """The language changes on every screen, so half of the way is gone in each."""
    words = Words("ar")
    plan_a_walk(store)
    with field_phone(playwright, store.url, tmp_path / "profile", locale="ar-SA") as phone:

        def look(screen: Visit) -> None:
            photograph_all_looks(phone, words, f"80-{{language}}-{screen.name}", screen.sees)
            if screen.name == "sparad":
                open_what_is_above_a_round()

        def open_what_is_above_a_round() -> None:
            for key, seen in (
                ("resident.open", "resident.title"),
                ("settings.open", "settings.text_size"),
            ):
                phone.tap(words(key))
                phone.sees(words(seen))
                phone.tap(words("app.back"), exact=True)
                phone.sees(words("capture.pick"))

        walk(phone, store.code, words, look)
        look_at_the_settings_otherwise(phone, words)


def look_at_the_settings_otherwise(phone: FieldPhone, words: Words) -> None:
    phone.tap(words("settings.open"))
    phone.tap(words("settings.appearance.sunlight"))
    phone.rests()
    photograph_and_examine(phone, f"80-{words.language}-installningar-sol")
    phone.tap(words("settings.appearance.system"))
    phone.tap(OWN_NAMES["en"])
    phone.sees(Words("en")("settings.text_size"))
    phone.rests()
    photograph_and_examine(phone, "80-en-installningar")
    phone.has_colours("dark")
    phone.photograph_screen("80-en-installningar-mork")


def test_every_screen_can_be_used_in_full_sun_with_letters_twice_as_large(
    store: RunningStore, tmp_path: Path, playwright: Playwright
) -> None:
    plan_a_walk(store)
    with field_phone(playwright, store.url, tmp_path / "profile") as phone:

        def look(screen: Visit) -> None:
            if screen.name == "start":
                phone.tap("Inställningar")
                phone.tap("Starkt solljus")
                phone.rests()
                phone.photograph_screen("81-sol-installningar")
                phone.tap("200 %")
                phone.tap("Tillbaka")
                phone.sees("I dag")
                phone.rests()
            phone.photograph_screen(f"82-stor-text-{screen.name}")

        walk(phone, store.code, Words("sv"), look)
        phone.reload()
        phone.sees("Hej Räven!")
        assert phone.page.evaluate("document.documentElement.style.fontSize") == "200%"
        phone.has_height(TALL_DP)  # all of the start screen
        boxes = [phone.button(name, exact=True).bounding_box() for name in KINDS]
        heights = {round(box["height"]) for box in boxes if box is not None}
        assert len(heights) == 1, f"a kind of round is broken in two: {boxes}"


# By keyboard alone


def focused(page: Page) -> str:
    """The name of what has the focus."""
    return str(
        page.evaluate(
            "() => { const at = document.activeElement;"
            " return at?.getAttribute('aria-label') ?? at?.textContent ?? ''; }"
        )
    )


FOCUS_MS = 200
"""Flutter hears of the focus of its tree a moment after the browser; nobody presses sooner."""


def tab_to(phone: FieldPhone, name: str) -> None:
    seen: list[str] = []
    for _ in range(TABS_AT_MOST):
        phone.page.keyboard.press("Tab")
        phone.page.wait_for_timeout(60)
        seen.append(focused(phone.page))
        if name in seen[-1]:
            return
    raise AssertionError(f"no Tab leads to {name!r}: {seen}")


def press(phone: FieldPhone, name: str, key: str = "Enter") -> None:
    tab_to(phone, name)
    phone.page.wait_for_timeout(FOCUS_MS)
    phone.page.keyboard.press(key)


def test_a_defect_is_recorded_by_keyboard_alone(
    store: RunningStore, tmp_path: Path, playwright: Playwright
) -> None:
    with field_phone(playwright, store.url, tmp_path / "profile", every_frame=True) as phone:
        phone.open(f"/#/anslut/{store.code}")
        phone.sees("Bild 1 av 3", START_MS)
        press(phone, "Hoppa över")
        phone.sees("Välkommen till Rundan")
        tab_to(phone, "Smeknamn")
        phone.page.wait_for_timeout(300)
        phone.page.keyboard.type("Räven", delay=20)
        press(phone, "Börja")
        phone.sees("Hej Räven!")
        press(phone, "Starta")
        phone.sees("Vad är det?")
        with phone.page.expect_file_chooser() as chooser:
            press(phone, "Välj bild")
        chooser.value.set_files(PHOTO)
        phone.sees("Ta om")
        press(phone, "Klotter")
        phone.sees("Är det kränkande?")
        press(phone, "Inget att dölja – spara")
        phone.sees("Sparad")
        phone.sees("Lista (1)")


# In Arabic


def test_another_language_is_there_at_once_and_stays(
    store: RunningStore, tmp_path: Path, playwright: Playwright
) -> None:
    with field_phone(playwright, store.url, tmp_path / "profile") as phone:
        phone.enrol(store.code)
        phone.tap("Inställningar")
        phone.tap("العربية")
        phone.sees("الإعدادات")
        assert phone.page.evaluate("document.documentElement.lang") == "ar"
        phone.tap("رجوع")
        phone.tap("جولة تفقدية", exact=True)
        phone.tap("ابدأ")
        phone.sees("ما هو العطل؟")
        phone.reload()
        phone.tap("إلى البداية")
        phone.rests()
        phone.tap("الإعدادات")
        phone.tap("Svenska")
        phone.sees("Inställningar")
