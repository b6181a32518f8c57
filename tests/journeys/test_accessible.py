"""Everybody can use it: axe on every screen, by keyboard alone, with large letters, in Arabic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from tests.journeys.accessibility import violations
from tests.journeys.environment import PHOTOS
from tests.journeys.field_phone import START_MS, FieldPhone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import running_store

PHOTO = PHOTOS / "landscape_6.jpg"
TABS_AT_MOST = 80
SETTLED_MS = 500
"""Until the screen before is gone: it may have a button of the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """taps: from the screen before. photo: chosen first."""

    name: str
    sees: str
    taps: tuple[str, ...] = ()
    photo: bool = False


FIRST = (
    Visit(name="bilder", sees="Bild 1 av 3"),
    Visit(name="anslut", taps=("Hoppa över",), sees="Välkommen till Rundan"),
)
ON_THE_START_SCREEN = (
    Visit(name="start", sees="Starta en runda"),
    Visit(name="hjalp", taps=("Hjälp och nödnummer",), sees="112 – fara för liv"),
    Visit(name="boende", taps=("Tillbaka", "Visa en boende"), sees="QR-kod"),
    Visit(name="installningar", taps=("Tillbaka", "Inställningar"), sees="Textstorlek"),
    Visit(name="om", taps=("Om Rundan",), sees="Version"),
    Visit(name="licenser", taps=("Licenser",), sees="Flutter"),
    Visit(name="tillganglighet", taps=("Tillbaka", "Tillbaka", "Tillgänglighet"), sees="WCAG 2.1"),
    Visit(name="felrapport", taps=("Tillbaka", "Skicka felrapport"), sees="Krånglar appen?"),
)
ON_A_ROUND = (
    Visit(
        name="ny", taps=("Tillbaka", "Tillbaka", "Trygghetsvandring", "Starta"), sees="Vad är det?"
    ),
    Visit(name="ny-med-bild", photo=True, sees="Ta om"),
    Visit(name="sparad", taps=("Klotter", "Spara"), sees="Sparad"),
    Visit(name="nal", taps=("Ändra plats",), sees="Sätt en nål"),
    Visit(name="lista", taps=("Tillbaka", "Lista (1)"), sees="Klotter"),
    Visit(name="andra", taps=("Ändra",), sees="Spara"),
    Visit(name="karta", taps=("Tillbaka", "Karta"), sees="Karta"),
    Visit(name="rundan", taps=("Rundan",), sees="Avsluta"),
)


def visit(phone: FieldPhone, screen: Visit) -> None:
    for name in screen.taps:
        phone.tap(name)
        phone.page.wait_for_timeout(SETTLED_MS)
    if screen.photo:
        phone.pick_photo(PHOTO)
    phone.sees(screen.sees)


def joined(phone: FieldPhone) -> None:
    phone.fill("Smeknamn", "Räven")
    phone.tap("Börja")
    phone.sees("Hej Räven!")


def test_axe_finds_nothing_wrong_with_any_screen(tmp_path: Path, playwright: Playwright) -> None:
    found: dict[str, list[str]] = {}
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.open(f"/#/anslut/{store.code}")
        phone.sees("Hoppa över", START_MS)
        for screen in (*FIRST, *ON_THE_START_SCREEN, *ON_A_ROUND):
            if screen is ON_THE_START_SCREEN[0]:
                joined(phone)
            visit(phone, screen)
            phone.photograph_screen(f"80-axe-{screen.name}")
            broken = violations(phone.page)
            if broken:
                found[screen.name] = broken
    told = "\n".join(f"{name}:\n" + "\n".join(lines) for name, lines in found.items())
    assert not found, told


@pytest.mark.parametrize("look", ["Mörkt", "Starkt solljus"])
def test_every_screen_is_drawn_in_the_other_looks(
    tmp_path: Path, playwright: Playwright, look: str
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.enrol(store.code)
        phone.tap("Inställningar")
        phone.tap(look)
        phone.tap("Tillbaka")
        for screen in (*ON_THE_START_SCREEN, *ON_A_ROUND):
            visit(phone, screen)
            phone.page.wait_for_timeout(300)
            phone.photograph_screen(f"81-{look.split()[0].lower()}-{screen.name}")


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


def test_a_defect_is_recorded_by_keyboard_alone(tmp_path: Path, playwright: Playwright) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
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


# With large letters


def test_every_screen_can_be_read_and_used_with_letters_twice_as_large(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.enrol(store.code)
        phone.tap("Inställningar")
        phone.tap("200 %")
        phone.page.wait_for_timeout(500)
        phone.tap("Tillbaka")
        for screen in (*ON_THE_START_SCREEN, *ON_A_ROUND):
            visit(phone, screen)
            phone.page.wait_for_timeout(300)
            phone.photograph_screen(f"82-stor-text-{screen.name}")
        phone.reload()
        phone.sees("Lista (1)")
        assert phone.page.evaluate("document.documentElement.style.fontSize") == "200%"


# In Arabic


def test_a_defect_is_recorded_in_arabic_and_swedish_comes_back_at_once(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.enrol(store.code)
        phone.tap("Inställningar")
        phone.tap("العربية")
        phone.sees("الإعدادات")
        phone.photograph_screen("83-ar-installningar")
        assert phone.page.evaluate("document.documentElement.lang") == "ar"
        phone.tap("رجوع")
        phone.sees("ابدأ جولة")
        phone.photograph_screen("83-ar-start")
        phone.tap("جولة تفقدية")
        phone.tap("ابدأ", exact=True)
        phone.sees("ما هو العطل؟")
        phone.photograph_screen("83-ar-ny")
        with phone.page.expect_file_chooser() as chooser:
            phone.tap("اختر صورة")
        chooser.value.set_files(PHOTO)
        phone.sees("صوّر من جديد")
        phone.tap("إنارة")
        phone.tap("لا شيء لإخفائه – حفظ")
        phone.sees("تم الحفظ")
        phone.photograph_screen("83-ar-sparad")
        phone.tap("القائمة (1)")
        phone.sees("إنارة")
        phone.photograph_screen("83-ar-lista")
        phone.reload()
        phone.sees("القائمة (1)")
        phone.tap("إلى البداية")
        phone.tap("الإعدادات")
        phone.tap("Svenska")
        phone.sees("Inställningar")
