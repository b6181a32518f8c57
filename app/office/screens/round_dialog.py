"""A round to read: when, who, how many, and what was said and scored at each stop."""

from __future__ import annotations

import flet as ft

from app import theme
from app.i18n import Words
from app.office.models.choices import Choices
from app.office.models.local_time import day_and_time
from app.office.models.rounds import Rounds
from app.office.screens.conflicts import conflict_boxes
from app.office.screens.pieces import dialog, heading, ok_button
from app.widgets.notes import warning_note
from sync.central.round_view import RoundView, StopView


@ft.component
def RoundDialog(rounds: Rounds, choices: Choices) -> ft.Control:
    words = rounds.session.words
    ft.use_dialog(None if rounds.shown is None else _dialog(rounds.shown, rounds, choices, words))
    return ft.Container(width=0, height=0)


def _dialog(shown: RoundView, rounds: Rounds, choices: Choices, words: Words) -> ft.AlertDialog:
    kind = words(f"round.kind.{shown.kind or 'inspection'}")
    lines = [ft.Text(line, size=15) for line in round_lines(shown, words)]
    stops = [_stop(stop, words) for stop in shown.stops]
    problem = rounds.problem
    if stops:
        stops.insert(0, heading(words("office.round.stops"), size=17))
    return dialog(
        f"{kind} {day_and_time(shown.started_at or shown.planned_start_at)}",
        [
            *([] if problem is None else [warning_note(problem, key="round-problem")]),
            *_protocol(shown, words),
            *conflict_boxes(
                shown.conflicts,
                choices,
                words,
                area=shown.area,
                names={stop.id: stop.name for stop in shown.stops},
            ),
            ft.Column(tight=True, spacing=6, controls=[*lines]),
            *stops,
        ],
        [
            *_approval_button(rounds, words),
            ok_button(words("app.close"), rounds.close, key="round-close"),
        ],
        rounds.close,
        key="round-dialog",
    )


def _protocol(shown: RoundView, words: Words) -> list[ft.Control]:
    """Whether it is approved, and what follows from that; read out when it changes."""
    if shown.approved_at is not None:
        who = shown.approved_by or words("office.conflict.somebody")
        when = day_and_time(shown.approved_at)
        text, icon = words("office.round.approved", when=when, who=who), ft.Icons.CHECK
    elif shown.has_protocol:
        text, icon = words("office.round.not_approved"), ft.Icons.PENDING_OUTLINED
    else:
        return []
    return [
        ft.Row(
            key="protocol",
            spacing=8,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[
                ft.Icon(icon, size=20, color=ft.Colors.PRIMARY),
                ft.Semantics(
                    live_region=True,
                    expand=True,
                    content=ft.Text(text, size=15, weight=ft.FontWeight.W_500),
                ),
            ],
        )
    ]


def _approval_button(rounds: Rounds, words: Words) -> list[ft.Control]:
    """It can be taken back with one press, so it is not asked about."""
    if rounds.may_approve:
        key, label = "protocol-approve", words("office.round.approve")
        icon, pressed = ft.Icons.CHECK, rounds.approve
    elif rounds.may_take_back:
        key, label = "protocol-take-back", words("office.round.take_back")
        icon, pressed = ft.Icons.UNDO, rounds.take_back
    else:
        return []
    return [
        ft.OutlinedButton(
            key=key,
            content=label,
            icon=icon,
            on_click=pressed,
            disabled=rounds.busy,
            height=theme.TARGET_DP,
        )
    ]


def round_lines(shown: RoundView, words: Words) -> list[str]:
    """Facts of the round, a line each; only what is known."""
    lines: list[str] = []
    if shown.ended_at:
        lines.append(words("office.round.ended", when=day_and_time(shown.ended_at)))
    elif not shown.started_at:
        lines.append(words("office.round.planned"))
    if shown.meeting_place:
        lines.append(words("office.round.meeting_place", place=shown.meeting_place))
    if shown.led_by:
        lines.append(words("office.round.led_by", who=shown.led_by))
    if shown.light:
        lines.append(words(f"round.light.{shown.light}"))
    if shown.weather:
        lines.append(words(f"round.weather.{shown.weather}"))
    if shown.participants:
        groups = [
            f"{words(f'round.group.{group.value}')} {count}"
            for group, count in shown.participants.items()
            if count
        ]
        people = words("office.round.people", count=shown.people)
        lines.append(f"{people}: {', '.join(groups)}" if groups else people)
    if shown.route_m:
        lines.append(words("office.round.route", km=words.number(shown.route_m / 1000)))
    found = [
        f"{words(f'capture.kind.{kind.value}')} {count}" for kind, count in shown.findings.items()
    ]
    lines.append(", ".join(found) if found else words("office.round.nothing_found"))
    return lines


def _stop(stop: StopView, words: Words) -> ft.Control:
    return ft.Column(
        key=f"stop-{stop.id}",
        tight=True,
        spacing=4,
        controls=[
            heading(stop.name or words("office.round.stop_unnamed")),
            *(ft.Text(line, size=14) for line in stop_lines(stop, words)),
            ft.Container(height=theme.GAP),
        ],
    )


def stop_lines(stop: StopView, words: Words) -> list[str]:
    """What is known of the stop, a line each."""
    lines = [
        words(f"office.round.stop.{name}", text=text)
        for name, text in (("good", stop.good), ("bad", stop.bad), ("voices", stop.voices))
        if text
    ]
    lines += [
        f"{words(f'round.score.{one.value}')}: {words('round.score.of', score=score)}"
        for one, score in stop.scores.items()
    ]
    if not stop.arrived_at:
        lines.append(words("office.round.stop.not_visited"))
    return lines
