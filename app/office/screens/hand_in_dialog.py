"""The dialog that takes in the file of a phone: choose, see whose it is, take, see what came."""

from __future__ import annotations

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.hand_in import HandInModel
from app.office.models.local_time import day_and_time
from app.office.screens.pieces import cancel_button, dialog, ok_button
from app.widgets.notes import info_note, warning_note
from sync.central.hand_in import Contents, HandedIn
from sync.domain.instants import to_text


@ft.component
def HandInDialog(model: HandInModel) -> ft.Control:
    words = model.session.words
    ft.use_dialog(_dialog(model, words) if model.is_open else None)
    return ft.Container(width=0, height=0)


def _dialog(model: HandInModel, words: Words) -> ft.AlertDialog:
    actions: list[ft.Control] = []
    if model.contents is not None and not model.is_busy:
        actions = [
            cancel_button(words, model.close, key="hand-in-cancel"),
            ok_button(words("office.hand_in.take"), model.take, key="hand-in-take"),
        ]
    elif not model.is_busy:
        actions = [ok_button(words("app.close"), model.close, key="hand-in-close")]
    return dialog(
        words("office.hand_in.title"),
        _content(model, words),
        actions,
        model.close,
        key="hand-in-dialog",
    )


def _content(model: HandInModel, words: Words) -> list[ft.Control]:
    parts: list[ft.Control] = []
    if model.problem is not None:
        parts.append(warning_note(model.problem, key="hand-in-problem"))
    if model.is_busy or model.progress is not None:
        return [*parts, *_under_way(model, words)]
    if model.contents is not None:
        return [*parts, *_whose(model.contents, words)]
    if model.result is not None:
        parts += _taken(model, model.result, words)
    elif model.problem is None:
        parts.append(ft.Text(words("office.hand_in.intro"), size=15))
    name = "office.hand_in.choose" if model.result is None else "office.hand_in.another"
    return [*parts, _choose(words(name), model)]


def _under_way(model: HandInModel, words: Words) -> list[ft.Control]:
    if model.is_busy:
        name = "office.hand_in.reading" if model.contents is None else "office.hand_in.taking"
        return [ft.ProgressBar(), ft.Text(words(name), size=15, key="hand-in-busy")]
    percent = round((model.progress or 0) * 100)
    return [
        ft.ProgressBar(value=model.progress),
        ft.Text(words("office.hand_in.uploading", percent=percent), size=15),
    ]


def _choose(text: str, model: HandInModel) -> ft.Control:
    """Opens the browser's dialog inside the press: some browsers allow it only there."""
    return ft.FilledTonalButton(
        key="hand-in-choose",
        content=text,
        icon=ft.Icons.UPLOAD_FILE,
        action=model.picking,
        height=theme.TARGET_DP,
    )


def _whose(contents: Contents, words: Words) -> list[ft.Control]:
    manifest, phone = contents.manifest, contents.phone
    counts = manifest.counts
    who = manifest.nickname or (None if phone is None else phone.nickname)
    if who is not None and manifest.letter:
        who = f"{who} ({manifest.letter})"
    lines = [
        words(
            "office.hand_in.from",
            who=who or words("office.hand_in.somebody"),
            when=day_and_time(manifest.made_at),
        ),
        words(
            "office.hand_in.holds",
            findings=contents.findings,
            changes=counts.changes,
            photos=counts.photos,
        ),
    ]
    parts: list[ft.Control] = [ft.Text(line, size=15) for line in lines]
    if phone is None:
        parts.append(warning_note(words("office.hand_in.unknown_phone"), key="hand-in-unknown"))
    elif phone.revoked_at is not None:
        told = words(
            "office.hand_in.revoked",
            when=day_and_time(to_text(phone.revoked_at)),
            count=contents.after_revoked,
        )
        parts.append(warning_note(told, key="hand-in-revoked"))
    if counts.photos_unchecked or counts.drafts:
        told = words("office.hand_in.stays", photos=counts.photos_unchecked, drafts=counts.drafts)
        parts.append(info_note(told, key="hand-in-stays"))
    return parts


def _taken(model: HandInModel, result: HandedIn, words: Words) -> list[ft.Control]:
    refused = model.refused_lines()
    title = "office.hand_in.done_in_part" if refused else "office.hand_in.done"
    lines = [
        words("office.hand_in.changes", new=result.taken, known=result.known),
        words("office.hand_in.photos", new=result.photos_taken, known=result.photos_known),
    ]
    parts: list[ft.Control] = [
        info_note("\n".join([words(title), *lines]), key="hand-in-done"),
    ]
    if refused:
        text = "\n".join([words("office.hand_in.refused"), *refused])
        parts.append(warning_note(text, key="hand-in-refused"))
    return parts
