"""Taps on a round's own page, each with the moment of the finger and that of its answer.

The watch runs in the page: what a test's own way to the browser takes is not in it.
"""

from __future__ import annotations

import re

from tests.journeys.field_phone import SEE_MS, FieldPhone

MORE = re.compile(r"Boende: \d+\. Öka")
POLL_MS = 20

_WATCH = """() => {
    window.tapWatch = {};
    const host = document.querySelector("flt-semantics-host");
    const look = () => {
        const watch = window.tapWatch;
        if (watch.tapped === undefined || watch.answered !== undefined) return;
        const shown = [...host.querySelectorAll("[aria-label], flt-semantics")].some(
            (node) => (node.getAttribute("aria-label") || node.textContent).includes(watch.wanted));
        if (shown) watch.answered = performance.now();
    };
    new MutationObserver(look).observe(
        host, {subtree: true, childList: true, attributes: true, characterData: true});
    addEventListener("pointerdown", () => {
        const watch = window.tapWatch;
        if (watch.wanted !== undefined && watch.tapped === undefined) {
            watch.tapped = performance.now();
        }
    }, true);
}"""
_ARM = "(wanted) => { window.tapWatch = {wanted}; }"
_TOOK = """() => {
    const {answered, tapped} = window.tapWatch;
    return answered === undefined ? null : answered - tapped;
}"""


class TapWatch:
    """On the page that counts participants, which must be on the screen."""

    def __init__(self, phone: FieldPhone) -> None:
        self._phone, self._count = phone, 0
        phone.page.evaluate(_WATCH)

    def one_more_ms(self) -> float:
        """One more participant: milliseconds until the number is on the screen.

        Raises AssertionError when it never comes.
        """
        self._count += 1
        return self._tap(MORE, f"Boende: {self._count}. Öka")

    def there_and_back_ms(self) -> list[float]:
        """To the page for a new defect and back."""
        new = self._tap("Ny", "Vad är det?")
        return [new, self._tap("Rundan", "Deltagare")]

    def _tap(self, name: str | re.Pattern[str], wanted: str) -> float:
        page = self._phone.page
        page.evaluate(_ARM, wanted)
        self._phone.tap(name, exact=isinstance(name, str))
        for _ in range(SEE_MS // POLL_MS):
            took = page.evaluate(_TOOK)
            if took is not None:
                return float(took)
            page.wait_for_timeout(POLL_MS)
        raise AssertionError(f"{wanted!r} was not the answer:\n{self._phone.screen_text()}")
