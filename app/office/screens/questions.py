"""The dialogs of a decision: reason, edit, photo, case number, the notice before the first send."""

from __future__ import annotations

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.decision import Decision, Question
from app.office.models.pictures import Pictures
from app.office.screens.pieces import cancel_button, dialog, ok_button, picture
from app.widgets.notes import info_note
from sync.domain.fields import MAX_REASON, MAX_TEXT
from sync.domain.words import Category

UNDECIDED_DP = 300
SUGGESTIONS = ("not_a_defect", "already_reported", "blurred", "people", "wrong_place", "private")


@ft.component
def Questions(decision: Decision, pictures: Pictures) -> ft.Control:
    ft.use_dialog(_dialog(decision, pictures, decision.session.words))
    return ft.Container(width=0, height=0)


def _dialog(decision: Decision, pictures: Pictures, words: Words) -> ft.AlertDialog | None:
    match decision.question:
        case None:
            return None
        case Question.FIRST_SEND:
            return _first_send(decision, words)
        case Question.UNDECIDED:
            return _undecided(decision, pictures, words)
        case Question.REJECT:
            return _reject(decision, words)
        case Question.EDIT:
            return _edit(decision, words)
        case Question.REMOVE_PHOTO:
            return _sure(decision, words, "remove_photo", decision.remove_photo)
        case Question.SEND_AGAIN:
            return _sure(decision, words, "send_again", decision.send_again)
        case Question.ARRIVED:
            return _arrived(decision, words)
        case Question.PHOTO:
            return _photo(decision, pictures, words)


def _first_send(decision: Decision, words: Words) -> ft.AlertDialog:
    return dialog(
        words("office.first_send.title"),
        [
            ft.Text(words("office.first_send.body"), size=15),
            info_note(words("office.first_send.check"), key="first-send-check"),
        ],
        [
            cancel_button(words, decision.cancel, key="first-send-cancel"),
            ok_button(words("office.first_send.go"), decision.approve, key="first-send-go"),
        ],
        decision.cancel,
        key="first-send",
    )


def _undecided(decision: Decision, pictures: Pictures, words: Words) -> ft.AlertDialog:
    """The photos themselves, large: nobody has said whether they show people."""
    photos: list[ft.Control] = [
        picture(
            pictures.large(photo.sha256 or ""),
            width=None,
            height=UNDECIDED_DP,
            name=words("office.undecided.photo"),
            fit=ft.BoxFit.CONTAIN,
        )
        for photo in decision.undecided
    ]
    return dialog(
        words("office.undecided.title"),
        [ft.Text(words("office.undecided.body"), size=15), *photos],
        [
            cancel_button(words, decision.cancel, key="undecided-cancel"),
            ok_button(words("office.undecided.go"), decision.approve, key="undecided-go"),
        ],
        decision.cancel,
        key="undecided-dialog",
    )


def _reject(decision: Decision, words: Words) -> ft.AlertDialog:
    return dialog(
        words("office.reject.title"),
        [
            ft.Text(words("office.reject.body"), size=15),
            ft.Row(
                wrap=True,
                spacing=8,
                run_spacing=8,
                controls=[_suggestion(one, decision, words) for one in SUGGESTIONS],
            ),
            ft.TextField(
                key="reject-reason",
                label=words("office.reject.reason"),
                value=decision.reason,
                autofocus=True,
                multiline=True,
                min_lines=2,
                max_lines=4,
                max_length=MAX_REASON,
                error=decision.error,
                on_change=lambda e: decision.type_reason(e.control.value or ""),
            ),
        ],
        [
            cancel_button(words, decision.cancel, key="reject-cancel"),
            ok_button(words("office.reject.go"), decision.reject, key="reject-go"),
        ],
        decision.cancel,
        key="reject-dialog",
    )


def _suggestion(code: str, decision: Decision, words: Words) -> ft.Control:
    text = words(f"office.reject.suggestion.{code}")
    return ft.OutlinedButton(
        key=f"reject-{code}",
        content=text,
        height=40,
        on_click=lambda: decision.suggest(text),
    )


def _edit(decision: Decision, words: Words) -> ft.AlertDialog:
    return dialog(
        words("office.edit.title"),
        [
            ft.Dropdown(
                key="edit-category",
                label=words("office.edit.category"),
                value=None if decision.category is None else decision.category.value,
                expanded_insets=ft.Padding.zero(),
                options=[
                    ft.DropdownOption(key=one.value, text=words(f"category.{one.value}"))
                    for one in Category
                ],
                on_select=lambda e: decision.pick_category(e.control.value),
            ),
            ft.TextField(
                key="edit-text",
                label=words("office.edit.text"),
                value=decision.text,
                multiline=True,
                min_lines=3,
                max_lines=8,
                max_length=MAX_TEXT,
                on_change=lambda e: decision.type_text(e.control.value or ""),
            ),
        ],
        [
            cancel_button(words, decision.cancel, key="edit-cancel"),
            ok_button(words("app.save"), decision.save_edit, key="edit-save"),
        ],
        decision.cancel,
        key="edit-dialog",
    )


def _arrived(decision: Decision, words: Words) -> ft.AlertDialog:
    return dialog(
        words("office.arrived.title"),
        [
            ft.Text(words("office.arrived.body"), size=15),
            ft.TextField(
                key="case-ref",
                label=words("office.arrived.case_ref"),
                autofocus=True,
                error=decision.error,
                max_length=80,
                on_change=lambda e: decision.type_case_ref(e.control.value or ""),
                on_submit=decision.arrived,
            ),
        ],
        [
            cancel_button(words, decision.cancel, key="arrived-cancel"),
            ok_button(words("app.save"), decision.arrived, key="arrived-save"),
        ],
        decision.cancel,
        key="arrived-dialog",
    )


def _sure(
    decision: Decision, words: Words, what: str, yes: ft.ControlEventHandler[ft.FilledButton]
) -> ft.AlertDialog:
    return dialog(
        words(f"office.sure.{what}.title"),
        [ft.Text(words(f"office.sure.{what}.body"), size=15)],
        [
            cancel_button(words, decision.cancel, key=f"{what}-cancel"),
            ok_button(words(f"office.sure.{what}.go"), yes, key=f"{what}-go"),
        ],
        decision.cancel,
        key=f"{what}-dialog",
    )


def _photo(decision: Decision, pictures: Pictures, words: Words) -> ft.AlertDialog | None:
    detail = decision.room.detail
    if detail is None or not detail.photos:
        return None
    photo = detail.photos[min(decision.shown_photo, len(detail.photos) - 1)]
    content = None if photo.sha256 is None else pictures.large(photo.sha256)
    if content is None:
        return None
    return ft.AlertDialog(
        key="photo-dialog",
        semantics_label=words("office.photo.large"),
        content_padding=theme.GAP,
        inset_padding=theme.GAP,
        content=ft.InteractiveViewer(
            min_scale=1,
            max_scale=6,
            content=ft.Image(
                src=content, fit=ft.BoxFit.CONTAIN, semantics_label=words("office.photo.large")
            ),
        ),
        actions=[
            ft.TextButton(
                key="photo-close",
                content=words("app.close"),
                on_click=decision.cancel,
                height=theme.TARGET_DP,
            )
        ],
        on_dismiss=decision.cancel,
    )
