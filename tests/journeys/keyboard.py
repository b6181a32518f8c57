"""Typing into a field of Flutter's: it takes a moment from focus until letters are heard."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

UP_MS = 200
"""Until a phone's keyboard is up, at its fastest."""
LISTENS = """() => new Promise((listens) => {
    let frames = 5;
    const next = () => (frames-- ? requestAnimationFrame(next) : listens(true));
    next();
})"""
"""Flutter takes letters some painted frames after the focus; those before only the page hears."""
TRIES = 3
SEE_MS = 45_000


def type_into(page: Page, field: Locator, text: str) -> None:
    """By focus, not by a click: the canvas under the accessibility tree may still be scrolling.

    A letter that came before Flutter listened is typed again, as a person would.
    """
    field.wait_for(state="attached", timeout=SEE_MS)
    for _ in range(TRIES):
        field.focus()
        expect(field).to_be_focused()
        page.wait_for_timeout(UP_MS)
        page.evaluate(LISTENS)
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text, delay=10)
        page.wait_for_timeout(UP_MS)
        if field.input_value() == text:
            return
    expect(field).to_have_value(text)
