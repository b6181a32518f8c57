"""A fault of ours must not take the screen away from a person in the middle of a walk.

Flet 1.0.5 answers an exception in a handler or an effect by replacing the whole screen with its own
"Error running app"; an exception while a component is drawn again ends the loop that draws, and the
screen is dead. Here the screen stays as it was, the fault is logged, and the person is told.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

import flet as ft
from flet.components.component import Component

from app.device.storage.errors import is_damage

log = logging.getLogger(__name__)


def survive_faults(
    page: ft.Page, told: Callable[[], None], damaged: Callable[[], None] | None = None
) -> None:
    """told: shows the person that something went wrong; called on the page's event loop.

    damaged: instead of it, when what went wrong is that the database is not whole.
    """

    def error(message: str) -> None:
        log.error("a fault in the app: %s", message)
        # Flet calls this while it handles the exception, and tells only its text
        if damaged is not None and is_damage(sys.exc_info()[1]):
            damaged()
        else:
            told()

    page.session.error = error  # type: ignore[method-assign]  # Flet has no hook for it


def keep_drawing() -> None:
    """To be called once, before the app starts: what cannot be drawn stays as it was."""
    draw: Callable[[Component], None] = Component.update

    def surviving(component: Component) -> None:
        try:
            draw(component)
        except Exception:
            # The edge of drawing: what fails here would end the loop that draws everything.
            log.exception("a part of the screen could not be drawn")
            ft.context.page.session.error("a part of the screen could not be drawn")

    Component.update = surviving  # type: ignore[method-assign]  # Flet has no hook for it
