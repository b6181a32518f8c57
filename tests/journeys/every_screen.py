"""Every screen of the field app, one after the other, in any language: by the keys of its words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.field.screens.settings_screen import OWN_NAMES
from app.i18n import Words
from sync.domain.geo import GeoPoint
from sync.domain.words import Category
from tests.journeys.accessibility import violations
from tests.journeys.environment import PHOTOS, ROOT, only_ours
from tests.journeys.field_phone import START_MS, FieldPhone
from tests.journeys.other_phone import OtherPhone, on_another_phone
from tests.journeys.running_store import RunningStore

PHOTO = PHOTOS / "landscape_6.jpg"
WHOLE_NAMES = frozenset({"app.back", "capture.cover", "end.go", "round.tab.round"})
"""What stands within the names of other buttons too."""
IN_THE_RESIDENTS_LANGUAGE = frozenset({"resident.code"})
"""It is chosen on the page itself, which does not follow the phone's."""
OTHER = {"sv": "ar", "ar": "sv"}
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


def walk(phone: FieldPhone, code: str, words: Words, look: Callable[[Visit], None]) -> None:
    """words: what the phone speaks. look: given each screen once it is up; may let it speak other
    words."""
    phone.open(f"/#/anslut/{code}")
    phone.sees(_words(words, "intro.see"), START_MS)
    for screen in FIRST:
        visit(phone, screen, words)
        look(screen)
    phone.fill(_words(words, "enrol.nickname"), "Räven")
    phone.tap(_words(words, "enrol.go"))
    for screen in (*ON_THE_START_SCREEN, *ON_A_ROUND):
        visit(phone, screen, words)
        look(screen)


def visit(phone: FieldPhone, screen: Visit, words: Words) -> None:
    for key in screen.taps:
        before = phone.screen_text()

        def is_another(now: str, before: str = before) -> bool:
            return now != before

        phone.tap(_words(words, key), exact=key in WHOLE_NAMES)
        phone.waits_for(is_another)
        phone.rests()  # the screen before may have a button of the same name
    if screen.photo:
        phone.pick_photo(PHOTO, by=_words(words, "capture.pick"))
    phone.sees(_words(words, screen.sees))
    phone.rests()


def photograph_all_looks(phone: FieldPhone, words: Words, name: str, sees: str) -> None:
    """build/screens/name.png and name-mork.png, in the language it speaks and in the other, which
    it speaks from then on: the phone's language is changed while the app is up. And axe finds
    nothing wrong in either.

    words: those it speaks. name: with {language} in it. sees: key of what is on the screen.
    """
    photograph_and_examine(phone, name.format(language=words.language))
    phone.has_colours("dark")
    phone.photograph_screen(f"{name.format(language=words.language)}-mork")
    speak_the_other_language(phone, words, sees)
    phone.photograph_screen(f"{name.format(language=words.language)}-mork")
    phone.has_colours("light")
    photograph_and_examine(phone, name.format(language=words.language))


def photograph_and_examine(phone: FieldPhone, name: str) -> None:
    """build/screens/name.png; and axe finds nothing wrong."""
    phone.photograph_screen(name)
    broken = violations(phone.page)
    assert not broken, f"{name}: {broken}"


def speak_the_other_language(phone: FieldPhone, words: Words, sees: str) -> None:
    language = OTHER[words.language]
    phone.page.evaluate(SPEAKS, language)
    words.switch_to(language)
    if sees in IN_THE_RESIDENTS_LANGUAGE:
        phone.tap(OWN_NAMES[language])
    phone.sees(_words(words, sees))
    phone.rests()
    assert phone.page.evaluate("document.documentElement.lang") == language


def _words(words: Words, key: str) -> str:
    """As far as they are the same every time."""
    return words(key).split("{")[0].strip()
