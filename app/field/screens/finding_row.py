"""One observation in a list: what it is, its pictures, how far it has come, what can be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from inspect import isawaitable

import flet as ft

from app import theme
from app.field.models.row_page import pictures_of
from app.field.screens.point_words import category_words, visit_words
from app.field.screens.receipt_lines import place_words, receipt_lines, said_line
from app.i18n import Words
from app.widgets.answer_words import answer_lines
from app.widgets.buttons import Handler, icon_button, plain_button
from app.widgets.map_marks import icon_of
from sync.client.finding_list import ListedFinding
from sync.client.records import ObservationRecord
from sync.domain.words import ObservationKind, Verdict

THUMBNAIL_DP = 84
VISIT_ICONS = {
    Verdict.ALSO_SEEN: ft.Icons.VISIBILITY_OUTLINED,
    Verdict.FIXED: ft.Icons.TASK_ALT,
    Verdict.REMAINS: ft.Icons.REPORT_PROBLEM_OUTLINED,
    Verdict.WORSE: ft.Icons.TRENDING_DOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowActions:
    """What can be done with a row. is_ours: it belongs to the round that is open.

    why: to the list of what cannot be sent.

    where: a line that says where it lies; None where the place itself is said.
    """

    edit: Callable[[ObservationRecord], object]
    delete: Callable[[ObservationRecord], object]
    why: Callable[[ObservationRecord], object]
    cover: Callable[[ObservationRecord], object]
    visit: Callable[[ObservationRecord], object]
    is_ours: Callable[[ObservationRecord], bool]
    where: Callable[[ObservationRecord, Words], str | None]


def finding_row(
    actions: RowActions,
    row: ListedFinding,
    pictures: dict[str, bytes],
    now: datetime,
    words: Words,
) -> ft.Control:
    finding = row.finding
    parts: list[ft.Control] = [
        ft.Row(
            spacing=theme.GAP,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                *_pictures(row, pictures, words),
                ft.Column(expand=True, spacing=3, controls=_lines(actions, row, now, words)),
            ],
        ),
        *_notes(actions, finding, words),
        _buttons(actions, finding, words),
    ]
    return ft.Container(
        key=f"finding-{finding.observation_id}",
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border=ft.Border.all(theme.BOX_BORDER, ft.Colors.OUTLINE_VARIANT),
        border_radius=theme.RADIUS,
        padding=theme.GAP,
        content=ft.Column(
            spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, controls=parts
        ),
    )


def title_words(finding: ObservationRecord, words: Words) -> str:
    """ "B-7 Belysning"; of what is no defect its kind comes first."""
    what = [] if finding.number is None else [finding.number]
    if finding.kind is not ObservationKind.DEFECT:
        what.append(words(f"capture.kind.{finding.kind.value}"))
    if finding.kind is ObservationKind.DEFECT or finding.category is not None:
        what.append(category_words(finding.category, words))
    return " ".join(what)


def _lines(
    actions: RowActions, row: ListedFinding, now: datetime, words: Words
) -> list[ft.Control]:
    finding = row.finding
    lines: list[ft.Control] = [
        ft.Row(
            spacing=6,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                ft.Icon(icon_of(finding.kind, finding.category), size=20),
                ft.Text(
                    title_words(finding, words), size=17, weight=ft.FontWeight.W_600, expand=True
                ),
                ft.Text(_when(actions, finding, words), size=13),
            ],
        )
    ]
    if finding.is_urgent:
        lines.append(said_line(ft.Icons.PRIORITY_HIGH, words("list.urgent"), ft.Colors.ERROR))
    if finding.text:
        lines.append(ft.Text(finding.text, size=15, max_lines=3, overflow=ft.TextOverflow.ELLIPSIS))
    if finding.category is not None:
        said = answer_lines(finding.category, finding.answers, words)
        lines += [ft.Text(f"{asked} {given}", size=14) for asked, given in said]
    if row.stop_name is not None:
        lines.append(said_line(ft.Icons.PLACE_OUTLINED, row.stop_name, ft.Colors.ON_SURFACE))
    lines.append(ft.Text(actions.where(finding, words) or place_words(finding, words), size=14))
    lines += receipt_lines(finding, words)
    if row.visit is not None:
        icon, text = VISIT_ICONS[row.visit.verdict], visit_words(row.visit, now, words)
        lines.append(said_line(icon, text, ft.Colors.ON_SURFACE))
    return lines


def _when(actions: RowActions, finding: ObservationRecord, words: Words) -> str:
    if actions.is_ours(finding):
        return words.time(finding.noted_at)
    return words.day_and_time(finding.noted_at)


def _notes(actions: RowActions, finding: ObservationRecord, words: Words) -> list[ft.Control]:
    """What stands in the way of sending it, each with what to do."""
    notes: list[ft.Control] = []
    title = title_words(finding, words)
    if any(photo.is_undecided for photo in finding.photos):
        notes.append(
            plain_button(
                words("list.cover"),
                _handler(actions.cover, finding),
                key=f"cover-{finding.observation_id}",
                icon=ft.Icons.BRUSH,
                name=f"{words('list.cover')}: {title}",
            )
        )
    if finding.refused_code is not None or any(one.refused_reason for one in finding.photos):
        notes.append(
            plain_button(
                words("list.why"),
                _handler(actions.why, finding),
                key=f"why-{finding.observation_id}",
                name=f"{words('list.why')}: {title}",
            )
        )
    return notes


def _buttons(actions: RowActions, finding: ObservationRecord, words: Words) -> ft.Control:
    name = title_words(finding, words)
    is_ours = actions.is_ours(finding)
    if not is_ours:  # there is nothing else to do with it
        visit = plain_button(
            words("list.visit"),
            _handler(actions.visit, finding),
            key=f"visit-{finding.observation_id}",
            icon=ft.Icons.FACT_CHECK_OUTLINED,
            name=f"{words('list.visit')}: {name}",
        )
        return ft.Row(alignment=ft.MainAxisAlignment.END, controls=[visit])
    found: list[tuple[str, ft.IconData, str, Callable[[ObservationRecord], object]]] = []
    if finding.kind is ObservationKind.DEFECT:
        found.append(("visit", ft.Icons.FACT_CHECK_OUTLINED, "list.visit", actions.visit))
    if finding.is_editable:
        found += [
            ("edit", ft.Icons.EDIT_OUTLINED, "list.edit", actions.edit),
            ("delete", ft.Icons.DELETE_OUTLINE, "list.delete", actions.delete),
        ]
    else:
        found.append(("look", ft.Icons.ARTICLE_OUTLINED, "list.look", actions.edit))
    return ft.Row(
        alignment=ft.MainAxisAlignment.END,
        spacing=4,
        controls=[
            icon_button(
                icon,
                f"{words(key)}: {name}",
                _handler(action, finding),
                key=f"{what}-{finding.observation_id}",
            )
            for what, icon, key, action in found
        ],
    )


def _handler(action: Callable[[ObservationRecord], object], finding: ObservationRecord) -> Handler:
    async def pressed() -> None:
        answer = action(finding)
        if isawaitable(answer):
            await answer

    return pressed


def _pictures(row: ListedFinding, pictures: dict[str, bytes], words: Words) -> list[ft.Control]:
    """Then, and below it now, where somebody has been there since."""
    shown = pictures_of(row)
    if not shown:
        return []
    name = category_words(row.finding.category, words)
    own = [one for one in row.finding.photos if one.recheck_id is None]
    boxes: list[ft.Control] = []
    for sha256 in shown:
        is_own = any(one.sha256 == sha256 for one in own)
        text = words("list.photo" if is_own else "list.photo_later", category=name)
        boxes.append(_box(pictures.get(sha256), text))
    if len(own) > 1:
        boxes.append(ft.Text(words("list.photos", count=len(own)), size=13))
    return [ft.Column(spacing=4, horizontal_alignment=ft.CrossAxisAlignment.CENTER, controls=boxes)]


def _box(small: bytes | None, name: str) -> ft.Control:
    content: ft.Control = (
        ft.Icon(ft.Icons.PHOTO_OUTLINED)
        if small is None
        else ft.Image(
            src=small,
            fit=ft.BoxFit.COVER,
            width=THUMBNAIL_DP,
            height=THUMBNAIL_DP,
            gapless_playback=True,
            semantics_label=name,
        )
    )
    return ft.Container(
        width=THUMBNAIL_DP,
        height=THUMBNAIL_DP,
        border_radius=10,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        alignment=ft.Alignment.CENTER,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        content=content,
    )
