"""Whether the phone can be handed back: that all is sent, or what waits and why."""

from __future__ import annotations

import flet as ft

from app import theme
from app.device.connectivity import Link
from app.field.models.end_model import EndModel
from app.field.models.hand_over_model import HandOverModel
from app.field.models.sync_model import SyncModel
from app.field.screens.page_above import paragraph
from app.i18n import Words
from app.widgets.buttons import Handler, plain_button
from app.widgets.notes import info_note, warning_note
from sync.client.records import Waiting


@ft.component
def SentSection(
    sync: SyncModel, end: EndModel, open_trouble: Handler, open_not_sent: Handler, words: Words
) -> ft.Control:
    """Nothing before the end when all is sent: the end itself has still to be sent."""
    if sync.may_hand_over:
        if not end.is_ended:
            return ft.Container()
        return info_note(words("sync.all_sent.hand_over"), key="hand-over")
    if sync.is_stopped:
        now = plain_button(words("sync.what_now"), open_trouble, key="end-what-now")
    elif sync.waiting.has_stuck:
        now = plain_button(words("list.why"), open_not_sent, key="end-not-sent")
    else:
        now = plain_button(words("sync.now"), sync.now, key="end-send-now")
    why = "\n".join(_reasons(sync, end, words))
    return ft.Column(
        spacing=theme.GAP,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            warning_note(why, key="not-all-sent", action=now),
            HandOverSection(end.hand_over, words),
        ],
    )


def _reasons(sync: SyncModel, end: EndModel, words: Words) -> list[str]:
    waiting = sync.waiting
    counted = [*waiting_words(waiting, words), *_draft_words(end.drafts, words)]
    is_known = bool(counted) or sync.has_unsent_route
    told = [words("end.waits" if is_known else "end.waits.unsure")]
    if sync.has_unsent_route:
        told.append(words("end.waits.route"))
    told += counted
    if sync.problem is not None:
        told.append(words(sync.problem))
    elif waiting.photos and sync.photos_held is Link.MOBILE:
        told.append(words("end.waits.wifi"))
    elif not is_known:
        told.append(words("end.waits.answer"))
    return told


def waiting_words(waiting: Waiting, words: Words) -> list[str]:
    """Of what was saved: a line for each sort of thing there is any of."""
    counted = {
        "end.waits.records": waiting.records,
        "end.waits.photos": waiting.photos,
        "end.waits.undecided": waiting.undecided,
        "end.waits.refused": waiting.refused,
    }
    return [words(key, count=count) for key, count in counted.items() if count]


def _draft_words(drafts: int, words: Words) -> list[str]:
    return [words("end.waits.drafts", count=drafts)] if drafts else []


@ft.component
def HandOverSection(hand_over: HandOverModel, words: Words) -> ft.Control:
    """The way out for what cannot be sent: a file. Nothing when all is sent."""
    controls: list[ft.Control] = []
    if hand_over.is_needed:
        controls.append(ft.Text(words("end.hand_over.body"), size=16))
        if hand_over.left_out:
            left_out = words("end.hand_over.left_out", count=hand_over.left_out)
            controls.append(ft.Text(left_out, key="hand-over-left-out", size=16))
        if hand_over.unread:
            unread = words("end.hand_over.unread", count=hand_over.unread)
            controls.append(ft.Text(unread, key="hand-over-unread", size=16))
        controls.append(
            plain_button(
                words("end.hand_over"),
                hand_over.give,
                key="hand-over-file",
                icon=ft.Icons.FOLDER_ZIP_OUTLINED,
                disabled=hand_over.is_making,
            )
        )
    return ft.Column(
        spacing=theme.GAP,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=controls,
    )


def hand_over_part(hand_over: HandOverModel, words: Words) -> list[ft.Control]:
    """For a screen of its own, as that of a phone that is shut out: also what is not saved, and so
    not in the file.
    """
    drafts = [paragraph(told) for told in _draft_words(hand_over.drafts, words)]
    return [*drafts, HandOverSection(hand_over, words)]
