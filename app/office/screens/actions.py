"""What can be done with the open defect, always in the same place; and reports in doubt."""

from __future__ import annotations

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.decision import Decision
from app.office.models.local_time import day_and_time
from app.office.screens.pieces import heading
from sync.central.defect_views import DefectDetail, ReportView
from sync.domain.status import ReportState, Status


def actions_bar(
    detail: DefectDetail, decision: Decision, words: Words, *, narrow: bool
) -> ft.Control:
    buttons = _buttons(detail, decision, words, narrow)
    sentence = _sentence(detail, words)
    if not buttons and sentence is None:
        return ft.Container()
    told: list[ft.Control] = []
    if sentence is not None:
        told = [
            ft.Semantics(
                live_region=True,
                content=ft.Text(
                    sentence, key="report-sentence", size=14, weight=ft.FontWeight.W_500
                ),
            )
        ]
    content: ft.Control
    if narrow:
        content = ft.Column(
            spacing=8,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[*told, ft.Row(alignment=ft.MainAxisAlignment.END, controls=buttons)],
        )
    else:
        content = ft.Row(
            spacing=theme.GAP,
            controls=[
                ft.Container(expand=True, content=ft.Column(tight=True, controls=told)),
                *buttons,
            ],
        )
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.EDGE if narrow else 24, vertical=theme.GAP),
        border=ft.Border.only(top=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        content=content,
    )


def _buttons(
    detail: DefectDetail, decision: Decision, words: Words, narrow: bool
) -> list[ft.Control]:
    height = theme.TARGET_DP
    buttons: list[ft.Control] = []
    if decision.can_take_back:
        rejected = detail.row.status is Status.REJECTED
        buttons.append(
            ft.OutlinedButton(
                key="take-back",
                content=words("office.action.reopen" if rejected else "app.undo"),
                icon=ft.Icons.UNDO,
                on_click=decision.take_back,
                disabled=decision.busy,
                height=height,
            )
        )
    if decision.can_reject:
        buttons.append(
            ft.OutlinedButton(
                key="reject",
                content=words("office.action.reject"),
                icon=ft.Icons.BLOCK,
                tooltip=None if narrow else words("office.action.reject.key"),
                on_click=decision.ask_to_reject,
                disabled=decision.busy,
                height=height,
            )
        )
    if decision.can_decide:
        buttons.append(
            ft.FilledButton(
                key="approve",
                content=words(
                    "office.action.approve"
                    if detail.row.is_defect
                    else "office.action.approve_only"
                ),
                icon=ft.Icons.SEND_OUTLINED if detail.row.is_defect else ft.Icons.CHECK,
                tooltip=None if narrow else words("office.action.approve.key"),
                on_click=decision.approve,
                disabled=decision.busy,
                height=height,
            )
        )
    if not buttons or not decision.can_decide:
        buttons.append(
            ft.TextButton(
                key="next-defect",
                content=words("office.action.next"),
                icon=ft.Icons.ARROW_FORWARD,
                on_click=decision.next,
                height=height,
            )
        )
    return buttons


def _sentence(detail: DefectDetail, words: Words) -> str | None:
    """What is happening with the report right now."""
    report = detail.row.report
    if detail.row.status is Status.APPROVED and not detail.row.is_defect:
        return words("office.sentence.never_sent")
    if detail.row.status is not Status.APPROVED or report is None:
        return None
    values = {"case_ref": report.case_ref or "–", "when": day_and_time(report.next_try_at)}
    match report.state:
        case ReportState.SENT if report.city_status:
            return words(
                "office.sentence.city", case_ref=values["case_ref"], word=report.city_status
            )
        case ReportState.FAILED:
            return words("office.sentence.failed", reason=reason_words(report, words), **values)
        case _:
            return words(f"office.sentence.{report.state.value}", **values)


def reason_words(report: ReportView, words: Words) -> str:
    return words(f"office.reason.{report.reason or 'unexpected'}")


def doubt_box(detail: DefectDetail, decision: Decision, words: Words) -> ft.Control:
    """The evidence, and the two answers a person can give."""
    report = decision.report
    if report is None:
        return ft.Container()
    uncertain = report.state is ReportState.UNCERTAIN
    key = "uncertain" if uncertain else "needs_person"
    last = next((one for one in detail.events if one.what == report.state.value), None)
    evidence = [
        words("office.doubt.reference", reference=report.reference or "–"),
        words("office.doubt.when", when=day_and_time(None if last is None else last.at)),
        words("office.doubt.why", why=reason_words(report, words)),
    ]
    if last is not None:
        evidence.append(words("office.doubt.detail", detail=last.detail))
    return ft.Container(
        key="doubt",
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        border=ft.Border.all(2, ft.Colors.ERROR),
        border_radius=theme.RADIUS,
        padding=theme.EDGE,
        content=ft.Column(
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[
                heading(words(f"office.doubt.{key}.title")),
                ft.Text(words(f"office.doubt.{key}.body"), size=15),
                *(ft.Text(one, size=14) for one in evidence),
                ft.Row(
                    wrap=True,
                    controls=[
                        ft.FilledButton(
                            key="case-arrived",
                            content=words("office.doubt.arrived"),
                            on_click=decision.ask_for_case,
                            height=theme.TARGET_DP,
                        ),
                        ft.OutlinedButton(
                            key="send-again",
                            content=words("office.doubt.send_again"),
                            on_click=decision.ask_to_send_again,
                            height=theme.TARGET_DP,
                        ),
                    ],
                ),
            ],
        ),
    )
