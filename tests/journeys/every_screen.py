"""Every screen of the field app, one after the other, in any language: by the keys of its words."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.i18n import Words
from sync.domain.geo import GeoPoint
from sync.domain.words import Category
from tests.journeys.accessibility import violations
from tests.journeys.environment import PHOTOS, ROOT, only_ours
from tests.journeys.field_phone import START_MS, FieldPhone
from tests.journeys.other_phone import OtherPhone, on_another_phone
from tests.journeys.running_store import RunningStore

PHOTO = PHOTOS / "landscape_6.jpg"
SETTLED_MS = 700
"""Until the screen before is gone: it may have a button of the same name."""
DRAWN_MS = 500
"""Until the other colours are on the screen."""
WHOLE_NAMES = frozenset({"app.back", "capture.cover", "end.go", "round.tab.round"})
"""What stands within the names of other buttons too."""
ARABIC = re.compile("[\u0627-\u064a]")
SPEAKS = """language => {
    Object.defineProperty(navigator, "languages", {get: () => [language], configurable: true});
    dispatchEvent(new Event("languagechange"));
}"""
OLD_LAMP_AT = GeoPoint(lat_deg=55.61106, lon_deg=13.03205)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """taps: keys of the names of buttons, from the screen before. photo: chosen before they are.

    sees: key of what is on the screen then.
    """

    name: str
    sees: str
    taps: tuple[str, ...] = ()
    photo: bool = False


FIRST = (
    Visit(name="bild-1", sees="intro.see"),
    Visit(name="bild-2", taps=("intro.next",), sees="intro.photograph"),
    Visit(name="bild-3", taps=("intro.next",), sees="intro.mended"),
    Visit(name="anslut", taps=("intro.done",), sees="enrol.title"),
)
ON_THE_START_SCREEN = (
    Visit(name="start", sees="home.today"),
    Visit(name="hjalp", taps=("help.open",), sees="help.112"),
    Visit(name="boende", taps=("app.back", "resident.open"), sees="resident.code"),
    Visit(name="installningar", taps=("app.back", "settings.open"), sees="settings.text_size"),
    Visit(name="om", taps=("about.title",), sees="about.version"),
    Visit(name="licenser", taps=("licences.title",), sees="licences.title"),
    Visit(
        name="tillganglighet",
        taps=("app.back", "app.back", "accessibility.title"),
        sees="accessibility.body",
    ),
    Visit(name="felrapport", taps=("app.back", "report.title"), sees="report.body"),
    Visit(name="ta-emot-fil", taps=("app.back", "takefile.title"), sees="takefile.body"),
)
ON_A_ROUND = (
    Visit(name="ny", taps=("app.back", "app.back", "home.start_go"), sees="revisit.ask_old"),
    Visit(name="aterbesok", taps=("revisit.look",), sees="revisit.now"),
    Visit(name="trygg-plats", taps=("app.back", "capture.kind.positive"), sees="capture.pick"),
    Visit(name="forslag", taps=("capture.kind.proposal",), sees="capture.pick"),
    Visit(name="ny-med-bild", taps=("capture.kind.defect",), photo=True, sees="capture.retake"),
    Visit(name="dolj", taps=("capture.cover",), sees="cover.hint"),
    Visit(name="redan-noterad", taps=("app.back", "category.belysning"), sees="known.also_seen"),
    Visit(name="sparad", taps=("capture.save_nothing",), sees="capture.saved"),
    Visit(name="nal", taps=("capture.place.change",), sees="pin.use"),
    Visit(name="platser", taps=("pin.list",), sees="pin.list"),
    Visit(
        name="kamera", taps=("app.back", "app.back", "capture.camera_on"), sees="capture.shutter"
    ),
    Visit(name="lista", taps=("round.tab.list_count",), sees="list.area_points"),
    Visit(name="andra", taps=("list.edit",), sees="edit.title"),
    Visit(name="oppet", taps=("app.back", "list.area_points"), sees="list.nearest_first"),
    Visit(name="karta", taps=("round.tab.map",), sees="map.no_tiles"),
    Visit(name="kartans-tecken", taps=("map.panel",), sees="map.legend"),
    Visit(name="rundan", taps=("map.panel.close", "round.tab.round"), sees="round.participants"),
    Visit(name="stopp", taps=("round.stop.arrive",), sees="round.stop.leave"),
    Visit(name="slut", taps=("app.back", "end.title"), sees="end.missing"),
    Visit(name="avslutad", taps=("end.go",), sees="end.look"),
    Visit(name="start-efter", taps=("round.leave",), sees="home.ended"),
)


def note_an_old_lamp(store: RunningStore, folder: Path) -> None:
    """Long dark, it stands where the walk begins."""
    on_another_phone(store.url, store.code, folder, _an_old_lamp)


def plan_a_walk(store: RunningStore) -> None:
    start = datetime.now(ZoneInfo("Europe/Stockholm")) + timedelta(minutes=2)
    command = [
        *(sys.executable, "-m", "sync.central", "plan"),
        *("--area", "kirseberg", "--kind", "safety_walk", "--anyway"),
        *("--start", start.strftime("%Y-%m-%d %H.%M")),
        *("--meeting-place", "Kirsebergs bibliotek"),
        *("--stop", "Kirsebergs torg@55.6110,13.0320", "--stop", "Beijers park@55.6155,13.0290"),
    ]
    env = only_ours(RUNDAN_PORT=str(store.port), RUNDAN_DATA=str(store.data))
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


async def _an_old_lamp(phone: OtherPhone) -> None:
    round_ = await phone.start_round(days_ago=40)
    await phone.note(
        round_, at=OLD_LAMP_AT, category=Category.LIGHTING, text="Lampan är släckt", days_ago=40
    )


def walk(phone: FieldPhone, code: str, language: str, look: Callable[[str], None]) -> None:
    """look: given the name of each screen once it is up."""
    words = Words(language)
    phone.open(f"/#/anslut/{code}")
    phone.sees(_words(words, "intro.see"), START_MS)
    for screen in FIRST:
        visit(phone, screen, words)
        look(screen.name)
    phone.fill(_words(words, "enrol.nickname"), "Räven")
    phone.tap(_words(words, "enrol.go"))
    for screen in (*ON_THE_START_SCREEN, *ON_A_ROUND):
        visit(phone, screen, words)
        look(screen.name)


def visit(phone: FieldPhone, screen: Visit, words: Words) -> None:
    for key in screen.taps:
        phone.tap(_words(words, key), exact=key in WHOLE_NAMES)
        phone.page.wait_for_timeout(SETTLED_MS)
    if screen.photo:
        phone.pick_photo(PHOTO, by=_words(words, "capture.pick"))
    phone.sees(_words(words, screen.sees))


def photograph_light_and_dark(phone: FieldPhone, name: str) -> None:
    """build/screens/name.png and name-mork.png: the app follows the phone's own colours. And axe
    finds nothing wrong with the screen."""
    for colours, ending in (("light", ""), ("dark", "-mork")):
        phone.page.emulate_media(color_scheme=colours)
        phone.page.wait_for_timeout(DRAWN_MS)
        phone.photograph_screen(name + ending)
    phone.page.emulate_media(color_scheme="light")
    broken = violations(phone.page)
    assert not broken, f"{name}: {broken}"


def photograph_all_looks(phone: FieldPhone, name: str) -> None:
    """Swedish, then Arabic, light and dark: the phone's language is changed while the app is up."""
    photograph_light_and_dark(phone, name)
    phone.page.evaluate(SPEAKS, "ar")
    phone.sees(ARABIC)
    photograph_light_and_dark(phone, f"{name}-ar")
    phone.page.evaluate(SPEAKS, "sv")

    def is_swedish(screen: str) -> bool:
        return ARABIC.search(screen) is None

    phone.waits_for(is_swedish)


def _words(words: Words, key: str) -> str:
    """As far as they are the same every time."""
    return words(key).split("{")[0].strip()
