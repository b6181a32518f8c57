"""Small pieces that several office screens share: state chips, pictures, headings, dialogs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from app import theme
from app.i18n import Words
from sync.central.defect_views import DefectRow
from sync.domain.status import FINAL_CITY_WORDS, ReportState, Status

DIALOG_WIDTH_DP = 460


def heading(text: str, *, size: float = 15) -> ft.Control:
    return ft.Semantics(header=True, content=ft.Text(text, size=size, weight=ft.FontWeight.W_600))


def state_words(row: DefectRow, words: Words) -> str:
    """One line on where the defect is on its way."""
    report = row.report
    if row.is_deleted:
        return words("office.conflict.gone")
    if row.status is not Status.APPROVED or report is None:
        return words(f"office.status.{row.status.value}")
    if report.state is ReportState.SENT and report.city_status:
        return words("office.state.city", word=report.city_status, case_ref=report.case_ref or "–")
    return words(f"office.state.{report.state.value}", case_ref=report.case_ref or "–")


def state_chip(row: DefectRow, words: Words, *, key: str) -> ft.Control:
    icon, background, foreground = _looks(row)
    return ft.Container(
        key=key,
        bgcolor=background,
        border_radius=20,
        padding=ft.Padding.symmetric(horizontal=10, vertical=4),
        content=ft.Row(
            tight=True,
            spacing=6,
            controls=[
                ft.Icon(icon, size=15, color=foreground),
                ft.Text(
                    state_words(row, words),
                    size=12,
                    weight=ft.FontWeight.W_500,
                    color=foreground,
                    max_lines=1,
                    overflow=ft.TextOverflow.ELLIPSIS,
                ),
            ],
        ),
    )


def urgent_chip(words: Words, *, key: str | None = None) -> ft.Control:
    colours = (ft.Colors.ERROR, ft.Colors.ON_ERROR)
    return _loud_chip(ft.Icons.PRIORITY_HIGH, words("office.urgent"), colours, key)


def choice_chip(words: Words, *, key: str | None = None) -> ft.Control:
    colours = (ft.Colors.TERTIARY, ft.Colors.ON_TERTIARY)
    return _loud_chip(ft.Icons.CALL_SPLIT, words("office.conflict.chip"), colours, key)


def _loud_chip(
    icon: ft.IconData, text: str, colours: tuple[str, str], key: str | None
) -> ft.Control:
    """colours: behind, and in front."""
    background, foreground = colours
    return ft.Container(
        key=key,
        bgcolor=background,
        border_radius=20,
        padding=ft.Padding.symmetric(horizontal=10, vertical=4),
        content=ft.Row(
            tight=True,
            spacing=6,
            controls=[
                ft.Icon(icon, size=15, color=foreground),
                ft.Text(text, size=12, weight=ft.FontWeight.W_600, color=foreground),
            ],
        ),
    )


def _looks(row: DefectRow) -> tuple[ft.IconData, ft.ColorValue, ft.ColorValue]:
    calm = (ft.Colors.SURFACE_CONTAINER_HIGHEST, ft.Colors.ON_SURFACE_VARIANT)
    good = (ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER)
    alarm = (ft.Colors.ERROR_CONTAINER, ft.Colors.ON_ERROR_CONTAINER)
    waiting = (ft.Colors.TERTIARY_CONTAINER, ft.Colors.ON_TERTIARY_CONTAINER)
    report = row.report
    if row.is_deleted:
        return ft.Icons.DELETE_OUTLINE, *calm
    if row.status is Status.REJECTED:
        return ft.Icons.BLOCK, *calm
    if row.status is Status.APPROVED and not row.is_defect:
        return ft.Icons.CHECK, *good
    if row.status is Status.RECEIVED or report is None:
        return ft.Icons.PENDING_OUTLINED, *waiting
    match report.state:
        case ReportState.SENT if report.city_status in FINAL_CITY_WORDS:
            return ft.Icons.TASK_ALT, *good
        case ReportState.SENT:
            return ft.Icons.CHECK, *good
        case ReportState.UNCERTAIN | ReportState.NEEDS_PERSON:
            return ft.Icons.REPORT_OUTLINED, *alarm
        case ReportState.FAILED:
            return ft.Icons.SYNC_PROBLEM, *alarm
        case _:
            return ft.Icons.SCHEDULE_SEND, *waiting


def picture(
    content: bytes | None, *, width: float | None, height: float, name: str, fit: ft.BoxFit
) -> ft.Control:
    """A grey box until the bytes are here."""
    if content is None:
        return ft.Container(
            width=width,
            height=height,
            border_radius=10,
            bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
            alignment=ft.Alignment.CENTER,
            content=ft.Icon(ft.Icons.IMAGE_OUTLINED, color=ft.Colors.OUTLINE, semantics_label=name),
        )
    return ft.Image(
        src=content,
        width=width,
        height=height,
        fit=fit,
        border_radius=10,
        gapless_playback=True,
        semantics_label=name,
    )


def dialog(
    title: str,
    content: Sequence[ft.Control],
    actions: Sequence[ft.Control],
    on_dismiss: Callable[..., Any],
    *,
    key: str,
) -> ft.AlertDialog:
    return ft.AlertDialog(
        key=key,
        modal=True,
        semantics_label=title,
        title=ft.Text(title, size=20, weight=ft.FontWeight.W_600),
        scrollable=True,
        content=ft.Column(
            width=DIALOG_WIDTH_DP,
            tight=True,
            spacing=theme.EDGE,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=list(content),
        ),
        actions=list(actions),
        actions_overflow_button_spacing=theme.GAP,
        on_dismiss=on_dismiss,
        shape=ft.RoundedRectangleBorder(radius=theme.RADIUS),
    )


def ok_button(text: str, on_click: Callable[..., Any], *, key: str) -> ft.Control:
    return ft.FilledButton(content=text, key=key, on_click=on_click, height=theme.TARGET_DP)


def cancel_button(words: Words, on_click: Callable[..., Any], *, key: str) -> ft.Control:
    return ft.TextButton(
        content=words("app.cancel"), key=key, on_click=on_click, height=theme.TARGET_DP
    )
