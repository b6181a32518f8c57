"""The store does not take this phone's word any more: nothing is lost, and here is what to do."""

from __future__ import annotations

import flet as ft

from app.field.models.app_model import AppModel
from app.field.models.hand_over_model import HandOverModel
from app.field.models.sync_model import SyncModel
from app.field.screens.page_above import page_above, paragraph
from app.field.screens.sent_section import hand_over_part, waiting_words
from app.i18n import Words
from app.widgets.buttons import plain_button


@ft.component
def ShutOutScreen(
    model: AppModel, sync: SyncModel, hand_over: HandOverModel, words: Words
) -> ft.Control:
    name = "shutout.revoked" if sync.is_shut_out else "shutout.unknown"
    nothing = "shutout.nothing"
    if sync.is_another:
        name, nothing = "shutout.another", "shutout.another.nothing"
    waiting = waiting_words(sync.waiting, words)
    told = "\n".join([words("shutout.waiting"), *waiting]) if waiting else words(nothing)
    return page_above(
        words(f"{name}.title"),
        model,
        words,
        [
            paragraph(words(f"{name}.body")),
            *([] if not waiting and hand_over.is_needed else [paragraph(told)]),
            *hand_over_part(hand_over, words),
            plain_button(words("sync.new_code"), model.enrol_again, key="enrol-again"),
            plain_button(words("shutout.later"), model.pages.close, key="shutout-later"),
        ],
        key="shutout",
    )
