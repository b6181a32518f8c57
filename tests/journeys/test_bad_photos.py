"""A file that is no photo gets a sentence that says what to do; what was typed stays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Playwright

from tests.device.photo_cases import a_photo, jpeg_claiming
from tests.journeys.field_phone import FieldPhone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import running_store

TEXT = "Lampan utanför nummer 12"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadPhoto:
    name: str
    content: bytes
    sentence: str


def bad_photos() -> list[BadPhoto]:
    return [
        BadPhoto(name="tom.jpg", content=b"", sentence="Bildfilen är tom."),
        BadPhoto(
            name="inkop.jpg",
            content="Mjölk, bröd och två lampor\n".encode() * 40,
            sentence="Det här är inget foto som går att läsa.",
        ),
        BadPhoto(
            name="avbruten.jpg",
            content=a_photo("jolla.jpg")[:300_000],
            sentence="Fotot är trasigt: en del av filen saknas eller är skadad.",
        ),
        BadPhoto(
            name="jatte.jpg",
            content=jpeg_claiming(12_000, 9_000),
            sentence="Bilden är för stor för telefonen att öppna.",
        ),
    ]


def test_a_bad_photo_is_explained_and_nothing_typed_is_lost(
    tmp_path: Path, playwright: Playwright
) -> None:
    with (
        running_store(tmp_path) as store,
        field_phone(playwright, store.url, tmp_path / "profile") as phone,
    ):
        phone.enrol(store.code)
        phone.start_round()
        phone.sees("GPS, ±8 m")
        phone.tap("Belysning")
        phone.fill("Beskriv (om du vill)", TEXT)
        for bad in bad_photos():
            refuses(phone, bad, tmp_path)
        phone.photograph_screen("40-bild-som-inte-gar")
        phone.tap("Spara och nästa")
        phone.sees("Saknas: bild. Spara ändå?")
        phone.photograph_screen("41-saknas-bild")
        phone.tap("Spara ändå")
        phone.sees("Sparad")
        phone.tap("Lista (1)")
        phone.sees(TEXT)


def refuses(phone: FieldPhone, bad: BadPhoto, folder: Path) -> None:
    path = folder / bad.name
    path.write_bytes(bad.content)
    phone.pick_photo(path)
    phone.sees(bad.sentence)
    phone.sees("Texten och platsen finns kvar.")
    phone.sees(TEXT)
    phone.sees("±8 m")
