"""Which app this is, and what it is built of."""

from __future__ import annotations

import flet as ft

from app.field.licences import LICENCES
from app.field.models.above import Above
from app.field.models.app_model import AppModel
from app.field.screens.page_above import page_above, paragraph
from app.i18n import Words
from app.version import VERSION
from app.widgets.buttons import plain_button


@ft.component
def AboutScreen(model: AppModel, words: Words) -> ft.Control:
    def licences() -> None:
        model.open_above(Above.LICENCES)

    return page_above(
        words("about.title"),
        model,
        words,
        [
            paragraph(words("about.body")),
            paragraph(words("about.version", version=VERSION)),
            *([paragraph(words("about.build", build=model.build))] if model.build else []),
            paragraph(words("about.privacy")),
            paragraph(words("about.licence")),
            plain_button(words("licences.title"), licences, key="open-licences"),
        ],
        key="about",
    )


@ft.component
def LicencesScreen(model: AppModel, words: Words) -> ft.Control:
    return page_above(
        words("licences.title"),
        model,
        words,
        [
            paragraph(words("licences.body")),
            *(paragraph(f"\u2066{name}: {licence}\u2069") for name, licence in LICENCES),
            plain_button(words("app.close"), model.close, key="licences-close"),
        ],
        key="licences",
    )
