"""A safety walk with three planned stops and two phones, which sync in either order.

Each phone writes other fields of the same walk without contact; the protocol they make is one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Playwright

from sync.domain.geo import GeoPoint
from tests.journeys.environment import PHOTOS, ROOT, only_ours
from tests.journeys.field_phone import FieldPhone
from tests.journeys.phone_browser import field_phone
from tests.journeys.running_store import RunningStore, running_store

TORG = GeoPoint(lat_deg=55.6110, lon_deg=13.0320, accuracy_m=8)
PARK = GeoPoint(lat_deg=55.6155, lon_deg=13.0290, accuracy_m=11)
TOWER = GeoPoint(lat_deg=55.6128, lon_deg=13.0330, accuracy_m=14)
STOPS = {"Kirsebergs torg": TORG, "Beijers park": PARK, "Vattentornet": TOWER}
PHOTO = PHOTOS / "HMD_Nokia_8.3_5G.jpg"
OTHER_PHOTO = PHOTOS / "portrait_8.jpg"
TRIES = 10
SAID = "Träden och bänkarna"
SAID_BY_OTHER = "Mörkt bakom kiosken"


@pytest.mark.parametrize("first", ["raven", "uven"])
def test_two_phones_that_sync_in_either_order_make_the_same_protocol(
    tmp_path: Path, playwright: Playwright, first: str
) -> None:
    with running_store(tmp_path) as store:
        plan(store)
        with (
            field_phone(playwright, store.url, tmp_path / "raven") as raven,
            field_phone(playwright, store.url, tmp_path / "uven") as uven,
        ):
            for phone, name in ((raven, "Räven"), (uven, "Uven")):
                phone.enrol(store.code, name)
                phone.sees("Samling: Kirsebergs bibliotek")
                phone.offline_ready()
                phone.offline()
            raven.photograph_screen("60-runda-planerad")
            walk_with_the_list(raven)
            walk_with_the_ears(uven)
            order = [raven, uven] if first == "raven" else [uven, raven]
            for phone in order:
                phone.online()
                phone.asks_until_it_sees("Allt är skickat")
            for phone in (raven, uven):
                phone.asks_until_it_sees("Lista (2)")
            end(order[0])
            for phone in (raven, uven):
                phone.asks_until_it_sees("Rundan är avslutad")
            pages = [protocol_of(phone) for phone in (raven, uven)]
    assert pages[0].words == pages[1].words
    assert pages[0].pictures == pages[1].pictures
    check(pages[0])


def plan(store: RunningStore) -> None:
    """By the store's command line, as until the office plans rounds."""
    start = datetime.now(ZoneInfo("Europe/Stockholm")) + timedelta(minutes=5)
    command = [
        *(sys.executable, "-m", "sync.central", "plan"),
        *("--area", "kirseberg", "--kind", "safety_walk", "--anyway"),
        *("--start", start.strftime("%Y-%m-%d %H.%M")),
        *("--meeting-place", "Kirsebergs bibliotek"),
    ]
    for name, point in STOPS.items():
        command += ["--stop", f"{name}@{point.lat_deg},{point.lon_deg}"]
    env = only_ours(RUNDAN_PORT=str(store.port), RUNDAN_DATA=str(store.data))
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def walk_with_the_list(phone: FieldPhone) -> None:
    """Starts the walk, arrives at the stops, scores, records a defect at the second."""
    phone.tap("Starta")
    phone.sees("Vad är det?")
    phone.tap("Rundan", exact=True)
    phone.sees("Stopp 3: Vattentornet")
    arrive(phone, "Kirsebergs torg")
    phone.tap("Ljuset: 4 av 5")
    phone.sees("Ljuset: 4 av 5\n")
    phone.fill("Vad är bra?", SAID)
    phone.photograph_screen("61-runda-stopp")
    phone.tap("Vi går vidare")
    arrive(phone, "Beijers park")
    phone.tap("Ny observation här")
    phone.sees("Hör till Stopp 2: Beijers park")
    phone.record(PHOTO, "Belysning")
    phone.tap("Rundan", exact=True)
    for _ in range(3):
        phone.tap(re.compile(r"Boende: \d+\. Öka"))
    phone.sees("Boende: 3")
    phone.photograph_screen("62-runda-deltagare")


def walk_with_the_ears(phone: FieldPhone) -> None:
    """Starts the same walk without contact; writes what the other does not."""
    phone.tap("Starta")
    phone.sees("Vad är det?")
    phone.record(OTHER_PHOTO, "Nedskräpning")
    phone.tap("Rundan", exact=True)
    phone.tap(re.compile(r"Polis: \d+\. Öka"))
    phone.sees("Polis: 1")
    phone.tap("Regn")
    phone.tap("Mörkt")
    phone.tap("Visa stoppet")
    phone.sees("Stopp 1: Kirsebergs torg")
    phone.fill("Vad är inte bra?", SAID_BY_OTHER)
    phone.tap("Känslan: 2 av 5")
    phone.tap("Tillbaka")
    phone.sees("Deltagare")


def arrive(phone: FieldPhone, name: str) -> None:
    """ "Vi är framme" of the stop that is next."""
    phone.tap("Vi är framme")
    phone.sees(f"Framme: Stopp {list(STOPS).index(name) + 1}: {name}")


def end(phone: FieldPhone) -> None:
    phone.tap("Rundan", exact=True)
    phone.tap("Avsluta rundan")
    phone.sees("Det här hittades")
    phone.tap("Avsluta", exact=True)
    phone.sees("Rundan är avslutad")
    phone.asks_until_it_sees("Allt är skickat. Du kan lämna ifrån dig telefonen nu.")


class _Read(HTMLParser):
    """Everything a person can see or hear of a page, without its style and its pictures' bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.pictures = 0
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_style = tag == "style"
        self.pictures += tag == "img"
        self.words += [f"{name}={text}" for name, text in attrs if name in ("alt", "aria-label")]

    def handle_endtag(self, tag: str) -> None:
        self._is_style = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._is_style:
            self.words.append(" ".join(data.split()))


def protocol_of(phone: FieldPhone) -> _Read:
    """What the page on this phone says, once the other's photo has come too."""
    for _ in range(TRIES):
        with phone.page.expect_download() as download:
            phone.tap("Spara som fil")
        read = _Read()
        read.feed(download.value.path().read_text(encoding="utf-8"))
        if "finns inte på den här telefonen" not in "\n".join(read.words):
            break
        phone.page.wait_for_timeout(1000)
    return read


def check(read: _Read) -> None:
    said = "\n".join(read.words)
    for name in STOPS:
        assert name in said, f"{name} is not in the protocol:\n{said}"
    for text in (SAID, SAID_BY_OTHER, "Belysning", "Nedskräpning", "Mörkt", "Regn"):
        assert text in said, f"{text} is not in the protocol:\n{said}"
    assert re.search(r"Boende\W+3\b", said) and re.search(r"Polis\W+1\b", said), said
    assert read.pictures >= 2
