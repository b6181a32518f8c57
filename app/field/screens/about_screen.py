"""Which app this is, and what it is built of."""

from __future__ import annotations

import flet as ft

from app.field.licences import LICENCES
from app.field.models.above import Above
from app.field.models.app_model import AppModel
from app.field.models.sync_model import SyncModel
from app.field.screens.page_above import page_above, paragraph
from app.field.screens.when import off_words
from app.i18n import Words
from app.version import VERSION
from app.widgets.buttons import plain_button


@ft.component
def AboutScreen(model: AppModel, words: Words) -> ft.Control:
    def licences() -> None:
        model.pages.open(Above.LICENCES)

    return page_above(
        words("about.title"),
        model,
        words,
        [
            paragraph(words("about.body")),
            paragraph(words("about.version", version=VERSION)),
            *([paragraph(words("about.build", build=model.build))] if model.build else []),
            *_clock(model.sync, words),
            paragraph(words("about.privacy")),
            paragraph(words("about.licence")),
            plain_button(words("licences.title"), licences, key="open-licences"),
        ],
        key="about",
    )


def _clock(sync: SyncModel | None, words: Words) -> list[ft.Control]:
    """Told once when it was noticed; here for as long as it is so."""
    if sync is None or not sync.clock_off_min:
        return []
    right = words("clock.right", time=words.date_and_time(sync.right_time))
    wrong = words("sync.clock_off", off=off_words(sync.clock_off_min, words))
    return [paragraph(f"{wrong} {right}")]


@ft.component
def LicencesScreen(model: AppModel, words: Words) -> ft.Control:
    return page_above(
        words("licences.title"),
        model,
        words,
        [
            paragraph(words("licences.body")),
            *(paragraph(f"\u2066{name}: {licence}\u2069") for name, licence in LICENCES),
            plain_button(words("app.close"), model.pages.close, key="licences-close"),
        ],
        key="licences",
    )
