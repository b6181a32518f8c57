"""A fault report: the person reads every line of it before it goes."""

from __future__ import annotations

import flet as ft

from app import theme
from app.field.models.app_model import AppModel
from app.field.models.report_model import ReportModel, ReportState
from app.field.screens.page_above import page_above, paragraph
from app.i18n import Words
from app.widgets.buttons import main_button, plain_button
from app.widgets.notes import done_note, warning_note


@ft.component
def ReportScreen(model: AppModel, report: ReportModel, words: Words) -> ft.Control:
    controls: list[ft.Control] = [paragraph(words("report.body"))]
    match report.state:
        case ReportState.SENT:
            controls.append(done_note(words("report.sent"), key="report-sent"))
        case ReportState.KEPT:
            controls.append(done_note(words("report.kept"), key="report-kept"))
        case ReportState.NEEDS_CODE:
            controls += [
                warning_note(words("report.needs_code"), key="report-needs-code"),
                plain_button(
                    words("report.as_file"),
                    report.give,
                    key="report-file",
                    icon=ft.Icons.DESCRIPTION_OUTLINED,
                ),
            ]
        case ReportState.NOT_TAKEN:
            controls.append(warning_note(words("report.not_taken"), key="report-not-taken"))
        case _:
            controls.append(
                main_button(
                    words("report.send"),
                    report.send,
                    key="report-send",
                    icon=ft.Icons.SEND_OUTLINED,
                    disabled=report.state is ReportState.BUSY,
                )
            )
    controls.append(
        ft.Container(
            padding=theme.GAP,
            border_radius=theme.RADIUS,
            border=ft.Border.all(theme.BOX_BORDER, ft.Colors.OUTLINE_VARIANT),
            content=ft.Text(report.text, size=12, rtl=False, key="report-text"),
        )
    )
    return page_above(words("report.title"), model, words, controls, key="report")
