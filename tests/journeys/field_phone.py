"""A phone with the field app in Chromium, used as a person uses it: by what is on the screen."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Literal

from playwright.sync_api import BrowserContext, Locator, Page

from sync.domain.geo import GeoPoint
from tests.journeys.browser_process import end_at_once, process_of_profile
from tests.journeys.environment import SCREENS
from tests.journeys.keyboard import type_into

START_MS = 120_000
STANDS_STILL = """one => new Promise((stands) => {
    one.scrollIntoView({block: "nearest"});
    let before = "", same = 0, looks = 50;
    const look = () => {
        const {x, y, width, height} = one.getBoundingClientRect();
        const now = [one.isConnected, x, y, width, height].join();
        same = now === before ? same + 1 : 0;
        before = now;
        if (same === 3 || --looks === 0) stands(one.isConnected);
        else requestAnimationFrame(look);
    };
    look();
})"""
"""Scrolled to, and at one place for four painted frames: a button that moves is missed."""
AT_REST = """async ([before, quietMs, limitMs]) => {
    const until = performance.now() + limitMs;
    const isAtRest = () => frameWantedAt > before && performance.now() - frameWantedAt > quietMs;
    while (!isAtRest() && performance.now() < until) await new Promise((on) => setTimeout(on, 20));
    return frameWantedAt > before;
}"""
"""Painted since then, and nothing more to paint for a while: Flutter asks for no idle frame."""
SEE_MS = 45_000
QUIET_MS = 200
RESTLESS_MS = 2000
"""As long as that is waited for a screen that goes on moving."""
FIRST_LOOKS_MS = (30, 60, 90, 120, 180)
POLL_MS = 250
"""Between two looks at the screen, after the first ones: each look is work for a busy machine."""
ASK_EVERY_MS = 5000
"""The phone asks the store at most twelve times a minute, whoever presses."""
ASK_TIMES = 6
HEARD_MS = 8000
PRESSES = 2
LOOK_FOR_FACES = "Syns ansikten eller skyltar?"
"""Asked right under every photo that was taken in."""
SAVE_DECIDED = "Inget att dölja – spara"
"""The button that saves, and decides on the photos nobody has looked at."""
OFFLINE_READY = "html[data-offline=ready]"


@dataclass(slots=True, kw_only=True)
class FieldPhone:
    """profile: None in a private window. taps: how often the screen was touched."""

    context: BrowserContext
    page: Page
    url: str
    profile: Path | None
    taps: int = 0

    # What a person does

    def open(self, path: str = "/") -> None:
        self.page.goto(self.url + path)
        self.wait_for_app()

    def reload(self) -> None:
        self.page.reload()
        self.wait_for_app()

    def tap(self, name: str | re.Pattern[str], *, exact: bool = False) -> None:
        found = self.button(name, exact=exact)
        found.wait_for(state="attached", timeout=SEE_MS)
        while not found.evaluate(STANDS_STILL):
            pass  # another screen came; the button of this name is another one now
        found.tap(timeout=SEE_MS)
        self.taps += 1

    def tap_until_it_sees(self, name: str, text: str) -> None:
        """A press that was not heard is made again, as a person does."""
        for _ in range(PRESSES):
            self.tap(name)
            if text in self._shows(lambda screen: text in screen, HEARD_MS):
                return
        self.sees(text)

    def fill(self, label: str, text: str) -> None:
        type_into(self.page, self.page.get_by_label(label).last, text)

    def scroll(self, dp: int) -> None:
        size = self.page.viewport_size or {"width": 0, "height": 0}
        self.page.mouse.move(size["width"] / 2, size["height"] / 2)
        self.page.mouse.wheel(0, dp)

    def be_at(self, place: GeoPoint) -> None:
        """Walks there, and waits until the phone knows. Each place needs an accuracy of its own."""
        accuracy_m = place.accuracy_m or 0
        self.context.set_geolocation(
            {"latitude": place.lat_deg, "longitude": place.lon_deg, "accuracy": accuracy_m}
        )
        self.sees(f"GPS, ±{accuracy_m:.0f} m")

    def pick_photo(self, photo: Path, *, by: str = "Välj bild") -> None:
        """Returns when the app has the file, not when it has made it ready."""
        with self.page.expect_file_chooser(timeout=SEE_MS) as chooser:
            self.tap(by)
        chooser.value.set_files(photo)

    def enrol(self, code: str, nickname: str = "Räven") -> None:
        """By the link of the QR code."""
        self.open(f"/#/anslut/{code}")
        self.skip_pictures()
        self.sees("Välkommen till Rundan")
        self.join(nickname)

    def join(self, nickname: str) -> None:
        """The code is there already. A press that was not heard is made again, as a person does."""
        greeting = f"Hej {nickname}!"
        for _ in range(PRESSES):
            self.fill("Smeknamn", nickname)
            self.tap("Börja")
            if "Börja" not in self._shows(lambda screen: "Börja" not in screen, HEARD_MS):
                return  # to the greeting, or to what the store has to say first
        self.sees(greeting)

    def skip_pictures(self) -> None:
        """The pictures of the first start."""
        self.sees("Hoppa över", START_MS)
        self.tap("Hoppa över")

    def start_round(self, kind: str = "Inspektionsrunda") -> None:
        self.tap(kind, exact=True)  # it stands in the names of other buttons too
        self.tap("Starta")
        self.sees("Vad är det?")

    def record(self, photo: Path, category: str) -> None:
        """A defect with a photo from a file. Returns as soon as the screen says "Sparad"."""
        self.pick_photo(photo)
        self.sees(LOOK_FOR_FACES)
        self.tap(category)
        self.tap(SAVE_DECIDED)
        self.sees_at_once("Sparad")

    def has_colours(self, scheme: Literal["light", "dark"]) -> None:
        """The phone's own, which the app follows. Returns when they are on the screen."""
        before = self.page.evaluate("frameWantedAt")
        self.page.emulate_media(color_scheme=scheme)
        self._is_painted_anew(before)

    def has_height(self, height_dp: int) -> None:
        before = self.page.evaluate("frameWantedAt")
        size = self.page.viewport_size
        assert size is not None
        self.page.set_viewport_size({"width": size["width"], "height": height_dp})
        self._is_painted_anew(before)

    def _is_painted_anew(self, before: float) -> None:
        painted = self.page.evaluate(AT_REST, [before, QUIET_MS, RESTLESS_MS])
        assert painted, "the screen stays as it was"

    # What a person sees

    def rests(self) -> None:
        """Returns when nothing on the screen moves any more. Not with every_frame=True."""
        self.page.evaluate(AT_REST, [-1, QUIET_MS, RESTLESS_MS])

    def button(self, name: str | re.Pattern[str], *, exact: bool = False) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact).first

    def wait_for_app(self) -> None:
        self.page.wait_for_selector("flt-semantics", state="attached", timeout=START_MS)

    def sees(self, text: str | re.Pattern[str], timeout_ms: int = SEE_MS) -> None:
        wanted = re.compile(re.escape(text)) if isinstance(text, str) else text
        shown = self._shows(lambda screen: wanted.search(screen) is not None, timeout_ms)
        assert wanted.search(shown), f"{wanted.pattern!r} is not on the screen:\n{shown}"

    def sees_no_longer(self, text: str) -> None:
        shown = self._shows(lambda screen: text not in screen, SEE_MS)
        assert text not in shown, f"{text!r} is still on the screen:\n{shown}"

    def asks_until_it_sees(self, text: str) -> None:
        """Asks the store by the button again and again, as somebody does who is curious."""
        for _ in range(ASK_TIMES):
            self.tap("Skicka nu")
            if text in self._shows(lambda screen: text in screen, ASK_EVERY_MS):
                return
        self.sees(text)

    def waits_for(self, is_so: Callable[[str], bool]) -> None:
        """is_so is given all that is on the screen, a line for each thing."""
        shown = self._shows(is_so, SEE_MS)
        assert is_so(shown), f"{is_so.__name__} is not so:\n{shown}"

    def _shows(self, is_so: Callable[[str], bool], timeout_ms: int) -> str:
        """The screen when it is as wanted, or as it is at the end of the time."""
        deadline = time.monotonic() + timeout_ms / 1000
        pauses = chain(FIRST_LOOKS_MS, repeat(POLL_MS))
        while not is_so(shown := self.screen_text()) and time.monotonic() < deadline:
            self.page.wait_for_timeout(next(pauses))
        return shown

    def sees_at_once(self, text: str) -> None:
        """As sees, but without the pause between two looks."""
        self.page.get_by_text(text, exact=True).first.wait_for(state="attached", timeout=SEE_MS)

    def screen_text(self) -> str:
        """Whatever is painted is in the accessibility tree, as a label or as text."""
        return "\n".join(self.page.evaluate(_SCREEN_TEXT))

    def count_of(self, label: str) -> int:
        """How many things on the screen have a name with this in it."""
        return sum(label in line for line in self.screen_text().splitlines())

    def photograph_screen(self, name: str) -> None:
        """For people to look at: build/screens/name.png."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}.png")

    # The network, and the end

    def offline_ready(self) -> None:
        self.page.wait_for_selector(OFFLINE_READY, state="attached", timeout=START_MS)

    def offline(self) -> None:
        self.context.set_offline(True)

    def online(self) -> None:
        self.context.set_offline(False)

    def another_tab(self) -> FieldPhone:
        page = self.context.new_page()
        return FieldPhone(context=self.context, page=page, url=self.url, profile=self.profile)

    def kill(self) -> None:
        """SIGKILL to every process of the browser: nothing gets the time to write anything."""
        assert self.profile is not None, "only a browser with a profile is found by its process"
        end_at_once(process_of_profile(self.profile))


_SCREEN_TEXT = """() => {
    const found = [];
    for (const host of document.querySelectorAll("flt-semantics-host")) {
        for (const node of host.querySelectorAll("*")) {
            const label = node.getAttribute("aria-label");
            if (label) found.push(label);
            if (node.value) found.push(node.value);
            for (const child of node.childNodes) {
                if (child.nodeType === 3 && child.textContent.trim()) found.push(child.textContent);
            }
        }
    }
    return found;
}"""
