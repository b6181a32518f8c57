"""The list of a round's defects, newest first, each with how far it has come."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.findings_model import FindingsModel
from app.field.models.round_model import RoundModel
from app.i18n import Words
from app.widgets.buttons import icon_button, plain_button
from app.widgets.catalogue import load_catalogue
from app.widgets.notes import info_note
from sync.client.records import ObservationRecord, Receipt
from sync.domain.status import Status
from sync.domain.words import Category, PlaceSource

THUMBNAIL_DP = 84
RECEIPT_ICONS = {
    Receipt.ON_PHONE: ft.Icons.PHONE_ANDROID,
    Receipt.WITH_COORDINATOR: ft.Icons.PERSON_OUTLINE,
    Receipt.WITH_CITY: ft.Icons.ACCOUNT_BALANCE,
}


@ft.component
def FindingsTab(
    model: AppModel, round_: RoundModel, findings: FindingsModel, words: Words
) -> ft.Control:
    icons = {one.category: one.icon for one in load_catalogue()}
    ft.use_effect(findings.load_thumbnails, [len(findings.findings)])
    top: list[ft.Control] = []
    if round_.record.ended_at:
        top.append(
            info_note(
                words("round.is_ended"),
                key="round-ended",
                action=plain_button(words("round.reopen"), round_.reopen, key="reopen-round"),
            )
        )
    if model.sync is not None and model.sync.waiting.is_all_sent and findings.findings:
        top.append(info_note(words("sync.all_sent.hand_over"), key="hand-over"))
    if not findings.findings:
        top.append(ft.Text(words("list.empty"), size=16))
    rows = [_finding(one, round_, findings, icons, words) for one in findings.findings]
    bottom: list[ft.Control] = []
    if not round_.record.ended_at:
        bottom.append(
            ft.Container(
                padding=ft.Padding.symmetric(horizontal=theme.GAP, vertical=8),
                content=ft.Column(
                    tight=True,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                    controls=[
                        plain_button(
                            words("round.end"),
                            round_.end,
                            key="end-round",
                            icon=ft.Icons.FLAG_OUTLINED,
                        )
                    ],
                ),
            )
        )
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[
            ft.ListView(
                expand=True,
                padding=theme.GAP,
                spacing=10,
                build_controls_on_demand=True,
                controls=[*top, *rows],
            ),
            *bottom,
        ],
    )


def _finding(
    finding: ObservationRecord,
    round_: RoundModel,
    findings: FindingsModel,
    icons: dict[Category, ft.IconData],
    words: Words,
) -> ft.Control:
    def edit() -> None:
        round_.open_edit(finding)

    async def delete() -> None:
        await findings.delete(finding)

    name = category_words(finding.category, words)
    lines: list[ft.Control] = [
        ft.Row(
            spacing=6,
            controls=[
                *([ft.Icon(icons[finding.category], size=20)] if finding.category else []),
                ft.Text(name, size=17, weight=ft.FontWeight.W_600, expand=True),
                ft.Text(words.time(finding.noted_at), size=13),
            ],
        )
    ]
    if finding.text:
        lines.append(ft.Text(finding.text, size=14, max_lines=3, overflow=ft.TextOverflow.ELLIPSIS))
    lines.append(ft.Text(place_of(finding, words), size=13))
    lines += _receipt(finding, words)
    content: list[ft.Control] = [
        ft.Row(
            spacing=theme.GAP,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                *_thumbnail(finding, findings, name, words),
                ft.Column(expand=True, spacing=3, controls=lines),
            ],
        )
    ]
    if finding.refused_code is not None or any(one.refused_reason for one in finding.photos):

        async def seen() -> None:
            await findings.seen(finding)

        content.append(plain_button(words("list.seen"), seen, key=f"seen-{finding.observation_id}"))
    if finding.is_editable:
        content.append(
            ft.Row(
                alignment=ft.MainAxisAlignment.END,
                spacing=4,
                controls=[
                    icon_button(
                        ft.Icons.EDIT_OUTLINED,
                        f"{words('list.edit')}: {name}",
                        edit,
                        key=f"edit-{finding.observation_id}",
                    ),
                    icon_button(
                        ft.Icons.DELETE_OUTLINE,
                        f"{words('list.delete')}: {name}",
                        delete,
                        key=f"delete-{finding.observation_id}",
                    ),
                ],
            )
        )
    return ft.Container(
        key=f"finding-{finding.observation_id}",
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border_radius=theme.RADIUS,
        padding=theme.GAP,
        content=ft.Column(spacing=2, controls=content),
    )


def _thumbnail(
    finding: ObservationRecord, findings: FindingsModel, name: str, words: Words
) -> list[ft.Control]:
    if not finding.photos:
        return []
    small = findings.thumbnails.get(finding.photos[0].sha256)
    content: ft.Control = (
        ft.Icon(ft.Icons.PHOTO_OUTLINED)
        if small is None
        else ft.Image(
            src=small,
            fit=ft.BoxFit.COVER,
            width=THUMBNAIL_DP,
            height=THUMBNAIL_DP,
            gapless_playback=True,
            semantics_label=words("list.photo", category=name),
        )
    )
    return [
        ft.Container(
            width=THUMBNAIL_DP,
            height=THUMBNAIL_DP,
            border_radius=10,
            bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
            alignment=ft.Alignment.CENTER,
            clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
            content=content,
        )
    ]


def _receipt(finding: ObservationRecord, words: Words) -> list[ft.Control]:
    text = words(f"receipt.{finding.receipt.value}", case=finding.case_ref)
    if finding.status is Status.APPROVED and finding.receipt is Receipt.WITH_COORDINATOR:
        text = f"{text} · {words('receipt.approved')}"
    icon = RECEIPT_ICONS[finding.receipt]
    lines = [_line(icon, text, ft.Colors.PRIMARY)]
    if finding.city_status is not None and finding.receipt is Receipt.WITH_CITY:
        lines.append(_line(ft.Icons.CONSTRUCTION, finding.city_status, ft.Colors.PRIMARY))
    if finding.status is Status.REJECTED:
        reason = finding.status_reason or ""
        rejected = words("receipt.rejected", reason=reason)
        lines.append(_line(ft.Icons.CLOSE, rejected, ft.Colors.ERROR))
    if finding.refused_code is not None:
        known = {"already_approved"}
        key = finding.refused_code if finding.refused_code in known else "other"
        refused = words("list.refused", reason=words(f"refused.{key}"))
        lines.append(_line(ft.Icons.ERROR_OUTLINE, refused, ft.Colors.ERROR))
    if any(photo.refused_reason is not None for photo in finding.photos):
        lines.append(_line(ft.Icons.ERROR_OUTLINE, words("refused.photo"), ft.Colors.ERROR))
    return lines


def _line(icon: ft.IconData, text: str, colour: ft.ColorValue) -> ft.Control:
    return ft.Row(
        spacing=6,
        controls=[
            ft.Icon(icon, size=18, color=colour),
            ft.Text(text, size=14, color=colour, weight=ft.FontWeight.W_600, expand=True),
        ],
    )


def category_words(category: Category | None, words: Words) -> str:
    return words("list.no_category" if category is None else f"category.{category.value}")


def place_of(finding: ObservationRecord, words: Words) -> str:
    place = finding.place
    if place is None:
        return words("list.no_place")
    match place.source:
        case PlaceSource.PIN:
            return words("capture.place.pin")
        case PlaceSource.EXIF:
            return words("capture.place.exif")
        case PlaceSource.GPS:
            return words("capture.place.gps", metres=round(place.point.accuracy_m or 0))
