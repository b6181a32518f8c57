"""The list of a round's observations, newest first, each with how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import flet as ft

from app.field.models.app_model import AppModel
from app.field.models.findings_model import FindingsModel
from app.field.models.round_model import RoundModel
from app.field.models.row_window import RowWindow
from app.field.models.sync_model import SyncModel
from app.field.screens.finding_row import RowActions, finding_row
from app.field.screens.open_points_screen import OpenPointsTab
from app.field.screens.point_words import category_words
from app.field.screens.round_tab import approved_note
from app.field.screens.row_list import RowList, RowMaker
from app.i18n import Words
from app.widgets.buttons import Handler, plain_button
from app.widgets.choice_row import Choice, choice_button
from app.widgets.notes import info_note
from sync.client.finding_list import Show
from sync.client.records import ObservationRecord

__all__ = ["FindingsTab", "category_words"]

SHOW_WORDS = {
    Show.ALL: "list.show.all",
    Show.MINE: "list.show.mine",
    Show.WAITING: "list.show.waiting",
    Show.DEFECT: "list.show.defect",
    Show.POSITIVE: "list.show.positive",
    Show.PROPOSAL: "list.show.proposal",
}


@ft.component
def FindingsTab(
    model: AppModel, round_: RoundModel, findings: FindingsModel, words: Words
) -> ft.Control:
    if findings.points is not None:
        return OpenPointsTab(findings, findings.points, row_actions(model, round_, findings), words)
    return RoundsList(model, round_, findings, findings.window, words)


@ft.component
def RoundsList(
    model: AppModel,
    round_: RoundModel,
    findings: FindingsModel,
    window: RowWindow,
    words: Words,
) -> ft.Control:
    def made() -> RowMaker:
        actions = row_actions(model, round_, findings)
        return RowMaker(
            build=partial(finding_row, actions), load=findings.load_page, now=findings.now
        )

    maker = ft.use_memo(made, [round_.record.round_id])
    head: list[ft.Control] = []
    approved_at = round_.record.protocol_approved_at
    if approved_at is not None:
        head.append(approved_note(approved_at, words))
    elif round_.record.ended_at:
        head.append(
            info_note(
                words("round.is_ended"),
                key="round-ended",
                action=plain_button(words("round.reopen"), round_.reopen, key="reopen-round"),
            )
        )
    if model.sync is not None and round_.record.ended_at:  # the end itself is to be sent, too
        head.append(HandOverNote(model.sync, findings, window, words))
    head += [_choices(findings, words), _area_button(findings, words)]
    if window.is_empty:
        is_all = findings.show is Show.ALL
        head.append(ft.Text(words("list.empty" if is_all else "list.empty_choice"), size=16))
    return RowList(window, maker, head, findings.to_top, words)


@ft.component
def HandOverNote(
    sync: SyncModel, findings: FindingsModel, window: RowWindow, words: Words
) -> ft.Control:
    has_none = window.is_empty and findings.show is Show.ALL
    if has_none or not sync.may_hand_over:
        return ft.Container()
    return info_note(words("sync.all_sent.hand_over"), key="hand-over")


def row_actions(model: AppModel, round_: RoundModel, findings: FindingsModel) -> RowActions:
    def is_ours(finding: ObservationRecord) -> bool:
        return finding.round_id == round_.record.round_id

    def visit(finding: ObservationRecord) -> None:
        round_.revisits.open_for(finding.observation_id)

    return RowActions(
        edit=round_.open_edit,
        delete=findings.delete,
        why=lambda _: model.pages.open_not_sent(),
        cover=findings.cover,
        visit=visit,
        is_ours=is_ours,
        where=_no_distance,
    )


def _no_distance(finding: ObservationRecord, words: Words) -> str | None:
    """On its own round an observation says how sure its place is."""
    return None


def _choices(findings: FindingsModel, words: Words) -> ft.Control:
    """One line that can be moved sideways: the list itself begins as high up as it can."""
    return ft.Row(
        key="list-choices",
        scroll=ft.ScrollMode.AUTO,
        spacing=8,
        controls=[
            choice_button(
                Choice(
                    key=f"show-{show.value}",
                    text=words(key),
                    is_chosen=findings.show is show,
                    pressed=_choosing(findings.choose, show),
                )
            )
            for show, key in SHOW_WORDS.items()
        ],
    )


def _choosing(choose: Callable[[Show], None], show: Show) -> Handler:
    def pressed() -> None:
        choose(show)

    return pressed


def _area_button(findings: FindingsModel, words: Words) -> ft.Control:
    return plain_button(
        words("list.area_points"),
        findings.open_points,
        key="area-points",
        icon=ft.Icons.TRAVEL_EXPLORE,
    )
