"""The accessibility statement (EN 301 549, WCAG 2.1 AA): what works, what does not, who to tell."""

from __future__ import annotations

import flet as ft

from app.field.models.app_model import AppModel
from app.field.screens.page_above import heading, page_above, paragraph
from app.i18n import Words
from app.widgets.buttons import plain_button

PARTS = ("works", "lacks", "contact", "authority")


@ft.component
def AccessibilityScreen(model: AppModel, words: Words) -> ft.Control:
    controls: list[ft.Control] = [paragraph(words("accessibility.body"))]
    for part in PARTS:
        controls.append(heading(words(f"accessibility.{part}.title")))
        controls.append(paragraph(words(f"accessibility.{part}.body")))
    controls.append(plain_button(words("report.title"), model.pages.open_report, key="tell"))
    return page_above(words("accessibility.title"), model, words, controls, key="accessibility")
